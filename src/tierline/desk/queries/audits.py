"""The independent auditor: recompute all open clocks, and say what should have happened and did not, or should not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tierline.agreements import queries as agreements
from tierline.desk import clocks
from tierline.desk.models import Ticket
from tierline.domain.events import Event
from tierline.domain.sla import read_clocks
from tierline.domain.terms import Terms
from tierline.plumbing import timers
from tierline.plumbing.actor import Actor

# A sweeper that is alive is never this late; what is due since is simply on its way.
ON_ITS_WAY = timedelta(seconds=5)
_CHUNK = 1000


@dataclass(frozen=True, slots=True)
class ClockFault:
    """``what`` is one of

    unrecorded: a step fell due and is not on the record; no_timer: something will not wake up; wrong_timer: it will, at
    another instant; overdue_timer: it should have by now; surplus_timer: nothing needs it; doubled: a step is on the
    record twice; unfounded: it is on the record, and by what was known then it was not due at that instant;
    stale_column: the ticket's row shows another instant than its clocks.
    """

    ticket: str
    what: str
    clock: str
    due_at: datetime

    def to_json(self) -> dict[str, Any]:
        return {"ticket": self.ticket, "what": self.what, "clock": self.clock, "due_at": self.due_at.isoformat()}


def clock_faults(actor: Actor, *, at: datetime) -> tuple[list[ClockFault], int]:
    """The faults among the actor's open and resolved tickets, and how many tickets were looked at."""
    faults: list[ClockFault] = []
    looked, last = 0, 0
    alive = Ticket.objects.filter(merged_into_id=None).exclude(state__in=("verified", "archived"))
    while rows := list(alive.filter(enterprise_id__in=actor.enterprises, id__gt=last).order_by("id")[:_CHUNK]):
        faults += _faults_of(rows, at)
        looked, last = looked + len(rows), rows[-1].id
    return faults, looked


def _faults_of(rows: Sequence[Ticket], at: datetime) -> Iterator[ClockFault]:
    events = clocks.history(t.id for t in rows)
    terms = agreements.terms({t.agreement_id for t in rows if t.agreement_id})
    waking: dict[int, dict[tuple[str, str], datetime]] = {t.id: {} for t in rows}
    for (kind, ticket_id, key), due_at in timers.waking(clocks.KINDS, list(waking)).items():
        waking[ticket_id][kind, key] = due_at
    for ticket in rows:
        own = terms.get(ticket.agreement_id or 0)
        if own is not None:
            yield from _Audit(ticket, events[ticket.id], own, at).faults(waking[ticket.id])


class _Audit:
    """One ticket, read anew from its events."""

    def __init__(self, ticket: Ticket, events: Sequence[Event], terms: Terms, at: datetime) -> None:
        self._ticket = ticket
        self._events = events
        self._terms = terms
        self._all_terms = clocks.terms_of({ticket.id: events})
        self._at = at
        self._read = [] if clocks.is_imported(events) else read_clocks(events, terms=self._all_terms, at=at)

    def faults(self, waking: Mapping[tuple[str, str], datetime]) -> Iterator[ClockFault]:
        for due in clocks.untold(self._events, self._read, self._terms, until=self._at - ON_ITS_WAY):
            yield self._fault("unrecorded", due.key, due.at)
        yield from self._on_record()
        overdue = [(name, due_at) for name, due_at in waking.items() if due_at <= self._at]
        for (kind, key), due_at in overdue:
            if due_at <= self._at - ON_ITS_WAY:
                yield self._fault("overdue_timer", _named(kind, key), due_at)
        if not overdue:
            # What is about to fire is about to change the rest, too.
            yield from self._timers(waking)
            yield from self._columns()

    def _timers(self, waking: Mapping[tuple[str, str], datetime]) -> Iterator[ClockFault]:
        found = clocks.timers_of(self._ticket, self._read, self._terms, self._events, at=self._at)
        wanted = {(timer.kind, timer.key): timer.due_at for timer in found}
        for name, due_at in wanted.items():
            if name not in waking:
                yield self._fault("no_timer", _named(*name), due_at)
            elif waking[name] != due_at:
                yield self._fault("wrong_timer", _named(*name), due_at)
        for name in waking.keys() - wanted.keys():
            yield self._fault("surplus_timer", _named(*name), waking[name])

    def _columns(self) -> Iterator[ClockFault]:
        for column, value in clocks.columns_of(self._ticket, self._events, self._read).items():
            shown = getattr(self._ticket, column)
            if shown != value:
                yield self._fault("stale_column", column, value or shown)

    def _on_record(self) -> Iterator[ClockFault]:
        """Each step once, and at the instant it was due by what was known when it was recorded."""
        told = [e for e in self._events if e.type in ("clock_breached", "clock_warned")]
        for key, count in Counter(clocks.said(e.payload) for e in told).items():
            if count > 1:
                first = next(e for e in told if clocks.said(e.payload) == key)
                yield self._fault("doubled", key, first.occurred_at)
        for event in told:
            key = clocks.said(event.payload)
            known = [e for e in self._events if e.seq < event.seq and e not in told]
            read = read_clocks(known, terms=self._all_terms, at=event.recorded_at)
            due = {d.key: d.at for d in clocks.untold(known, read, self._terms, until=event.recorded_at)}
            if due.get(key) != event.occurred_at:
                yield self._fault("unfounded", key, event.occurred_at)

    def _fault(self, what: str, clock: str, due_at: datetime) -> ClockFault:
        return ClockFault(self._ticket.number, what, clock, due_at)


def _named(kind: str, key: str) -> str:
    return key if kind == clocks.CLOCK else kind
