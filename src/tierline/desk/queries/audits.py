"""The independent auditor: recompute all open clocks, and say what should have happened and did not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tierline.agreements import queries as agreements
from tierline.desk import clocks
from tierline.desk.models import Ticket
from tierline.domain.sla import next_instant
from tierline.plumbing import timers
from tierline.plumbing.actor import Actor

# A sweeper that is alive is never this late; what is due since is simply on its way.
ON_ITS_WAY = timedelta(seconds=5)
_CHUNK = 1000


@dataclass(frozen=True, slots=True)
class ClockFault:
    """``what``: unrecorded (a due step is not on the record), no_timer (an open clock will not wake), stale_timer."""

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


def _faults_of(rows: Sequence[Ticket], at: datetime) -> list[ClockFault]:
    events = clocks.history(t.id for t in rows)
    terms = agreements.terms({t.agreement_id for t in rows if t.agreement_id})
    read = clocks.readings(rows, events, at=at)
    waking = timers.waking(clocks.CLOCK, [t.id for t in rows])
    faults = []
    for ticket in rows:
        own = terms.get(ticket.agreement_id or 0)
        if own is None:
            continue
        for due in clocks.untold(events[ticket.id], read[ticket.id], own, until=at - ON_ITS_WAY):
            faults.append(ClockFault(ticket.number, "unrecorded", f"{due.kind}/{due.step}", due.at))
        for reading in read[ticket.id]:
            expected = next_instant(reading, own, after=at)
            if expected is None:
                continue
            key = f"{reading.kind}/{reading.party}/{reading.cycle}"
            set_for = waking.get((ticket.id, key))
            if set_for is None:
                faults.append(ClockFault(ticket.number, "no_timer", key, expected.at))
            elif set_for > expected.at:
                faults.append(ClockFault(ticket.number, "stale_timer", key, expected.at))
    return faults
