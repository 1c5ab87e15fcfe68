"""Why is this due then: one clock's ledger as rows, its sum, and what is still to come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import NamedTuple

from tierline.domain.calendars import Calendar
from tierline.domain.calendars.zones import zone_of
from tierline.domain.events import Event
from tierline.domain.sla.reading import Reading, Restated
from tierline.domain.sla.timers import Due, planned
from tierline.domain.terms import Terms


class Row(NamedTuple):
    """A stretch in which nothing about the clock changed. ``counted`` and ``total`` (so far) are microseconds.

    ``zone`` is the agreement's; ``two_zones`` says that the reader's clock shows another hour at its start or end.
    """

    from_at: datetime
    to_at: datetime
    state: str
    reason: str
    calendar: str
    zone: str
    target: int | None
    counted: int
    total: int
    two_zones: bool


class Explanation(NamedTuple):
    """``rows`` follow each other without a gap; the last ``total`` is what the clock consumed.

    ``coming`` are the steps that lie after the asked instant, in order; ``restated`` the last time that later
    knowledge changed a verdict that had been published.
    """

    reading: Reading
    zone: str
    two_zones: bool
    rows: tuple[Row, ...]
    coming: tuple[Due, ...]
    restated: Restated | None


def explain(
    readings: Iterable[Reading],
    terms: Mapping[int, Terms] | Terms,
    *,
    at: datetime,
    reader: tzinfo,
    events: Sequence[Event] = (),
) -> list[Explanation]:
    """Everything that the panel of the ticket and ``tierline sla explain`` show, in the order of the readings."""
    told = _restated(events)
    return [_explained(r, terms, at, reader, told.get((r.kind, r.party, r.cycle))) for r in readings]


def differs(at: datetime | None, zone: str, reader: tzinfo) -> bool:
    """Whether the two clocks on the wall show different hours then."""
    return at is not None and at.astimezone(zone_of(zone)).utcoffset() != at.astimezone(reader).utcoffset()


def _explained(
    reading: Reading, terms: Mapping[int, Terms] | Terms, at: datetime, reader: tzinfo, told: Restated | None
) -> Explanation:
    rows, total, home = [], 0, _home(reading, terms)
    for segment in reading.segments:
        total += segment.counted
        zone = _zone(segment.calendar, home)
        two = differs(segment.from_at, zone, reader) or differs(segment.to_at, zone, reader)
        label = segment.calendar.label
        rows.append(Row(*segment[:4], label, zone, segment.target, segment.counted, total, two))
    end = reading.due_at or reading.breached_at or reading.stopped_at
    zone = _zone(reading.calendar, home)
    two = any(row.two_zones for row in rows) or differs(end, zone, reader)
    coming = tuple(due for due in planned(reading, terms) if due.at > at)
    return Explanation(reading, zone, two, tuple(rows), coming, told)


def _home(reading: Reading, terms: Mapping[int, Terms] | Terms) -> str:
    own = terms if isinstance(terms, Terms) else terms[reading.agreement]  # type: ignore[index]
    return own.calendars[own.working].zone


def _zone(calendar: Calendar, home: str) -> str:
    """Around the clock no zone counts; it is told in that of the agreement's working days."""
    return home if calendar.is_continuous else calendar.zone


def _restated(events: Sequence[Event]) -> dict[tuple[str, str, int], Restated]:
    found = {}
    for event in events:
        if event.type == "clock_restated":
            said = event.payload
            key = said["kind"], str(said.get("party") or ""), int(said.get("cycle", 1))
            found[key] = Restated(*key, said["before"], said["after"])
    return found
