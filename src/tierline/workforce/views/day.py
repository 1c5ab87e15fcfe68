"""One day of the roster as a picture: who sits where, and where nobody does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tierline.accounts.queries import Contact
from tierline.domain.calendars.zones import zone_of
from tierline.domain.shifts import Gap, Stretch
from tierline.workforce.forms import day_end, day_start

HOURS = range(0, 24, 2)


@dataclass(frozen=True, slots=True)
class Bar:
    """``left`` and ``wide`` in per cent of the day, with two digits: what a drawing takes."""

    left: str
    wide: str
    label: str
    kind: str
    title: str
    shift_id: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    person: Contact | None
    bars: Sequence[Bar]


@dataclass(frozen=True, slots=True)
class Group:
    tier: int
    lines: Sequence[Line]
    gaps: Sequence[Bar]


@dataclass(frozen=True, slots=True)
class Day:
    """``marks`` are the hours of the day's own zone; ``others`` the same instants elsewhere, by zone."""

    on: date
    zone: str
    starts_at: datetime
    ends_at: datetime
    marks: Sequence[tuple[str, str]]
    others: Sequence[tuple[str, Sequence[tuple[str, str]]]]
    groups: Sequence[Group]
    now: str = ""


def picture(
    on: date,
    zone: str,
    planned: Iterable[tuple[int, Stretch]],
    gaps: Iterable[Gap],
    people: Mapping[int, Contact],
    *,
    at: datetime,
) -> Day:
    """``planned``: (shift, stretch) of the day or reaching into it."""
    low, high = day_start(on, zone), day_end(on, zone)
    rows = [(i, s) for i, s in planned if s.starts_at < high and s.ends_at > low]
    found = [g for g in gaps if g.starts_at < high and g.ends_at > low]
    tiers = sorted({s.tier for _, s in rows} | {g.tier for g in found})
    marks = [low + (high - low) * n // 24 for n in HOURS]
    abroad = sorted({p.zone for p in people.values() if p.zone != zone})[:2]
    return Day(
        on,
        zone,
        low,
        high,
        [(_percent(m, low, high), _hour(m, zone)) for m in marks],
        [(other, [(_percent(m, low, high), _hour(m, other)) for m in marks]) for other in abroad],
        [_group(t, rows, found, people, low, high, zone) for t in tiers],
        _percent(at, low, high) if low <= at < high else "",
    )


def _group(
    tier: int,
    rows: Sequence[tuple[int, Stretch]],
    gaps: Sequence[Gap],
    people: Mapping[int, Contact],
    low: datetime,
    high: datetime,
    zone: str,
) -> Group:
    own: dict[int, list[Bar]] = {}
    for shift_id, s in rows:
        if s.tier == tier:
            own.setdefault(s.person, []).append(_bar(s.starts_at, s.ends_at, s.kind, low, high, zone, shift_id))
    short = [_bar(g.starts_at, g.ends_at, "gap", low, high, zone) for g in gaps if g.tier == tier]
    lines = [Line(people.get(p), bars) for p, bars in sorted(own.items())]
    return Group(tier, lines, short)


def _bar(a: datetime, b: datetime, kind: str, low: datetime, high: datetime, zone: str, shift_id: int = 0) -> Bar:
    left, right = max(a, low), min(b, high)
    wide = f"{(right - left) / (high - low) * 100:.2f}%"
    label = f"{_hour(a, zone)}–{_hour(b, zone)}"
    return Bar(_percent(left, low, high), wide, label, kind, f"{_clock(a, zone)} – {_clock(b, zone)}", shift_id)


def _percent(at: datetime, low: datetime, high: datetime) -> str:
    return f"{(at - low) / (high - low) * 100:.2f}%"


def _hour(at: datetime, zone: str) -> str:
    local = (at + timedelta(seconds=30)).astimezone(zone_of(zone))
    return f"{local:%H}" if local.minute == 0 else f"{local:%H:%M}"


def _clock(at: datetime, zone: str) -> str:
    return f"{at.astimezone(zone_of(zone)):%m-%d %H:%M}"
