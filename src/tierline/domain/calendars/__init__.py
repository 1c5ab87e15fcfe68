"""Working calendars: ``work`` and ``due`` are the only places where durations are added."""

from __future__ import annotations

from tierline.domain.calendars.calendar import ALWAYS, Calendar, EmptyCalendar, Irregular, NeverOpens, OutOfRange
from tierline.domain.calendars.instants import DAY, EPOCH, HOUR, MINUTE, SECOND, instant, micros, parsed, shown
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
    "EmptyCalendar",
    "Irregular",
    "NeverOpens",
    "OutOfRange",
    "OverlappingWindows",
    "TooManyWindows",
    "UnknownZone",
    "Window",
    "WindowOutOfRange",
    "instant",
    "micros",
    "parsed",
    "shown",
    "tzdata_version",
]
