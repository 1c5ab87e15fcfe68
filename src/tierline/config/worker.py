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
from django.db import close_old_connections  # noqa: E402
from procrastinate import App  # noqa: E402
from procrastinate.contrib.django import app  # noqa: E402
from procrastinate.contrib.django.django_connector import DjangoConnector  # noqa: E402

from tierline.channels.services.mailroom import Mailroom  # noqa: E402
from tierline.config.sweeper import Sweeper  # noqa: E402

log = structlog.get_logger(__name__)

CONCURRENCY = 4
RESCUE_EVERY = timedelta(seconds=10)
STALLED_AFTER = 30.0


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
    mailroom = Mailroom(stopping)
    mailroom.start()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    try:
        asyncio.run(_jobs(stopping))
    finally:
        stopping.set()
        sweeper.join(timeout=10)
        mailroom.join(timeout=10)
        close_old_connections()


if __name__ == "__main__":
    main()
