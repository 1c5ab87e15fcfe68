"""Who is on duty when: lines of local time become stretches of UTC, and what they leave open or double is found.

A begin that does not exist moves to the first valid instant; of a time that happens twice a begin takes the first, an
end the last. Where one hands over to the next at such a time, they meet at the first: no hour is uncovered that the
wall clock says is covered, and none is doubled.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import pairwise
from typing import ClassVar
from zoneinfo import ZoneInfo

from tierline.domain.calendars import instant
from tierline.domain.calendars.zones import wall, zone_of
from tierline.domain.errors import DomainError, Invalid

DAY_MINUTES = 24 * 60
LONGEST_DAYS = 400
_A_DAY = timedelta(days=1)


class TooLong(Invalid):
    """A roster spans at most ``limit`` days."""

    code: ClassVar[str] = "roster_too_long"


class ShiftsOverlap(DomainError):
    """The person would be on duty twice at once for one enterprise. ``person``, ``starts_at``."""

    code = "shifts_overlap"


@dataclass(frozen=True)
class Line:
    """From ``first`` to ``last`` on these weekdays (1 is Monday), from ``starts`` to ``ends`` minutes of the local day.

    An end at or before the start lies on the next day; so ``ends`` equal to ``starts`` is a whole day. ``person`` 0
    is a line of need: so many ``heads`` are wanted then. ``without`` are dates on which the line does not hold.
    """

    kind: str
    tier: int
    zone: str
    weekdays: frozenset[int]
    starts: int
    ends: int
    first: date
    last: date
    person: int = 0
    heads: int = 1
    without: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        for name, minute in (("starts", self.starts), ("ends", self.ends)):
            if not 0 <= minute < DAY_MINUTES:
                raise Invalid(field=name, value=minute)
        if not self.weekdays or not self.weekdays <= set(range(1, 8)):
            raise Invalid(field="weekdays", value=sorted(self.weekdays))
        if self.last < self.first:
            raise Invalid(field="last", value=self.last.isoformat())
        if (self.last - self.first).days >= LONGEST_DAYS:
            raise TooLong(field="last", limit=LONGEST_DAYS)
        if self.tier not in (1, 2, 3):
            raise Invalid(field="tier", value=self.tier, allowed=[1, 2, 3])
        if not 1 <= self.heads <= 1000:
            raise Invalid(field="heads", value=self.heads)
        zone_of(self.zone)

    @cached_property
    def end_minute(self) -> int:
        """The end counted from midnight of the day on which the stretch begins."""
        return self.ends if self.ends > self.starts else self.ends + DAY_MINUTES

    def days(self) -> Iterator[date]:
        for n in range((self.last - self.first).days + 1):
            day = self.first + n * _A_DAY
            if day.isoweekday() in self.weekdays and day not in self.without:
                yield day


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """Duty in [starts_at, ends_at). ``person`` 0 is a stretch of need for ``heads``."""

    starts_at: datetime
    ends_at: datetime
    person: int
    kind: str
    tier: int
    heads: int = 1


@dataclass(frozen=True, slots=True, order=True)
class Gap:
    """Between these instants ``have`` of ``need`` wanted seats are filled."""

    starts_at: datetime
    ends_at: datetime
    tier: int
    kind: str
    have: int
    need: int


@dataclass(frozen=True, slots=True, order=True)
class Overlap:
    """One person twice on duty between these instants."""

    starts_at: datetime
    ends_at: datetime
    person: int


def stretches(lines: Iterable[Line]) -> list[Stretch]:
    """All stretches of the lines, by start. A stretch that the zone's clock skips altogether is none."""
    laid = [_Laid.of(line, day) for line in lines for day in line.days()]
    begins = {(one.seat, one.zone.key, one.start_wall): one.starts_at for one in laid}
    found = []
    for one in laid:
        # Handed over at a time that happens twice: once, when the next begins.
        ends_at = min(one.ends_at, begins.get((one.seat, one.zone.key, one.end_wall), one.ends_at))
        if one.starts_at < ends_at:
            found.append(Stretch(one.starts_at, ends_at, one.line.person, one.line.kind, one.line.tier, one.line.heads))
    return sorted(found)


