"""An iCalendar file (RFC 5545) as plain occurrences in a calendar's wall time. Bounded; one fault refuses all of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from icalendar import Calendar as Parsed
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from tierline.domain.calendars.busy import NAME_LIMIT, Effect, Event, effect
from tierline.domain.calendars.repeats import FREQUENCIES, Budget, Rule
from tierline.domain.calendars.zones import zone_of
from tierline.domain.errors import Invalid

MOST_BYTES = 1024 * 1024
MOST_EVENTS = 5_000
YEARS_AHEAD = 5

_WEEKDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_RULE_PARTS = frozenset(
    {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYDAY", "BYSETPOS"}
)
_DAY = timedelta(days=1)


class IcalTooLarge(Invalid):
    """More bytes than a calendar of exceptions needs. ``limit`` in bytes."""

    code: ClassVar[str] = "ical_too_large"


class IcalTooManyEvents(Invalid):
    """More events, or more occurrences of them, than the limit. ``limit``."""

    code: ClassVar[str] = "ical_too_many_events"


class IcalUnreadable(Invalid):
    """No iCalendar, or an event whose dates cannot be read. ``event`` names it, ``reason`` the part."""

    code: ClassVar[str] = "ical_unreadable"


class IcalRuleUnsupported(Invalid):
    """A recurrence rule that is not by days, weeks, months or years. ``event``, ``rule``."""

    code: ClassVar[str] = "ical_rule_unsupported"


@dataclass(frozen=True, slots=True)
class File:
    """``occurrences`` change something; ``ignored`` events are free or cancelled, ``outside`` lie in no asked year."""

    occurrences: tuple[Event, ...]
    events: int
    ignored: int
    outside: int


@dataclass(frozen=True, slots=True)
class _Entry:
    """One VEVENT read: its first occurrence in its own zone's wall time."""

    name: str
    effect: Effect
    starts: datetime
    length: timedelta
    is_all_day: bool
    zone: ZoneInfo
    rules: tuple[Rule, ...]
    more: frozenset[datetime]
    without: frozenset[datetime]
    uid: str
    replaces: datetime | None


def read(content: bytes, *, zone: str, on: date) -> File:
    """The file's occurrences from the first of January of ``on``'s year, for five years, in ``zone``'s wall time.

    Raises IcalTooLarge, IcalTooManyEvents, IcalUnreadable, IcalRuleUnsupported, UnknownZone, TooMuchRecurrence.
    """
    entries = _entries(content)
    if len(entries) > MOST_EVENTS:
        raise IcalTooManyEvents(field="file", limit=MOST_EVENTS)
    first, last = date(on.year, 1, 1), date(on.year + YEARS_AHEAD - 1, 12, 31)
    own = zone_of(zone)
    read_ = [read_ for entry in entries if (read_ := _entry(entry, own)) is not None]
    kept = [entry for entry in _overridden(read_) if entry.effect is not Effect.NOTHING]
    budget, found, outside = Budget(), list[Event](), 0
    for entry in kept:
        before = len(found)
        for starts in _starts(entry, first, last, budget):
            found.append(_clipped(_placed(entry, starts, own), first, last + _DAY))
            budget.spend((found[-1].ends[0] - found[-1].starts[0]).days)
            if len(found) > MOST_EVENTS:
                raise IcalTooManyEvents(field="file", limit=MOST_EVENTS)
        outside += len(found) == before
    return File(tuple(found), len(entries), len(entries) - len(kept), outside)


def _entries(content: bytes) -> list[Any]:
    if len(content) > MOST_BYTES:
        raise IcalTooLarge(field="file", limit=MOST_BYTES)
    if content.upper().count(b"BEGIN:VEVENT") > MOST_EVENTS:
        raise IcalTooManyEvents(field="file", limit=MOST_EVENTS)
    try:
        text = _without_zones(content.replace(b"\r\n", b"\n") + b"\n").decode("utf-8-sig")
        parsed = Parsed.from_ical(text, multiple=True)
        found = [entry for calendar in parsed for entry in calendar.walk("VEVENT")]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, RecursionError) as wrong:
        raise IcalUnreadable(field="file", event="", reason=str(wrong)[:200]) from None
    if not parsed or any(calendar.name != "VCALENDAR" for calendar in parsed):
        raise IcalUnreadable(field="file", event="", reason="VCALENDAR")
    return found


def _without_zones(content: bytes) -> bytes:
    """Zones come from our own tzdata by name; the file's definitions would be code to run. One pass over the lines."""
    kept, is_zone = [], False
    for line in content.split(b"\n"):
        word = line.strip().upper()
        is_zone = is_zone or word == b"BEGIN:VTIMEZONE"
        if not is_zone:
            kept.append(line)
        if word == b"END:VTIMEZONE":
            is_zone = False
    return b"\n".join(kept)


