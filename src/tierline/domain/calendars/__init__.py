"""Working calendars: ``work`` and ``due`` are the only places where durations are added."""

from __future__ import annotations

from tierline.domain.calendars.calendar import ALWAYS, Calendar, EmptyCalendar, Irregular, NeverOpens, OutOfRange
from tierline.domain.calendars.instants import DAY, EPOCH, HOUR, MINUTE, SECOND, instant, micros, parsed, shown
from tierline.domain.calendars.recipe import (
    Day,
    Kind,
    NoWorkday,
    Recipe,
    Source,
    UnknownSource,
    Year,
    YearUnpublished,
)
from tierline.domain.calendars.windows import OverlappingWindows, TooManyWindows, Window, WindowOutOfRange
from tierline.domain.calendars.zones import UnknownZone, tzdata_version

__all__ = [
    "ALWAYS",
    "DAY",
    "EPOCH",
    "HOUR",
    "MINUTE",
    "SECOND",
    "Calendar",
    "Day",
    "EmptyCalendar",
    "Irregular",
    "Kind",
    "NeverOpens",
    "NoWorkday",
    "OutOfRange",
    "OverlappingWindows",
    "Recipe",
    "Source",
    "TooManyWindows",
    "UnknownSource",
    "UnknownZone",
    "Window",
    "WindowOutOfRange",
    "Year",
    "YearUnpublished",
    "instant",
    "micros",
    "parsed",
    "shown",
    "tzdata_version",
]
