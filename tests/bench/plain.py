"""Working time the plain way, for checking what the product recorded: walk the days, turn windows into instants, add.

Shares nothing with ``domain.calendars``. Windows here neither begin nor end in an hour that DST removes or repeats.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Span = tuple[datetime, datetime]


@dataclass(frozen=True, eq=False)
class Week:
    """``hours`` as in a calendar's JSON: day -> [["09:00", "18:00"]]; an end at or before its start is the next day."""

    zone: str
    hours: Mapping[str, list[list[str]]]
    closed: frozenset[date] = field(default_factory=frozenset)

    def to_json(self) -> dict[str, object]:
        """The same as the product's calendar."""
        return {
            "zone": self.zone,
            "weekly": dict(self.hours),
            "exceptions": {day.isoformat(): [] for day in self.closed},
        }

    def spans(self, since: datetime) -> Iterator[Span]:
        """Open spans that end after ``since``, the first cut to it, for a year and a half."""
        zone = ZoneInfo(self.zone)
        first = since.astimezone(zone).date() - timedelta(days=2)
        for day in (first + timedelta(days=n) for n in range(550)):
            for opens, closes in [] if day in self.closed else self.hours.get(DAYS[day.weekday()], []):
                a, b = _instant(day, opens, zone), _instant(day, closes, zone)
                if closes <= opens:
                    b = _instant(day + timedelta(days=1), closes, zone)
                if b > since:
                    yield max(a, since), b

    def reached(self, running: Iterable[Span], amount: timedelta) -> datetime | None:
        """When ``amount`` of open time has passed in the stretches in which a clock ran; None when it has not."""
        left = amount
        for since, until in running:
            for a, b in self.spans(since):
                if a >= until:
                    break
                worked = min(b, until) - a
                if worked >= left:
                    return a + left
                left -= worked
        return None


def _instant(day: date, wall: str, zone: ZoneInfo) -> datetime:
    if wall == "24:00":
        return _instant(day + timedelta(days=1), "00:00", zone)
    return datetime.combine(day, time.fromisoformat(wall), zone).astimezone(UTC)
