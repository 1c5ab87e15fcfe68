"""Proof that the rows are what the events say, and that the audit chain knows every event."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count

from tierline.audit.queries import entries
from tierline.desk import clocks, queries
from tierline.desk.digests import digest_of, words_fit
from tierline.desk.models import Task, Ticket, TicketEvent
from tierline.desk.models.ticket import columns_of
from tierline.domain.events import Event
from tierline.domain.ticket import Snapshot, fold
from tierline.plumbing.actor import Actor

_CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Difference:
    number: str
    column: str
    stored: Any
    replayed: Any


@dataclass(frozen=True, slots=True)
class Tampered:
    """``what``: altered (an event's digest differs from the chain's), missing or unrecorded."""

    ticket_id: int
    seq: int
    what: str


def differences(actor: Actor) -> Iterator[Difference]:
    """Every column of every ticket in scope that is not the fold of its events."""
    for rows in _chunks(actor):
        events = clocks.history(t.id for t in rows)
        open_tasks = dict(
            Task.objects.filter(ticket_id__in=[t.id for t in rows], finished_at=None)
            .values_list("ticket_id")
            .annotate(n=Count("id"))
        )
        for ticket in rows:
            if ticket.id not in events:
                yield Difference(ticket.number, "events", ticket.last_seq, 0)
                continue
            snapshot = fold(events[ticket.id])
            replayed = {**columns_of(snapshot), "last_seq": len(events[ticket.id])}
            replayed |= _by_clocks(ticket, snapshot, events[ticket.id])
            if replayed["open_tasks"] != open_tasks.get(ticket.id, 0):
                yield Difference(ticket.number, "tasks", open_tasks.get(ticket.id, 0), replayed["open_tasks"])
            for column, value in replayed.items():
                if getattr(ticket, column) != value:
                    yield Difference(ticket.number, column, getattr(ticket, column), value)


def tampered() -> Iterator[Tampered]:
    """Every event in scope whose content, presence or absence does not fit the audit chain."""
    chained: dict[int, dict[int, str]] = {}
    for entry in entries("ticket:"):
        own = chained.setdefault(int(entry.chain.partition(":")[2]), {})
        own.update({e["seq"]: e["digest"] for e in entry.facts.get("events", ())})
    for row in TicketEvent.objects.order_by("ticket_id", "seq").iterator(chunk_size=2000):
        known = chained.get(row.ticket_id, {}).pop(row.seq, None)
        if known is None:
            yield Tampered(row.ticket_id, row.seq, "unrecorded")
        elif known != digest_of(row) or not words_fit(row):
            yield Tampered(row.ticket_id, row.seq, "altered")
    for ticket_id, left in chained.items():
        for seq in left:
            yield Tampered(ticket_id, seq, "missing")


def _by_clocks(ticket: Ticket, snapshot: Snapshot, events: Sequence[Event]) -> dict[str, datetime | None]:
    """As of the last recording: that is when the columns were written."""
    at = max(event.recorded_at for event in events)
    read = clocks.readings([ticket], {ticket.id: events}, at=at)[ticket.id]
    return clocks.columns_of(snapshot, events, read)


def _chunks(actor: Actor) -> Iterator[Sequence[Ticket]]:
    ids = list(queries.all_ids(actor))
    for start in range(0, len(ids), _CHUNK):
        yield list(Ticket.objects.filter(id__in=ids[start : start + _CHUNK]).order_by("id"))
