"""A working calendar as an immutable version: how much of an interval is open, and when an amount has passed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, ClassVar, NamedTuple, Self

from tierline.domain.calendars import codec, spans, zones
from tierline.domain.calendars.instants import DAY, MINUTE, instant, micros
from tierline.domain.calendars.windows import DAY_MINUTES, WEEKDAYS, Window, check_week, check_windows
from tierline.domain.errors import DomainError, Invalid

# The longest search for an opening. A weekly window always returns within days; this bounds a target of years.
HORIZON_DAYS = 50 * 366
# What is built around a first question, in days; each wider question at least doubles it.
_BEFORE_DAYS, _AHEAD_DAYS = 8, 64
_EARLIEST = micros(datetime(1900, 1, 1, tzinfo=UTC))
_LATEST = micros(datetime(2300, 1, 1, tzinfo=UTC))
_WHOLE_DAY: tuple[Window, ...] = ((0, DAY_MINUTES),)


class EmptyCalendar(Invalid):
    """Not one window, neither in the week nor as an exception."""

    code: ClassVar[str] = "empty_calendar"


class NeverOpens(DomainError):
    """The calendar does not open long enough within the horizon. ``calendar``, ``after``."""

    code: ClassVar[str] = "calendar_never_opens"


class OutOfRange(Invalid):
    """An instant before 1900 or after 2300: no calendar is computed there."""

    code: ClassVar[str] = "instant_out_of_range"


class Irregular(NamedTuple):
    """A window whose real length differs from its wall length, because DST removes or repeats an hour."""

    day: date
    window: Window
    minutes: int


@dataclass(frozen=True, slots=True)
class Calendar:
    """One immutable version of a working calendar.

    ``weekly`` has seven lists of windows, Monday first. An exception replaces the windows of its own date
    (empty = closed); a window belongs to the date on which it starts. ``day_minutes`` is what one working day
    of a target means. Raises EmptyCalendar, OverlappingWindows, WindowOutOfRange, UnknownZone when made.
    """

    zone: str
    weekly: tuple[tuple[Window, ...], ...]
    exceptions: Mapping[date, tuple[Window, ...]] = field(default_factory=dict)
    day_minutes: int = 8 * 60
    id: str = ""
    version: int = 1
    tzdata: str = field(default_factory=zones.tzdata_version)
    # 24x7 in any zone: a day's end is the next day's start, whatever the clocks do between.
    is_continuous: bool = field(init=False, compare=False, repr=False)
    _spans: spans.Spans = field(init=False, compare=False, repr=False, default=spans.NONE)

    def __post_init__(self) -> None:
        zones.zone_of(self.zone)
        if len(self.weekly) != len(WEEKDAYS):
            raise Invalid(field="weekly", value=len(self.weekly))
        if not 0 < self.day_minutes <= DAY_MINUTES:
            raise Invalid(field="day_hours", value=self.day_minutes)
        weekly = tuple(check_windows(ws, day=name) for name, ws in zip(WEEKDAYS, self.weekly, strict=True))
        check_week(weekly)
        exceptions = {day: check_windows(ws, day=day.isoformat()) for day, ws in self.exceptions.items()}
        object.__setattr__(self, "weekly", weekly)
        object.__setattr__(self, "exceptions", exceptions)
        if not any(self.weekly) and not any(self.exceptions.values()):
            raise EmptyCalendar(field="weekly", calendar=self.label)
        continuous = not self.exceptions and all(windows == _WHOLE_DAY for windows in self.weekly)
        object.__setattr__(self, "is_continuous", continuous)

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """From ``{zone, weekly: {mon: [[from, to]]}, exceptions: {date: [...]}, day_hours, id, version, tzdata}``.

        Raises Invalid and its kinds; a misspelt key is refused.
        """
        return cls(**codec.read(value))

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "version": self.version,
            "zone": self.zone,
            "weekly": codec.week(self.weekly),
            "exceptions": codec.exceptions(self.exceptions),
            "day_hours": codec.hours(self.day_minutes),
            "tzdata": self.tzdata,
        }

    @property
    def label(self) -> str:
        """What the ledger prints: id and version."""
        return f"{self.id or self.zone} v{self.version}"

    @property
    def opens_every_week(self) -> bool:
        return any(self.weekly)

    @property
    def week_micros(self) -> int:
        """Open microseconds of a week without exceptions and changes of clocks."""
        return sum(end - start for windows in self.weekly for start, end in windows) * MINUTE

    def work(self, a: datetime, b: datetime) -> int:
        """Open microseconds in [a, b); 0 when b is not after a."""
        return self.work_micros(micros(a), micros(b))

    def due(self, a: datetime, amount: int) -> datetime:
        """The least t >= a with ``amount`` open microseconds in [a, t). An amount of 0 is due at a.

        When the amount ends exactly at closing, that is the closing moment. Raises NeverOpens.
        """
        return instant(self.due_micros(micros(a), amount))

    def ago(self, b: datetime, amount: int) -> datetime:
        """The mirror of due: the greatest t <= b with ``amount`` open microseconds in [t, b). Raises NeverOpens."""
        return instant(self._ago(micros(b), amount))

    def is_open(self, at: datetime) -> bool:
        """Whether [at, at + 1 microsecond) is open: the opening moment is, the closing moment is not."""
        return self.work_micros(micros(at), micros(at) + 1) == 1

    def opens_at(self, a: datetime) -> datetime:
        """``a`` when open, else the next opening moment. Raises NeverOpens."""
        return instant(self.due_micros(micros(a), 1) - 1)

    def closes_at(self, b: datetime) -> datetime:
        """``b`` when it is open or a closing moment, else the last closing moment before it. Raises NeverOpens."""
        return instant(self._ago(micros(b), 1) + 1)

    def windows_on(self, day: date) -> tuple[Window, ...]:
        """The windows that start on the local date ``day``."""
        found = self.exceptions.get(day)
        return self.weekly[day.weekday()] if found is None else found

    def spans_on(self, day: date) -> Iterator[tuple[int, int]]:
        """The real spans of ``windows_on(day)`` in UTC microseconds; a window that DST removes gives none."""
        zone = zones.zone_of(self.zone)
        for start, end in self.windows_on(day):
            opens = zones.wall(zone, day, start, is_end=False)
            closes = zones.wall(zone, day, end, is_end=True)
            if opens < closes:
                yield opens, closes

    def irregular(self, days: Sequence[date]) -> list[Irregular]:
        """The windows of ``days`` that DST makes longer or shorter: shown when a calendar is saved."""
        zone = zones.zone_of(self.zone)
        found = []
        for day in days:
            for start, end in self.windows_on(day):
                real = zones.wall(zone, day, end, is_end=True) - zones.wall(zone, day, start, is_end=False)
                if real != (end - start) * MINUTE:
                    found.append(Irregular(day, (start, end), max(real, 0) // MINUTE))
        return found

    def local_date(self, at: datetime) -> date:
        return at.astimezone(zones.zone_of(self.zone)).date()

    def work_micros(self, a: int, b: int) -> int:
        """``work`` in microseconds since 1970."""
        if b <= a:
            return 0
        if self.is_continuous:
            return b - a
        built = self._spans
        if a < built.low or b > built.high:
            built = self._covering(a, b)
        return built.work(a, b)

    def due_micros(self, a: int, amount: int) -> int:
        """``due`` in microseconds since 1970. Raises NeverOpens."""
        if amount <= 0:
            return a
        if self.is_continuous:
            return a + amount
        built = self._covering(a, a)
        while True:
            found = built.reaches(built.position(a) + amount)
            if found is not None and found <= built.high:
                return found
            limit = min(a + HORIZON_DAYS * DAY, _LATEST)
            if built.high >= limit:
                raise NeverOpens(calendar=self.label, after=instant(a))
            built = self._covering(a, min(built.high + DAY, limit))

    def _ago(self, b: int, amount: int) -> int:
        if amount <= 0:
            return b
        if self.is_continuous:
            return b - amount
        built = self._covering(b, b)
        while True:
            found = built.leaves(built.position(b) - amount)
            if found is not None and found >= built.low:
                return found
            limit = max(b - HORIZON_DAYS * DAY, _EARLIEST)
            if built.low <= limit:
                raise NeverOpens(calendar=self.label, before=instant(b))
            built = self._covering(max(built.low - DAY, limit), b)

    def _covering(self, a: int, b: int) -> spans.Spans:
        """Spans true for a and b. Built once and kept; a wider question rebuilds them and replaces them whole."""
        built = self._spans
        if built.low <= a and b <= built.high:
            return built
        before, ahead = _BEFORE_DAYS, _AHEAD_DAYS
        if built is not spans.NONE:
            grown = (built.high - built.low) // DAY
            before, ahead = (grown, 0) if a < built.low else (0, grown)
            a, b = min(a, built.low), max(b, built.high)
        if a < _EARLIEST or b > _LATEST:
            raise OutOfRange(field="at", value=str(instant(a if a < _EARLIEST else b)))
        wider = spans.build(self.spans_on, a // DAY - before, b // DAY + ahead)
        object.__setattr__(self, "_spans", wider)
        return wider


ALWAYS = Calendar(zone="UTC", weekly=(_WHOLE_DAY,) * 7, id="24x7")