def _entry(entry: Any, own: ZoneInfo) -> _Entry | None:
    """None of an event that is cancelled or says no time at all."""
    name = _text(entry, "SUMMARY")[:NAME_LIMIT]
    broken = [part for part, _ in entry.errors if part in {"DTSTART", "DTEND", "DURATION", "RRULE", "EXDATE", "RDATE"}]
    if broken:
        raise IcalUnreadable(field="file", event=name, reason=str(broken[0]))
    if _text(entry, "STATUS").upper() == "CANCELLED" and "RECURRENCE-ID" not in entry:
        return None
    try:
        return _read_entry(entry, name, own)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError) as wrong:
        raise IcalUnreadable(field="file", event=name, reason=str(wrong)[:200]) from None


def _read_entry(entry: Any, name: str, own: ZoneInfo) -> _Entry | None:
    if isinstance(entry.get("DTSTART"), list) or "DTSTART" not in entry:
        raise ValueError("DTSTART")
    is_all_day = not isinstance(entry["DTSTART"].dt, datetime)
    zone = _zone(entry["DTSTART"], own)
    starts = _wall(entry["DTSTART"].dt, entry["DTSTART"], zone, own)
    length = _length(entry, starts, is_all_day, zone, own)
    is_cancelled = _text(entry, "STATUS").upper() == "CANCELLED"
    if length <= timedelta() and not is_cancelled:
        return None
    told = effect(
        name,
        _categories(entry),
        is_free=_text(entry, "TRANSP").upper() == "TRANSPARENT",
        special=_text(entry, "X-APPLE-SPECIAL-DAY").upper(),
    )
    replaced = entry.get("RECURRENCE-ID")
    return _Entry(
        name=name,
        effect=Effect.NOTHING if is_cancelled else told,
        starts=starts,
        length=max(length, timedelta()),
        is_all_day=is_all_day,
        zone=zone,
        rules=tuple(_rule(part, name, starts, zone) for part in _many(entry.get("RRULE"))),
        more=frozenset(_listed(entry, "RDATE", zone, own)),
        without=frozenset(_listed(entry, "EXDATE", zone, own)),
        uid=_text(entry, "UID"),
        replaces=None if replaced is None else _moment(replaced, own),
    )


def _overridden(entries: Sequence[_Entry]) -> Iterator[_Entry]:
    """A RECURRENCE-ID takes its occurrence out of the series and stands for itself."""
    replaced: dict[str, set[datetime]] = {}
    for entry in entries:
        if entry.replaces is not None:
            replaced.setdefault(entry.uid, set()).add(entry.replaces)
    for entry in entries:
        if entry.replaces is None:
            gone = {_occurrence(entry, at) for at in replaced.get(entry.uid, ())}
            yield replace(entry, without=entry.without | gone)
        else:
            yield entry


def _moment(value: Any, own: ZoneInfo) -> datetime:
    """A RECURRENCE-ID by itself, because its series may be in another zone: an instant, or midnight of a date."""
    if not isinstance(value.dt, datetime):
        return datetime.combine(value.dt, time())
    zone = _zone(value, own)
    return _wall(value.dt, value, zone, own).replace(tzinfo=zone)


def _occurrence(series: _Entry, at: datetime) -> datetime:
    """The wall time at which the series has that occurrence. Of a timed series a date means that day's."""
    if at.tzinfo is not None:
        return at.astimezone(series.zone).replace(tzinfo=None)
    return at if series.is_all_day else datetime.combine(at.date(), series.starts.time())


def _starts(entry: _Entry, first: date, last: date, budget: Budget) -> list[datetime]:
    """The occurrences whose time touches [first, last], in the event's own wall time."""
    begin = first - timedelta(days=min(entry.length.days + 2, 4_000))
    end = last + _DAY
    clock = entry.starts.time()
    found = {entry.starts} if not entry.rules or entry.starts.date() >= begin else set()
    for rule in entry.rules:
        for day in rule.dates(entry.starts.date(), max(begin, date.min), end, budget):
            found.add(datetime.combine(day, clock))
    found |= entry.more
    opening, closing = datetime.combine(first, time()), datetime.combine(last + _DAY, time())
    return sorted(at for at in found - entry.without if at < closing and _ends(at, entry.length) > opening)


def _ends(at: datetime, length: timedelta) -> datetime:
    try:
        return at + length
    except OverflowError:
        return datetime.max  # noqa: DTZ901  wall time of the file


def _placed(entry: _Entry, starts: datetime, own: ZoneInfo) -> Event:
    ends = _ends(starts, entry.length)
    if not entry.is_all_day and entry.zone.key != own.key:
        starts = starts.replace(tzinfo=entry.zone).astimezone(own).replace(tzinfo=None)
        ends = ends.replace(tzinfo=entry.zone).astimezone(own).replace(tzinfo=None)
    rounded = ends + timedelta(seconds=-ends.second % 60) if ends.year < date.max.year else ends
    return Event(entry.name, entry.effect, _minute(starts), _minute(rounded), entry.is_all_day)


