"""The ticket's SLA clocks: read off its events, and the timer rows that wake up for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from tierline.agreements import queries as agreements
from tierline.desk.models import Ticket, TicketEvent
from tierline.domain.escalation import owed_pages
from tierline.domain.events import Event
from tierline.domain.lifecycle import State
from tierline.domain.ownership import silence
from tierline.domain.sla import BREACH, Due, Reading, next_instant, order_at, planned, read_clocks, touched_at
from tierline.domain.terms import Terms
from tierline.domain.ticket import Snapshot
from tierline.plumbing import timers

CLOCK, SILENCE, RESUME = "ticket.clock", "ticket.silence", "ticket.resume"
PAGE, RETURN = "ticket.page", "ticket.return"
KINDS = (CLOCK, SILENCE, RESUME, PAGE, RETURN)

# What the customer was promised; the rest is between us.
CUSTOMER_KINDS = frozenset({"first_response", "next_response", "update_cadence", "restore", "resolve"})


def history(ticket_ids: Iterable[int]) -> dict[int, list[Event]]:
    """The events of each ticket in recording order; a ticket without any is absent."""
    found: dict[int, list[Event]] = {}
    for row in TicketEvent.objects.filter(ticket_id__in=list(ticket_ids)).order_by("ticket_id", "seq"):
        found.setdefault(row.ticket_id, []).append(row.fact())
    return found


def readings(
    tickets: Sequence[Ticket], events: Mapping[int, Sequence[Event]], *, at: datetime
) -> dict[int, list[Reading]]:
    """Every clock of each ticket as it stands at ``at``, by the agreement versions that the events pin."""
    terms = terms_of(events)
    return {t.id: _read(events[t.id], terms, at) for t in tickets}


def is_imported(events: Sequence[Event]) -> bool:
    """Whether the ticket was brought over from another desk: what it owed was owed there, so it has no clocks here.

    ``events`` in recording order.
    """
    return bool(events) and bool(events[0].payload.get("imported"))


def _read(events: Sequence[Event], terms: Mapping[int, Terms], at: datetime) -> list[Reading]:
    return [] if is_imported(events) else read_clocks(events, terms=terms, at=at)


def set_timers(tickets: Sequence[Ticket], events: Mapping[int, Sequence[Event]], *, at: datetime) -> None:
    """Wake up at each clock's next interesting instant, and set the columns that queues sort by."""
    terms = terms_of(events)
    wanted: dict[str, list[timers.Wanted]] = {kind: [] for kind in KINDS}
    for ticket in tickets:
        read = _read(events[ticket.id], terms, at)
        for column, value in columns_of(ticket, events[ticket.id], read).items():
            setattr(ticket, column, value)
        own = terms.get(ticket.agreement_id or 0)
        for timer in timers_of(ticket, read, own, events[ticket.id], at=at):
            wanted[timer.kind].append(timers.Wanted(ticket.enterprise_id, ticket.id, timer.key, timer.due_at))
    timers.set_timers([t.id for t in tickets], wanted)


class Timer(NamedTuple):
    kind: str
    key: str
    due_at: datetime


def timers_of(
    ticket: Ticket, read: Sequence[Reading], terms: Terms | None, events: Sequence[Event], *, at: datetime
) -> list[Timer]:
    """Everything that wakes up for the ticket: one timer a clock, and those of the ticket's own course."""
    if ticket.merged_into_id is not None or terms is None or is_imported(events):
        return []
    found = _of_clocks(read, terms, events, at)
    if ticket.state == State.RESOLVED and ticket.resolved_at is not None:
        found.append(Timer(SILENCE, "silence", ticket.resolved_at + timedelta(microseconds=terms.silence)))
    if ticket.state == State.WAITING and ticket.waiting_until is not None:
        found.append(Timer(RESUME, "resume", ticket.waiting_until))
    if ticket.priority == "P1":
        found += [Timer(PAGE, "page", page.at) for page in owed_pages(events)[:1]]
    if ticket.assignee_id is not None and ticket.state == State.OPEN:
        silent = silence(events, terms)
        if silent is not None:
            found.append(Timer(RETURN, "return", silent.returns_at))
    return found


# The ticket's columns that its clocks decide.
COLUMNS = ("next_due_at", "order_at")


def columns_of(
    ticket: Ticket | Snapshot, events: Sequence[Event], readings: Sequence[Reading]
) -> dict[str, datetime | None]:
    """``next_due_at`` is the earliest running promise; ``order_at`` that or the starvation bound, of open tickets.

    An imported ticket waits for its turn from when it came here, not from when it was opened elsewhere.
    """
    if is_imported(events):
        came_at = max(event.recorded_at for event in events)
        place = order_at(priority=ticket.priority, due_at=None, touched_at=came_at, waits_until=ticket.waiting_until)
        return {"next_due_at": None, "order_at": place if ticket.is_open else None}
    due_at = min((r.due_at for r in readings if r.due_at is not None and r.is_open), default=None)
    if not ticket.is_open:
        return {"next_due_at": due_at, "order_at": None}
    sorts_at = order_at(
        priority=ticket.priority, due_at=due_at, touched_at=touched_at(events), waits_until=ticket.waiting_until
    )
    return {"next_due_at": due_at, "order_at": sorts_at}


def untold(events: Sequence[Event], readings: Sequence[Reading], terms: Terms, *, until: datetime) -> list[Due]:
    """Warnings, alert steps and breaches that fell due by ``until`` and are not on the record yet, in order.

    A breach counts even when the clock was stopped afterwards and nobody had woken up in between.
    """
    if is_imported(events):
        return []
    told = {said(e.payload) for e in events if e.type in ("clock_breached", "clock_warned")}
    due = [d for r in readings for d in planned(r, terms) if d.at <= until]
    due += [
        Due(r.breached_at, r.kind, r.party, r.cycle, BREACH)
        for r in readings
        if r.breached_at is not None and not r.is_open
    ]
    return sorted(d for d in due if d.step != "resume" and d.key not in told)


def said(payload: Mapping[str, object]) -> str:
    """Under which key a warning or breach is on the record: the same as that of the Due."""
    return f"{payload['kind']}/{payload.get('party', '')}/{payload['cycle']}/{payload.get('step', BREACH)}"


def _of_clocks(read: Sequence[Reading], terms: Terms, events: Sequence[Event], at: datetime) -> list[Timer]:
    wanted = {}
    for reading in read:
        due = next_instant(reading, terms, after=at)
        if due is not None:
            wanted[key_of(reading)] = due.at
    for due in untold(events, read, terms, until=at):
        key = key_of(due)
        wanted[key] = min(due.at, wanted.get(key, due.at))
    return [Timer(CLOCK, key, due_at) for key, due_at in wanted.items()]


def key_of(clock: Reading | Due) -> str:
    """The timer's key of a clock."""
    return f"{clock.kind}/{clock.party}/{clock.cycle}"


def terms_of(events: Mapping[int, Sequence[Event]]) -> Mapping[int, Terms]:
    """What the agreement versions promise that these events pin."""
    pinned = (e.payload.get("agreement") for history in events.values() for e in history)
    return agreements.terms({version for version in pinned if version is not None})
