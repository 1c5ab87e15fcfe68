"""The worker process: jobs, timers, heartbeat, and the rescue of jobs whose worker died."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from datetime import UTC, datetime, timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tierline.config.settings")

import django

django.setup()

import structlog  # noqa: E402 - Django first
from django.db import Error, close_old_connections, connection  # noqa: E402
from procrastinate import App  # noqa: E402
from procrastinate.contrib.django import app  # noqa: E402
from procrastinate.contrib.django.django_connector import DjangoConnector  # noqa: E402

from tierline.plumbing import clock, heartbeat, timers  # noqa: E402

log = structlog.get_logger(__name__)

CONCURRENCY = 4
LONGEST_WAIT = 1.0
SHORTEST_WAIT = 0.005
MOVABLE_CLOCK_LOOK = 0.05
RESCUE_EVERY = timedelta(seconds=10)
STALLED_AFTER = 30.0


class Sweeper(threading.Thread):
    """Fires timers until told to stop: sleeps until the next due instant, at most a second."""

    def __init__(self, stop: threading.Event) -> None:
        super().__init__(name="timers", daemon=True)
        self.stop = stop
        self.said_at: datetime | None = None

    def run(self) -> None:
        while not self.stop.is_set():
            try:
                wait = self._sweep()
            except Error:
                log.exception("timers_lost_database")
                wait = LONGEST_WAIT
                connection.close()
            self.stop.wait(wait)
        connection.close()

    def _sweep(self) -> float:
        now = clock.now()
        before = timers.next_due()
        late = now - before if before is not None and before <= now else timedelta()
        while not self.stop.is_set() and timers.sweep(clock.now()):
            pass
        self._say_alive(now, late)
        if clock.is_movable():
            return MOVABLE_CLOCK_LOOK
        after = timers.next_due()
        if after is None:
            return LONGEST_WAIT
        # One that is due already belongs to a ticket somebody is working on right now.
        return min(LONGEST_WAIT, max(SHORTEST_WAIT, (after - clock.now()).total_seconds()))

    def _say_alive(self, now: datetime, late: timedelta) -> None:
        if self.said_at is not None and timedelta() <= now - self.said_at < timedelta(seconds=5):
            return
        self.said_at = now
        heartbeat.say_alive("worker", at=now, late=late)


async def _rescue(worker_app: App, stop: asyncio.Event) -> None:
    """A job whose worker went silent is run again: tasks are idempotent, so twice is no harm."""
    manager = worker_app.job_manager
    while not stop.is_set():
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER):
            log.warning("job_rescued", job=job.id)
            await manager.retry_job(job, retry_at=datetime.now(UTC))  # noqa: TID251 - procrastinate's own clock
        await manager.prune_stalled_workers(STALLED_AFTER)
        try:
            await asyncio.wait_for(stop.wait(), RESCUE_EVERY.total_seconds())
        except TimeoutError:
            continue


async def _jobs(stopping: threading.Event) -> None:
    stop = asyncio.Event()
    # A second App for the worker's own connections: deferring inside a task must go on through Django's
    # connection, or it would leave the task's transaction.
    connector = app.connector
    assert isinstance(connector, DjangoConnector)
    worker_app = app.with_connector(connector.get_worker_connector())
    async with worker_app.open_async():
        rescue = asyncio.create_task(_rescue(worker_app, stop))
        try:
            await worker_app.run_worker_async(
                concurrency=CONCURRENCY,
                fetch_job_polling_interval=0.25,
                listen_notify=True,
                install_signal_handlers=True,
                delete_jobs="successful",
                shutdown_graceful_timeout=5,
            )
        finally:
            stopping.set()
            stop.set()
            await rescue


def main() -> None:
    stopping = threading.Event()
    sweeper = Sweeper(stopping)
    sweeper.start()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    try:
        asyncio.run(_jobs(stopping))
    finally:
        stopping.set()
        sweeper.join(timeout=10)
        close_old_connections()


if __name__ == "__main__":
    main()
