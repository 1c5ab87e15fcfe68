"""The calendar of a case: weekly hours, holidays, breaks and overrides read as one of our calendars."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from tierline.domain.calendars import Calendar, Window, instant, micros
from tierline.domain.calendars.codec import read_date, read_week
from tierline.domain.calendars.windows import DAY_MINUTES, read_windows
from tierline.domain.calendars.zones import zone_of
from tierline.domain.slacases.verdict import BadCase

# No question of a case looks further.
_HORIZON_DAYS = 3_660


@dataclass(frozen=True, slots=True)
class Schedule:
    """``calendar`` is what is computed with; ``holidays`` and ``breaks`` only answer which of them a moment is in."""

    calendar: Calendar
    holidays: frozenset[date]
    breaks: Mapping[date, tuple[Window, ...]]

    def is_on_holiday(self, at: datetime) -> bool:
        return self.calendar.local_date(at) in self.holidays

    def is_on_break(self, at: datetime) -> bool:
        local = at.astimezone(zone_of(self.calendar.zone))
        minute = local.hour * 60 + local.minute
        return any(start <= minute < end for start, end in self.breaks.get(local.date(), ()))

    def periods(self, since: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Open periods from ``since``, the first cut to it. Windows that touch stay apart, as the case wrote them."""
        day = self.calendar.local_date(since) - timedelta(days=2)
        start = micros(since)
        for _ in range(_HORIZON_DAYS):
            for opens, closes in self.calendar.spans_on(day):
                if closes > start:
                    yield instant(max(opens, start)), instant(closes)
            day += timedelta(days=1)


def read_schedule(value: Any) -> Schedule:
    """From ``{timezone, hours, holidays, breaks, date_overrides}``.

    A holiday closes its day even when the day is overridden; a break is cut out of what is then left. Raises BadCase
    and the errors of Calendar.
    """
    if not isinstance(value, Mapping) or not value.get("timezone"):
        raise BadCase(field="calendar", value=str(value))
    weekly = read_week({str(day).lower()[:3]: hours for day, hours in (value.get("hours") or {}).items()})
    holidays = frozenset(read_date(day) for day in value.get("holidays") or ())
    breaks = _dated(value.get("breaks"))
    exceptions: dict[date, tuple[Window, ...]] = {
        **_dated(value.get("date_overrides")),
        **dict.fromkeys(holidays, ()),
    }
    for day in sorted({d - timedelta(days=back) for d in breaks for back in (0, 1)}):
        windows, following = exceptions.get(day, weekly[day.weekday()]), day + timedelta(days=1)
        overnight = [(s + DAY_MINUTES, e + DAY_MINUTES) for s, e in breaks.get(following, ())]
        left = _cut(windows, [*breaks.get(day, ()), *overnight])
        if left != windows:
            # What is left of a night behind a break starts on the next day, so it is the next day's.
            later = tuple((s - DAY_MINUTES, e - DAY_MINUTES) for s, e in left if s >= DAY_MINUTES)
            exceptions[day] = tuple(w for w in left if w[0] < DAY_MINUTES)
            if later:
                exceptions[following] = (*later, *exceptions.get(following, weekly[following.weekday()]))
    return Schedule(Calendar(str(value["timezone"]), weekly, exceptions, id="case"), holidays, breaks)


def _dated(value: Any) -> dict[date, tuple[Window, ...]]:
    return {read_date(day): read_windows(windows, day=str(day)) for day, windows in (value or {}).items()}


def _cut(windows: Sequence[Window], holes: Sequence[Window]) -> tuple[Window, ...]:
    left = list(windows)
    for begins, ends in holes:
        pieces = [((s, min(e, begins)), (max(s, ends), e)) for s, e in left]
        left = [piece for pair in pieces for piece in pair if piece[0] < piece[1]]
    return tuple(sorted(set(left)))
