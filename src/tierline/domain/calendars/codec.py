"""The parts of a calendar version to and from JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from tierline.domain.calendars.windows import WEEKDAYS, Window, clock_pair, read_windows
from tierline.domain.calendars.zones import tzdata_version
from tierline.domain.errors import Invalid, Missing


def read(value: Any) -> dict[str, Any]:
    """The fields of a Calendar from its JSON object. A misspelt key is refused, not ignored. Raises Invalid."""
    if not isinstance(value, Mapping):
        raise Invalid(field="calendar", value=str(value))
    # A stored version also keeps its ``recipe`` (recipe_codec): how it was made, nothing a clock reads.
    unknown = set(value) - {"zone", "weekly", "exceptions", "day_hours", "id", "version", "tzdata", "recipe"}
    if unknown:
        raise Invalid(field="calendar", unknown=sorted(unknown))
    if not value.get("zone"):
        raise Missing(field="zone")
    return {
        "zone": str(value["zone"]),
        "weekly": read_week(value.get("weekly", {})),
        "exceptions": _read_exceptions(value.get("exceptions", {})),
        "day_minutes": read_hours(value.get("day_hours", 8)),
        "id": str(value.get("id", "")),
        "version": _read_version(value.get("version", 1)),
        "tzdata": str(value.get("tzdata") or tzdata_version()),
    }


def week(weekly: Sequence[tuple[Window, ...]]) -> dict[str, list[list[str]]]:
    return {name: _pairs(windows) for name, windows in zip(WEEKDAYS, weekly, strict=True) if windows}


def exceptions(replaced: Mapping[date, tuple[Window, ...]]) -> dict[str, list[list[str]]]:
    return {day.isoformat(): _pairs(windows) for day, windows in sorted(replaced.items())}


def hours(minutes: int) -> int | str:
    """A whole number of hours, else a fraction as text ("15/2"): JSON has no exact fractions."""
    found = Fraction(minutes, 60)
    return found.numerator if found.denominator == 1 else str(found)


def read_week(value: Any) -> tuple[tuple[Window, ...], ...]:
    if not isinstance(value, Mapping) or set(value) - set(WEEKDAYS):
        raise Invalid(field="weekly", value=str(value), allowed=list(WEEKDAYS))
    return tuple(read_windows(value.get(name, []), day=name) for name in WEEKDAYS)


def read_date(value: Any) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise Invalid(field="exceptions", value=str(value)) from None


def _read_exceptions(value: Any) -> dict[date, tuple[Window, ...]]:
    if not isinstance(value, Mapping):
        raise Invalid(field="exceptions", value=str(value))
    return {read_date(day): read_windows(windows, day=str(day)) for day, windows in value.items()}


def read_hours(value: Any) -> int:
    """Hours as a number or text ("7.5", "15/2"); they must be whole minutes."""
    try:
        minutes = Fraction(str(value)) * 60
    except (ValueError, ZeroDivisionError):
        raise Invalid(field="day_hours", value=str(value)) from None
    if minutes.denominator != 1:
        raise Invalid(field="day_hours", value=str(value))
    return int(minutes)


def _read_version(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise Invalid(field="version", value=str(value))
    return value


def _pairs(windows: tuple[Window, ...]) -> list[list[str]]:
    return [clock_pair(window) for window in windows]
