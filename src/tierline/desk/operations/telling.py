"""A history told in one transaction: what was locked and read stays at hand, and what follows is written once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime

from tierline.audit.operations import keeping_tails
from tierline.desk import clocks
from tierline.desk.models import Ticket
from tierline.desk.models.ticket import PROJECTED
from tierline.domain.events import Event
from tierline.plumbing.rows import update
from tierline.plumbing.service import require_transaction

WRITTEN = (*PROJECTED, *clocks.COLUMNS, "version", "last_seq")


@dataclass(slots=True)
class Told:
    """Tickets as the acts left them and their events; the rows of ``tickets`` are locked by this transaction."""

    tickets: dict[int, Ticket] = field(default_factory=dict)
    events: dict[int, list[Event]] = field(default_factory=dict)
    latest: datetime | None = None


_told: ContextVar[Told | None] = ContextVar("told", default=None)


def told() -> Told | None:
    return _told.get()


@contextmanager
def telling() -> Iterator[None]:
    """Inside, acts write their events and records at once; rows, queue places and timers follow at the end.

    For thousands of acts on tickets that nobody else can know of yet, or that one transaction owns. Nobody is told.
    """
    require_transaction()
    kept = Told()
    token = _told.set(kept)
    try:
        with keeping_tails():
            yield
    finally:
        _told.reset(token)
    if kept.latest is not None:
        tickets = [ticket for ticket in kept.tickets.values() if ticket.id in kept.events]
        clocks.set_timers(tickets, kept.events, at=kept.latest)
        update(tickets, WRITTEN)
