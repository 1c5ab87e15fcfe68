"""Business-day arithmetic. Ours counts open time; whole days at a clock time exist only here, for cases that ask."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from tierline.domain.calendars import Calendar, NeverOpens, instant
from tierline.domain.calendars.zones import wall, zone_of

_HORIZON_DAYS = 36_600
# The two day rules that the format knows; the note of a case says which one its library has.
NEAREST_OPEN, OPENING = "nearest_open", "opening"


def rule_of(case: Mapping[str, Any]) -> str:
    """``input.day_rule`` when given, else what the note describes, else the nearest open moment."""
    asked = (case.get("input") or {}).get("day_rule")
    if asked:
        return str(asked)
    return OPENING if "of the day reached" in str(case.get("note", "")) else NEAREST_OPEN


def shifted(calendar: Calendar, start: datetime, days: int, *, rule: str, is_back: bool) -> datetime:
    """``days`` business days after ``start``, or before it; a negative number turns round. Raises NeverOpens."""
    step = -1 if is_back == (days >= 0) else 1
    move = _opening if rule == OPENING else _nearest_open
    return move(calendar, start, abs(days), step)


def _nearest_open(calendar: Calendar, start: datetime, days: int, step: int) -> datetime:
    """The n-th next day with hours at the same clock time, then the nearest open moment in the same direction."""
    day, clock = _local(calendar, start)
    for _ in range(days):
        day = _business_day(calendar, day + timedelta(days=step), step)
    reached = _at(calendar, day, clock)
    return calendar.closes_at(reached) if step < 0 else calendar.opens_at(reached)


def _opening(calendar: Calendar, start: datetime, days: int, step: int) -> datetime:
    """The n-th working day at the same clock time; a start on a day off, or a result outside hours, is its opening."""
    day, clock = _local(calendar, start)
    is_day_off = not calendar.windows_on(day)
    day = _business_day(calendar, day, step)
    for _ in range(days):
        day = _business_day(calendar, day + timedelta(days=step), step)
    reached = _at(calendar, day, clock)
    if not is_day_off and calendar.is_open(reached):
        return reached
    opens = next(iter(calendar.spans_on(day)), None)
    return reached if opens is None else instant(opens[0])


def _business_day(calendar: Calendar, day: date, step: int) -> date:
    for _ in range(_HORIZON_DAYS):
        if calendar.windows_on(day):
            return day
        day += timedelta(days=step)
    raise NeverOpens(calendar=calendar.label, after=day)


def _local(calendar: Calendar, at: datetime) -> tuple[date, time]:
    local = at.astimezone(zone_of(calendar.zone))
    return local.date(), local.time()


def _at(calendar: Calendar, day: date, clock: time) -> datetime:
    minute = wall(zone_of(calendar.zone), day, clock.hour * 60 + clock.minute, is_end=False)
    return instant(minute) + timedelta(seconds=clock.second, microseconds=clock.microsecond)
