"""The loop that fires timers, in the worker and in its stand-by."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import structlog
from django.db import Error, connection

from tierline.plumbing import clock, heartbeat, timers

log = structlog.get_logger(__name__)

# A timer set meanwhile may fall due at once, as a page does: nobody sleeps longer than this.
LONGEST_WAIT = 0.25
SHORTEST_WAIT = 0.02
MOVABLE_CLOCK_LOOK = 0.05
LOST_DATABASE_WAIT = 1.0
SAY_ALIVE_EVERY = timedelta(seconds=5)


class Sweeper(threading.Thread):
    """Fires timers until told to stop: sleeps until the next due instant, at most a quarter of a second.

    ``leaves``: what is overdue by less is left to another process. A stand-by that leaves what the worker is about
    to do costs a look now and then, and takes over when the worker is gone.
    """

    def __init__(self, stop: threading.Event, *, role: str = "worker", leaves: timedelta = timedelta()) -> None:
        super().__init__(name="timers", daemon=True)
        self.stop = stop
        self.role = role
        self.leaves = leaves
        self.said_at: datetime | None = None

    def run(self) -> None:
        while not self.stop.is_set():
            try:
                wait = self.look()
            except Error:
                log.exception("timers_lost_database")
                wait = LOST_DATABASE_WAIT
                connection.close()
            self.stop.wait(wait)
        connection.close()

    def look(self) -> float:
        """Fire what is due; the seconds until the next look."""
        now = clock.now()
        before = timers.next_due()
        late = now - before if before is not None and before <= now else timedelta()
        while not self.stop.is_set() and timers.sweep(clock.now(), leaves=self.leaves):
            pass
        self._say_alive(now, late)
        if clock.is_movable():
            return MOVABLE_CLOCK_LOOK
        after = timers.next_due()
        if after is None:
            return LONGEST_WAIT
        # One that is due already belongs to a ticket somebody is working on right now, or to the other process.
        shortest = SHORTEST_WAIT if not self.leaves else self.leaves.total_seconds() / 4
        return min(LONGEST_WAIT, max(shortest, (after + self.leaves - clock.now()).total_seconds()))

    def _say_alive(self, now: datetime, late: timedelta) -> None:
        if self.said_at is not None and timedelta() <= now - self.said_at < SAY_ALIVE_EVERY:
            return
        self.said_at = now
        heartbeat.say_alive(self.role, at=now, late=late)