@dataclass(frozen=True, slots=True)
class _Laid:
    """A line laid on one day: the wall times as written and the instants they mean."""

    line: Line
    zone: ZoneInfo
    start_wall: datetime
    end_wall: datetime
    starts_at: datetime
    ends_at: datetime

    @classmethod
    def of(cls, line: Line, day: date) -> _Laid:
        zone = zone_of(line.zone)
        midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a wall time, compared with wall times only
        return cls(
            line,
            zone,
            midnight + timedelta(minutes=line.starts),
            midnight + timedelta(minutes=line.end_minute),
            instant(wall(zone, day, line.starts, is_end=False)),
            instant(wall(zone, day, line.end_minute, is_end=True)),
        )

    @property
    def seat(self) -> tuple[bool, str, int]:
        return self.line.person == 0, self.line.kind, self.line.tier


def overlaps(planned: Iterable[Stretch]) -> list[Overlap]:
    """Where one person is on duty twice; touching stretches are none."""
    found, latest = [], dict[int, datetime]()
    for s in sorted(s for s in planned if s.person):
        until = latest.get(s.person)
        if until is not None and s.starts_at < until:
            found.append(Overlap(s.starts_at, min(s.ends_at, until), s.person))
        latest[s.person] = max(s.ends_at, until or s.ends_at)
    return found


def gaps(needed: Sequence[Stretch], planned: Sequence[Stretch], *, within: tuple[datetime, datetime]) -> list[Gap]:
    """Where fewer are on duty than the need asks for, merged while the figures stay the same.

    A need is met by whoever sits in that tier with that kind of duty. Several needs of one tier and kind at the same
    time add up.
    """
    low, high = within
    found: list[Gap] = []
    for tier, kind in sorted({(n.tier, n.kind) for n in needed}):
        wanted = [n for n in needed if (n.tier, n.kind) == (tier, kind)]
        there = [p for p in planned if p.kind == kind and p.tier == tier]
        found += _short(wanted, there, tier, kind, low, high)
    return sorted(found)


def _short(
    wanted: Sequence[Stretch], there: Sequence[Stretch], tier: int, kind: str, low: datetime, high: datetime
) -> list[Gap]:
    steps: dict[datetime, list[int]] = {low: [0, 0], high: [0, 0]}
    for column, rows in ((0, wanted), (1, there)):
        for row in rows:
            starts_at, ends_at = max(row.starts_at, low), min(row.ends_at, high)
            if starts_at < ends_at:
                steps.setdefault(starts_at, [0, 0])[column] += row.heads
                steps.setdefault(ends_at, [0, 0])[column] -= row.heads
    found: list[Gap] = []
    need = have = 0
    instants = sorted(steps)
    for at, until in pairwise(instants):
        need, have = need + steps[at][0], have + steps[at][1]
        if have >= need:
            continue
        last = found[-1] if found else None
        if last is not None and (last.ends_at, last.have, last.need) == (at, have, need):
            found[-1] = replace(last, ends_at=until)
        else:
            found.append(Gap(at, until, tier, kind, have, need))
    return found


def without(planned: Iterable[Stretch], absences: Iterable[tuple[int, datetime, datetime]]) -> list[Stretch]:
    """The stretches with every (person, from, to) of absence cut out of them."""
    away: dict[int, list[tuple[datetime, datetime]]] = {}
    for person, starts_at, ends_at in absences:
        away.setdefault(person, []).append((starts_at, ends_at))
    left = []
    for stretch in planned:
        pieces = [stretch]
        for starts_at, ends_at in away.get(stretch.person, ()):
            pieces = [piece for whole in pieces for piece in _cut(whole, starts_at, ends_at)]
        left += pieces
    return sorted(left)


def _cut(whole: Stretch, starts_at: datetime, ends_at: datetime) -> list[Stretch]:
    if ends_at <= whole.starts_at or starts_at >= whole.ends_at:
        return [whole]
    ahead = [replace(whole, ends_at=starts_at)] if whole.starts_at < starts_at else []
    return ahead + ([replace(whole, starts_at=ends_at)] if ends_at < whole.ends_at else [])


def taken_over(
    stretch: Stretch, person: int, starts_at: datetime, ends_at: datetime
) -> tuple[list[Stretch], list[Stretch]]:
    """(what is left to its person, what the other takes) when ``person`` stands in from ``starts_at`` to ``ends_at``.

    Raises Invalid when the time does not lie within the stretch.
    """
    if not stretch.starts_at <= starts_at < ends_at <= stretch.ends_at:
        raise Invalid(field="starts_at", value=starts_at.isoformat())
    return _cut(stretch, starts_at, ends_at), [replace(stretch, person=person, starts_at=starts_at, ends_at=ends_at)]
