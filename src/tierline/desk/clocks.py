"""The ticket's SLA clocks: read off its events, and the timer rows that wake up for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from tierline.agreements import queries as agreements
from tierline.desk.models import Ticket, TicketEvent
from tierline.domain.events import Event
from tierline.domain.lifecycle import State
from tierline.domain.sla import BREACH, Due, Reading, next_instant, planned, read_clocks
from tierline.domain.terms import Terms
from tierline.plumbing import timers

CLOCK, SILENCE, RESUME = "ticket.clock", "ticket.silence", "ticket.resume"

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
    return {t.id: read_clocks(events[t.id], terms=terms, at=at) for t in tickets}


def set_timers(tickets: Sequence[Ticket], events: Mapping[int, Sequence[Event]], *, at: datetime) -> None:
    """Wake up at each clock's next interesting instant; ``next_due_at`` becomes the earliest running promise."""
    terms = terms_of(events)
    wanted: dict[str, list[timers.Wanted]] = {CLOCK: [], SILENCE: [], RESUME: []}
    for ticket in tickets:
        read = read_clocks(events[ticket.id], terms=terms, at=at)
        ticket.next_due_at = min((r.due_at for r in read if r.due_at is not None and r.is_open), default=None)
        own = terms.get(ticket.agreement_id or 0)
        if ticket.merged_into_id is None:
            wanted[CLOCK] += _clock_timers(ticket, read, own, events[ticket.id], at)
            wanted[SILENCE] += _silence_timer(ticket, own)
            wanted[RESUME] += _resume_timer(ticket)
    for kind, rows in wanted.items():
        timers.set_timers(kind, [t.id for t in tickets], rows)


def untold(events: Sequence[Event], readings: Sequence[Reading], terms: Terms, *, until: datetime) -> list[Due]:
    """Warnings, alert steps and breaches that fell due by ``until`` and are not on the record yet, in order.

    A breach counts even when the clock was stopped afterwards and nobody had woken up in between.
    """
    told = {_said(e.payload) for e in events if e.type in ("clock_breached", "clock_warned")}
    due = [d for r in readings for d in planned(r, terms) if d.at <= until]
    due += [
        Due(r.breached_at, r.kind, r.party, r.cycle, BREACH)
        for r in readings
        if r.breached_at is not None and not r.is_open
    ]
    return sorted(d for d in due if d.step != "resume" and d.key not in told)


def _said(payload: Mapping[str, object]) -> str:
    return f"{payload['kind']}/{payload.get('party', '')}/{payload['cycle']}/{payload.get('step', BREACH)}"


def _clock_timers(
    ticket: Ticket, read: Sequence[Reading], terms: Terms | None, events: Sequence[Event], at: datetime
) -> list[timers.Wanted]:
    if terms is None:
        return []
    wanted = {}
    for reading in read:
        due = next_instant(reading, terms, after=at)
        if due is not None:
            wanted[f"{reading.kind}/{reading.party}/{reading.cycle}"] = due.at
    for due in untold(events, read, terms, until=at):
        key = f"{due.kind}/{due.party}/{due.cycle}"
        wanted[key] = min(due.at, wanted.get(key, due.at))
    return [timers.Wanted(ticket.enterprise_id, ticket.id, key, due_at) for key, due_at in wanted.items()]


def _silence_timer(ticket: Ticket, terms: Terms | None) -> list[timers.Wanted]:
    if ticket.state != State.RESOLVED or ticket.resolved_at is None or terms is None:
        return []
    due_at = ticket.resolved_at + timedelta(microseconds=terms.silence)
    return [timers.Wanted(ticket.enterprise_id, ticket.id, "silence", due_at)]


def _resume_timer(ticket: Ticket) -> list[timers.Wanted]:
    if ticket.state != State.WAITING or ticket.waiting_until is None:
        return []
    return [timers.Wanted(ticket.enterprise_id, ticket.id, "resume", ticket.waiting_until)]


def terms_of(events: Mapping[int, Sequence[Event]]) -> Mapping[int, Terms]:
    """What the agreement versions promise that these events pin."""
    pinned = (e.payload.get("agreement") for history in events.values() for e in history)
    return agreements.terms({version for version in pinned if version is not None})
