"""The same history under two sets of terms: which promises move, break or hold that did not before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from tierline.domain.events import Event
from tierline.domain.sla.reading import BREACHED, DISMISSED, MERGED, PAUSED, Reading
from tierline.domain.terms import Terms

BREAKS, HOLDS, MOVES, ADDED, DROPPED = "breaks", "holds", "moves", "added", "dropped"
# In the order in which a person wants to read them.
WHATS = (BREAKS, HOLDS, MOVES, ADDED, DROPPED)


class Side(NamedTuple):
    """One clock under one set of terms. ``due_at`` of a stopped clock is when it would have been due."""

    state: str
    due_at: datetime | None
    consumed: int
    target: int


class Difference(NamedTuple):
    """``what``: breaks (a breach that was none), holds (no breach any more), moves (another due time, or while paused

    another budget left, with the same verdict), added or dropped (promised on one side only; the other side is None).
    """

    kind: str
    party: str
    cycle: int
    what: str
    before: Side | None
    after: Side | None


def compare(before: Iterable[Reading], after: Iterable[Reading]) -> list[Difference]:
    """The clocks that read otherwise, in the order of ``before``, then those that only ``after`` has.

    A clock is one by kind, party and cycle. Merged and dismissed clocks have no due time that could move.
    """
    old, new = ({(r.kind, r.party, r.cycle): _side(r) for r in read if r.target} for read in (before, after))
    found = []
    for key in [*old, *(k for k in new if k not in old)]:
        one, other = old.get(key), new.get(key)
        what = _what(one, other)
        if what:
            found.append(Difference(*key, what, one, other))
    return found


def drafted(terms: Mapping[int, Terms], versions: Iterable[int], draft: Terms) -> Mapping[int, Terms]:
    """The terms as though those versions had said what the draft says."""
    return {**terms, **{version: draft for version in versions if version in terms}}


def rebased(events: Sequence[Event], agreement: int, *, at: datetime) -> list[Event]:
    """The events as though the ticket were moved to that agreement version at ``at``."""
    last = max(event.seq for event in events)
    move = Event(events[0].ticket_id, last + 1, at, at, "clock_rebased", payload={"agreement": agreement})
    return [*events, move]


def _what(one: Side | None, other: Side | None) -> str:
    if one is None or other is None:
        return ADDED if one is None else DROPPED
    if (one.state == BREACHED) != (other.state == BREACHED):
        return BREAKS if other.state == BREACHED else HOLDS
    return "" if (one.due_at, _budget(one)) == (other.due_at, _budget(other)) else MOVES


def _budget(side: Side) -> int | None:
    """What is left of a paused clock: it will be due that much later once it runs. Of others the due time says it."""
    return side.target - side.consumed if side.state == PAUSED else None


def _side(reading: Reading) -> Side:
    return Side(reading.state, _due(reading), reading.consumed, reading.target)


def _due(reading: Reading) -> datetime | None:
    """None while paused: a paused clock has no due time on either side."""
    if reading.breached_at is not None:
        return reading.breached_at
    if reading.stopped_at is None or reading.state in (DISMISSED, MERGED):
        return reading.due_at
    return reading.calendar.due(reading.stopped_at, reading.left) if reading.left > 0 else reading.stopped_at
