"""A brute-force calendar: walks real UTC minutes and asks the zone for the wall clock of each. Slow, and obviously so.

Shares no code with domain.calendars; the zone data comes through ``zoneinfo`` in its ordinary way.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

MINUTE = 60_000_000
DAYS = 14

# A date in the middle of the days walked, near something that clocks did there.
PLACES = [
    ("Europe/Berlin", date(2026, 3, 29)),  # 02:00 -> 03:00
    ("Europe/Berlin", date(2026, 10, 25)),  # 03:00 -> 02:00
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Asia/Shanghai", date(2026, 2, 16)),
    ("Asia/Shanghai", date(1991, 9, 15)),  # its last change of clocks
    ("Australia/Lord_Howe", date(2026, 4, 5)),  # by half an hour
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Asia/Kathmandu", date(1986, 1, 1)),  # by a quarter
    ("Pacific/Apia", date(2011, 12, 30)),  # the day that never was
    ("Pacific/Apia", date(2012, 4, 1)),
    ("America/Sao_Paulo", date(2018, 11, 4)),  # midnight is missing
    ("America/Sao_Paulo", date(2019, 2, 17)),  # the hour before midnight comes twice
]


class Walk:
    """Fourteen days of a place, minute by minute. Wall minutes count from local midnight of ``first``."""

    def __init__(self, zone: str, middle: date) -> None:
        self.zone = ZoneInfo(zone)
        self.first = middle - timedelta(days=DAYS // 2)
        self.begins = datetime(self.first.year, self.first.month, self.first.day, tzinfo=UTC) - timedelta(days=1)
        self.walls = [self._wall(n) for n in range((DAYS + 2) * 1440)]
        span = range(min(self.walls), max(self.walls) + 2)
        self._starts = {wall: n for n, wall in reversed(list(enumerate(self.walls)))}
        self._ends = {wall: n for n, wall in enumerate(self.walls)}
        # A wall minute that never was stands for the first real minute after it.
        last_start, last_end = len(self.walls), len(self.walls)
        for wall in reversed(span):
            last_start = self._starts.setdefault(wall, last_start)
            last_end = self._ends.setdefault(wall, last_end)

    def _wall(self, n: int) -> int:
        local = (self.begins + timedelta(minutes=n)).astimezone(self.zone)
        return (local.date() - self.first).days * 1440 + local.hour * 60 + local.minute

    def open_minutes(self, windows_on: Sequence[tuple[date, Sequence[tuple[int, int]]]]) -> bytearray:
        """Which minutes of the walk are open, for the windows that start on each date."""
        minutes = bytearray(len(self.walls))
        for day, windows in windows_on:
            midnight = (day - self.first).days * 1440
            for start, end in windows:
                a = self._starts.get(midnight + start, len(minutes))
                b = self._ends.get(midnight + end, len(minutes))
                minutes[a:b] = b"\x01" * max(0, b - a)
        return minutes

    def instant(self, micros: int) -> datetime:
        return self.begins + timedelta(microseconds=micros)


@cache
def walk(place: int) -> Walk:
    return Walk(*PLACES[place])


def work(minutes: bytearray, a: int, b: int) -> int:
    """Open microseconds in [a, b), both counted from the beginning of the walk."""
    total = 0
    for n in range(a // MINUTE, -(-b // MINUTE)):
        if minutes[n]:
            total += min(b, (n + 1) * MINUTE) - max(a, n * MINUTE)
    return total


def due(minutes: bytearray, a: int, amount: int) -> int | None:
    """The least t >= a with ``amount`` open microseconds in [a, t), or None when the walk ends before."""
    left = amount
    for n in range(a // MINUTE, len(minutes)):
        begins = max(a, n * MINUTE)
        if minutes[n]:
            if left <= (n + 1) * MINUTE - begins:
                return begins + left
            left -= (n + 1) * MINUTE - begins
    return None
