"""When people write, and when ours are at their desks: local time of the company."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tierline.demo.people import ZONE, Company

_ZONE = ZoneInfo(ZONE)
# Share of a day's messages by hour: two peaks, a dip at noon, a thin evening.
_BY_HOUR = (1, 1, 0, 0, 0, 1, 2, 6, 20, 34, 36, 28, 12, 18, 32, 34, 30, 22, 12, 9, 8, 6, 4, 2)
_WEEKEND = 0.4
_FILING_UNTIL = 15  # returns are due in the first half of a month
_SEAT_OPENS = 8
_OFFICE = (time(9, 0), time(18, 0))


def day_of(at: datetime) -> date:
    return at.astimezone(_ZONE).date()


def arrivals(seed: str, company: Company, day: date) -> list[datetime]:
    """The instants at which that day's tickets came in, in order. The same seed gives the same ones."""
    chance = random.Random(f"{seed}:{company.slug}:{day.isoformat()}")
    expected = company.a_day * (_WEEKEND if day.weekday() >= 5 else 1.18)
    if company.slug == "yunsuanpan":
        expected *= 1.25 if day.day <= _FILING_UNTIL else 0.8
    count = max(1, round(chance.gauss(expected, expected**0.5)))
    hours = chance.choices(range(24), _BY_HOUR, k=count)
    midnight = datetime.combine(day, time(), _ZONE)
    return sorted(midnight + timedelta(hours=hour, seconds=chance.randrange(3600)) for hour in hours)


def seated(at: datetime, chance: random.Random) -> datetime:
    """``at``, or the morning's first minutes when nobody sits at the first line."""
    local = at.astimezone(_ZONE)
    if local.hour >= _SEAT_OPENS:
        return at
    return local.replace(hour=_SEAT_OPENS, minute=0, second=0) + timedelta(minutes=chance.uniform(3, 40))


def in_office(at: datetime, chance: random.Random) -> datetime:
    """``at``, or the start of the next office day."""
    local = at.astimezone(_ZONE)
    if local.weekday() < 5 and _OFFICE[0] <= local.time() < _OFFICE[1]:
        return at
    day = local.date() + timedelta(days=local.time() >= _OFFICE[0])
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return datetime.combine(day, _OFFICE[0], _ZONE) + timedelta(minutes=chance.uniform(2, 35))
