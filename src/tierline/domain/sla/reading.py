"""What a clock shows at an instant: the reading, and the ledger of segments it is the sum of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from tierline.domain.calendars import Calendar, instant, shown
from tierline.domain.terms import Kind, Promise, Terms

IDLE, RUNNING, PAUSED = "idle", "running", "paused"
MET, BREACHED, DISMISSED, MERGED = "met", "breached", "dismissed", "merged"
NO_REPLY, NO_PROMISE, RESOLVED_FIRST = "no_reply", "no_promise", "resolved_first"


# A segment as the fold collects it, instants in microseconds since 1970: from, to, whether it ran, reason, calendar,
# target, counted. A plain tuple, because a ticket makes dozens and most are never looked at.
Stretch = tuple[int, int, bool, str, Calendar, int | None, int]


class Segment(NamedTuple):
    """A stretch in which nothing about the clock changed. ``counted`` is its open microseconds, 0 when paused.

    ``reason``: running, what began the stretch; paused, what the clock waits for.
    """

    from_at: datetime
    to_at: datetime
    state: str
    reason: str
    calendar: Calendar
    target: int | None
    counted: int

    def to_json(self) -> dict[str, Any]:
        return {
            "from": shown(self.from_at),
            "to": shown(self.to_at),
            "state": self.state,
            "reason": self.reason,
            "calendar": self.calendar.label,
            "zone": self.calendar.zone,
            "target_microseconds": self.target,
            "counted_microseconds": self.counted,
        }


class Reading(NamedTuple):
    """One clock at one instant. ``consumed`` and ``target`` are microseconds of ``calendar``.

    ``due_at`` is given only while the clock runs; of a breached clock that still runs it may lie in the past.
    A breached clock that was stopped later stays breached. ``verdict_note`` is a code, such as no_reply.
    ``resumes_at`` is the end of a pause that has one.
    """

    kind: str
    party: str
    cycle: int
    state: str
    started_at: datetime | None
    stopped_at: datetime | None
    due_at: datetime | None
    consumed: int
    target: int
    verdict_note: str
    breached_at: datetime | None
    ledger: tuple[Stretch, ...]
    resumes_at: datetime | None
    priority: str
    agreement: int | str
    calendar: Calendar

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The ledger with instants: every moment from the start is in one of them, and their sum is ``consumed``."""
        return tuple(
            Segment(instant(since), instant(until), RUNNING if ran else PAUSED, reason, calendar, target, counted)
            for since, until, ran, reason, calendar, target, counted in self.ledger
        )

    @property
    def is_open(self) -> bool:
        """Still to be stopped: a breach does not close a clock."""
        return self.stopped_at is None and self.started_at is not None

    @property
    def left(self) -> int:
        """Microseconds of budget left; negative when overdrawn."""
        return self.target - self.consumed

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "party": self.party,
            "cycle": self.cycle,
            "state": self.state,
            "priority": self.priority,
            "agreement": self.agreement,
            "started_at": _shown(self.started_at),
            "stopped_at": _shown(self.stopped_at),
            "due_at": _shown(self.due_at),
            "breached_at": _shown(self.breached_at),
            "resumes_at": _shown(self.resumes_at),
            "consumed_microseconds": self.consumed,
            "target_microseconds": self.target,
            "left_microseconds": self.left,
            "verdict_note": self.verdict_note,
            "segments": [segment.to_json() for segment in self.segments],
        }


class Restated(NamedTuple):
    """A published verdict that later knowledge changes: the clock and what it said before and says now."""

    kind: str
    party: str
    cycle: int
    before: str
    after: str


def restatements(before: list[Reading], after: list[Reading]) -> list[Restated]:
    """The verdicts (met, breached) of ``before`` that read otherwise in ``after``: each owes a clock_restated event."""
    now = {(r.kind, r.party, r.cycle): r.state for r in after}
    return [
        Restated(r.kind, r.party, r.cycle, r.state, now.get((r.kind, r.party, r.cycle), DISMISSED))
        for r in before
        if r.state in (MET, BREACHED) and now.get((r.kind, r.party, r.cycle), DISMISSED) != r.state
    ]


def _shown(at: datetime | None) -> str | None:
    return None if at is None else shown(at)


def lowering_needs_second_person(readings: Iterable[Reading], terms: Terms) -> bool:
    """Whether an open clock has used so much of its target that lowering the priority would look like laundering."""
    return any(r.is_open and r.target and r.consumed * 100 >= r.target * terms.second_person_from for r in readings)


def not_started(kind: Kind, promise: Promise, *, priority: str, agreement: int | str) -> Reading:
    """A clock that waits for the event that starts it."""
    return Reading(
        kind=kind.value,
        party="",
        cycle=0,
        state=IDLE,
        started_at=None,
        stopped_at=None,
        due_at=None,
        consumed=0,
        target=promise.micros,
        verdict_note="",
        breached_at=None,
        ledger=(),
        resumes_at=None,
        priority=priority,
        agreement=agreement,
        calendar=promise.calendar,
    )