def _clipped(event: Event, first: date, end: date) -> Event:
    """The part of it in [first, end)."""
    starts, ends = max(event.starts, (first, 0)), min(event.ends, (end, 0))
    return replace(event, starts=starts, ends=max(starts, ends))


def _minute(at: datetime) -> tuple[date, int]:
    return at.date(), at.hour * 60 + at.minute


def _length(entry: Any, starts: datetime, is_all_day: bool, zone: ZoneInfo, own: ZoneInfo) -> timedelta:
    if "DTEND" in entry:
        end = entry["DTEND"]
        if isinstance(end.dt, datetime) is is_all_day:
            raise ValueError("DTEND")
        other = _zone(end, own)
        ends = _wall(end.dt, end, other, own)
        if other.key != zone.key:
            ends = ends.replace(tzinfo=other).astimezone(zone).replace(tzinfo=None)
        return ends - starts
    if "DURATION" in entry:
        length: timedelta = entry["DURATION"].dt
        return length
    return _DAY if is_all_day else timedelta()


def _zone(value: Any, own: ZoneInfo) -> ZoneInfo:
    """The zone a time was written in: its TZID, UTC, or (floating) the calendar's. Raises UnknownZone."""
    named = str(value.params.get("TZID", "")).strip('"') if hasattr(value, "params") else ""
    if named:
        return zone_of(WINDOWS_TO_OLSON.get(named, named.removeprefix("/freeassociation.sourceforge.net/")))
    at = value.dt
    return zone_of("UTC") if isinstance(at, datetime) and at.tzinfo is not None else own


def _wall(at: Any, value: Any, zone: ZoneInfo, own: ZoneInfo) -> datetime:
    """Naive wall time in ``zone``; midnight of a date."""
    if not isinstance(at, datetime):
        return datetime.combine(at, time())
    named = "TZID" in getattr(value, "params", {})
    if named and (other := _zone(value, own)).key != zone.key:
        return at.replace(tzinfo=other).astimezone(zone).replace(tzinfo=None)
    if not named and at.tzinfo is not None and at.utcoffset() == timedelta() and zone.key != "UTC":
        return at.astimezone(zone).replace(tzinfo=None)
    return at.replace(tzinfo=None)


def _listed(entry: Any, part: str, zone: ZoneInfo, own: ZoneInfo) -> Iterator[datetime]:
    for listed in _many(entry.get(part)):
        for each in listed.dts:
            at = each.dt[0] if isinstance(each.dt, tuple) else each.dt
            yield _wall(at, listed, zone, own)


def _rule(part: Mapping[str, Any], name: str, starts: datetime, zone: ZoneInfo) -> Rule:
    given = {str(key).upper(): value for key, value in part.items()}
    frequency = str(_one(given, "FREQ")).upper()
    by_day = [_WEEKDAY.fullmatch(str(each).upper()) for each in given.get("BYDAY", [])]
    if frequency not in FREQUENCIES or set(given) - _RULE_PARTS or None in by_day:
        raise IcalRuleUnsupported(field="file", event=name, rule=";".join(f"{k}={v}" for k, v in given.items())[:200])
    interval, count = _one(given, "INTERVAL"), _one(given, "COUNT")
    interval = 1 if interval is None else int(interval)
    if not 1 <= interval <= 10_000:
        raise ValueError("INTERVAL")
    return Rule(
        freq=frequency,
        interval=interval,
        count=None if count is None else int(count),
        until=_until(_one(given, "UNTIL"), starts, zone),
        by_month=_numbers(given, "BYMONTH"),
        by_month_day=_numbers(given, "BYMONTHDAY"),
        by_year_day=_numbers(given, "BYYEARDAY"),
        by_day=frozenset((int(m[1] or 0), _WEEKDAYS.index(m[2])) for m in by_day if m),
        by_position=_numbers(given, "BYSETPOS"),
        week_start=_WEEKDAYS.index(str(_one(given, "WKST") or "MO").upper()),
    )


def _until(value: Any, starts: datetime, zone: ZoneInfo) -> date | None:
    """The last date a recurrence may have: the day before, when that day's occurrence begins after UNTIL's time."""
    if value is None:
        return None
    if not isinstance(value, datetime):
        last: date = value
        return last
    wall = value.astimezone(zone).replace(tzinfo=None) if value.tzinfo is not None else value
    return wall.date() if starts.time() <= wall.time() else wall.date() - _DAY


def _numbers(given: Mapping[str, Any], part: str) -> frozenset[int]:
    return frozenset(int(each) for each in given.get(part, []))


def _one(given: Mapping[str, Any], part: str) -> Any:
    value = given.get(part)
    return value[0] if isinstance(value, list) else value


def _many(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _text(entry: Any, part: str) -> str:
    return str(_one({part: entry.get(part)}, part) or "").strip()


def _categories(entry: Any) -> list[str]:
    return [str(each) for listed in _many(entry.get("CATEGORIES")) for each in getattr(listed, "cats", [listed])]
