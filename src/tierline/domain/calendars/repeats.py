"""On which dates does an event of RFC 5545 recur? Only within asked bounds, and only for a bounded amount of work."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from tierline.domain.errors import Invalid

DAILY, WEEKLY, MONTHLY, YEARLY = "DAILY", "WEEKLY", "MONTHLY", "YEARLY"
FREQUENCIES = (DAILY, WEEKLY, MONTHLY, YEARLY)
# Dates looked at for one file, so that no rule can keep a reader busy.
MOST_DATES = 2_000_000


class TooMuchRecurrence(Invalid):
    """The file's rules would need more looking than a calendar of exceptions ever does. ``limit`` in dates."""

    code: ClassVar[str] = "ical_too_much_recurrence"


@dataclass(slots=True)
class Budget:
    """Shared by the rules of one file."""

    left: int = MOST_DATES

    def spend(self, dates: int) -> None:
        self.left -= dates
        if self.left < 0:
            raise TooMuchRecurrence(field="file", limit=MOST_DATES)


@dataclass(frozen=True, slots=True)
class Rule:
    """``by_day``: (ordinal or 0, weekday with Monday 0). Negative month and year days count from the end."""

    freq: str
    interval: int = 1
    count: int | None = None
    until: date | None = None
    by_month: frozenset[int] = frozenset()
    by_month_day: frozenset[int] = frozenset()
    by_year_day: frozenset[int] = frozenset()
    by_day: frozenset[tuple[int, int]] = frozenset()
    by_position: frozenset[int] = frozenset()
    week_start: int = 0

    def dates(self, start: date, first: date, last: date, budget: Budget) -> Iterator[date]:
        """The recurrence dates in [first, last]; ``start`` itself counts when the rule names it."""
        end = last if self.until is None else min(last, self.until)
        seen = 0
        for period in self._periods(start, first, end):
            days = [day for day in self._chosen(period, start, budget) if day >= start]
            for day in days:
                if day > end or seen == self.count:
                    return
                seen += 1
                if day >= first:
                    yield day

    def _periods(self, start: date, first: date, end: date) -> Iterator[date]:
        """The first date of each period that counts. Without a count those far before ``first`` are skipped."""
        n = 0 if self.count is not None else max(0, self._index(start, first) // self.interval - 1)
        while True:
            period = self._period(start, n * self.interval)
            if period is None or period > end:
                return
            yield period
            n += 1

    def _index(self, start: date, at: date) -> int:
        if self.freq == YEARLY:
            return at.year - start.year
        if self.freq == MONTHLY:
            return (at.year - start.year) * 12 + at.month - start.month
        return (at - start).days // (7 if self.freq == WEEKLY else 1)

    def _period(self, start: date, index: int) -> date | None:
        """None beyond the calendar's last year."""
        try:
            if self.freq == YEARLY:
                return date(start.year + index, 1, 1)
            if self.freq == MONTHLY:
                months = start.year * 12 + start.month - 1 + index
                return date(months // 12, months % 12 + 1, 1)
            if self.freq == DAILY:
                return start + timedelta(days=index)
            monday = start - timedelta(days=(start.weekday() - self.week_start) % 7)
            return monday + timedelta(days=7 * index)
        except (ValueError, OverflowError):
            return None

    def _chosen(self, period: date, start: date, budget: Budget) -> list[date]:
        candidates = self._candidates(period, start)
        budget.spend(len(candidates) + 1)
        found = [day for day in candidates if self._fits(day)]
        if not self.by_position:
            return found
        count = len(found)
        return [day for n, day in enumerate(found) if n + 1 in self.by_position or n - count in self.by_position]

    def _candidates(self, period: date, start: date) -> list[date]:
        if self.freq == DAILY:
            return [period]
        if self.freq == WEEKLY:
            week = [period + timedelta(days=n) for n in range(7) if (date.max - period).days >= n]
            return week if self.by_day or self._by_days else [d for d in week if d.weekday() == start.weekday()]
        months = [period.month] if self.freq == MONTHLY else sorted(self.by_month) or list(range(1, 13))
        if self.by_day or self._by_days:
            return [day for month in months for day in _month(period.year, month)]
        if self.freq == YEARLY and not self.by_month:
            months = [start.month]
        return [date(period.year, m, start.day) for m in months if start.day <= monthrange(period.year, m)[1]]

    @property
    def _by_days(self) -> bool:
        return bool(self.by_month_day or self.by_year_day)

    def _fits(self, day: date) -> bool:
        if self.by_month and day.month not in self.by_month:
            return False
        length = monthrange(day.year, day.month)[1]
        if self.by_month_day and not {day.day, day.day - length - 1} & self.by_month_day:
            return False
        if self.by_year_day:
            nth, days = day.timetuple().tm_yday, date(day.year, 12, 31).timetuple().tm_yday
            if not {nth, nth - days - 1} & self.by_year_day:
                return False
        return not self.by_day or any(self._is_weekday(day, nth, weekday) for nth, weekday in self.by_day)

    def _is_weekday(self, day: date, nth: int, weekday: int) -> bool:
        if day.weekday() != weekday:
            return False
        if not nth or self.freq in (DAILY, WEEKLY):
            return True
        if self.freq == YEARLY and not self.by_month:
            from_start, from_end = day.timetuple().tm_yday - 1, (date(day.year, 12, 31) - day).days
        else:
            from_start, from_end = day.day - 1, monthrange(day.year, day.month)[1] - day.day
        return nth in (from_start // 7 + 1, -(from_end // 7 + 1))


def _month(year: int, month: int) -> list[date]:
    return [date(year, month, day) for day in range(1, monthrange(year, month)[1] + 1)]
