"""What a calendar is made of: a week, a holiday package's years and own exceptions; and the version they give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import ClassVar

from tierline.domain.calendars.calendar import Calendar
from tierline.domain.calendars.windows import WEEKDAYS, Window
from tierline.domain.errors import DomainError, Invalid


class YearUnpublished(DomainError):
    """The package does not know that year, and nobody guesses it. ``source``, ``year``, ``package``, ``known_to``."""

    code: ClassVar[str] = "holiday_year_unpublished"


class UnknownSource(Invalid):
    """No package knows the holidays of that country or subdivision. ``country``, ``subdivision``."""

    code: ClassVar[str] = "unknown_holiday_source"


class NoWorkday(Invalid):
    """A make-up day would get the windows of a weekday that has none. ``like``."""

    code: ClassVar[str] = "no_workday_windows"


class Kind(StrEnum):
    """What a date becomes: closed, a workday of the week (a make-up day), or hours of its own."""

    CLOSED = "closed"
    WORKDAY = "workday"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class Day:
    """An exception to the week and its name. ``windows`` only of HOURS."""

    kind: Kind
    zh: str = ""
    en: str = ""
    windows: tuple[Window, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Whose holidays: an ISO 3166 country and, where it has them, a subdivision."""

    country: str
    subdivision: str = ""

    @property
    def label(self) -> str:
        return f"{self.country}-{self.subdivision}" if self.subdivision else self.country


@dataclass(frozen=True, slots=True)
class Year:
    """One year of a package as imported.

    ``unsettled`` are days that the package itself only estimates: named, and not in ``days``.
    ``is_partial``: days that a government moves each year are not announced yet.
    """

    source: Source
    package: str
    release: str
    days: Mapping[date, Day]
    unsettled: Mapping[date, Day] = field(default_factory=dict)
    is_partial: bool = False


@dataclass(frozen=True, slots=True)
class Recipe:
    """``like`` is the weekday whose windows a make-up day gets. ``own`` wins over the package's years."""

    zone: str
    weekly: tuple[tuple[Window, ...], ...]
    zh: str = ""
    en: str = ""
    day_minutes: int = 8 * 60
    like: str = "mon"
    source: Source | None = None
    years: Mapping[int, Year] = field(default_factory=dict)
    own: Mapping[date, Day] = field(default_factory=dict)
    # Every exception in force, by date: the package's, and over them its own.
    days: Mapping[date, Day] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        found = {day: each for year in self.years.values() for day, each in year.days.items()}
        object.__setattr__(self, "days", dict(sorted({**found, **self.own}.items())))

    @classmethod
    def of(cls, calendar: Calendar) -> Recipe:
        """A calendar that was written by hand: all its exceptions are its own."""
        own = {day: _read_back(windows) for day, windows in calendar.exceptions.items()}
        like = next((name for name, ws in zip(WEEKDAYS, calendar.weekly, strict=True) if ws), WEEKDAYS[0])
        return cls(calendar.zone, calendar.weekly, day_minutes=calendar.day_minutes, like=like, own=own)

    def windows(self, day: Day) -> tuple[Window, ...]:
        """Raises NoWorkday."""
        if day.kind is Kind.CLOSED:
            return ()
        if day.kind is Kind.HOURS:
            return day.windows
        if self.like not in WEEKDAYS:
            raise Invalid(field="like", value=self.like, allowed=list(WEEKDAYS))
        windows = self.weekly[WEEKDAYS.index(self.like)]
        if not windows:
            raise NoWorkday(field="like", like=self.like)
        return windows

    def calendar(self, *, id: str = "", version: int = 1) -> Calendar:
        """The version with every exception written out, stamped with the current tzdata. Raises as Calendar does."""
        written = {day: self.windows(each) for day, each in self.days.items()}
        return Calendar(self.zone, self.weekly, written, day_minutes=self.day_minutes, id=id, version=version)

    def with_year(self, number: int, year: Year) -> Recipe:
        """The year of the package in place of what was imported of it; years of another source go."""
        kept = {n: each for n, each in self.years.items() if each.source == year.source and n != number}
        return replace(self, source=year.source, years=dict(sorted({**kept, number: year}.items())))

    def with_days(self, changed: Mapping[date, Day | None]) -> Recipe:
        """Own exceptions set, or taken back where None."""
        merged: dict[date, Day | None] = {**self.own, **changed}
        return replace(self, own={day: each for day, each in sorted(merged.items()) if each is not None})

    def is_same(self, other: Recipe) -> bool:
        """Whether nothing a version is made for differs; a new release of a package that says the same is nothing."""
        return _essence(self) == _essence(other)


def _essence(recipe: Recipe) -> Recipe:
    years = {n: replace(year, package="", release="") for n, year in recipe.years.items()}
    return replace(recipe, years=years)


def _read_back(windows: tuple[Window, ...]) -> Day:
    return Day(Kind.HOURS, windows=windows) if windows else Day(Kind.CLOSED)
