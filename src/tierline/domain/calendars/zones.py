"""Local wall time of an IANA zone to UTC microseconds, with one rule for hours that DST removes or repeats."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from importlib import import_module, resources
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from tierline.domain.calendars.instants import DAY, MINUTE, SECOND, instant
from tierline.domain.errors import Invalid

_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


class UnknownZone(Invalid):
    """No such zone in the time zone data. ``zone`` names it."""

    code: ClassVar[str] = "unknown_zone"


def tzdata_version() -> str:
    """The release of the time zone data that every calendar is computed with."""
    release: Any = import_module("tzdata")
    return str(release.IANA_VERSION)


@cache
def zone_of(key: str) -> ZoneInfo:
    """The zone from the pinned tzdata package, not from the machine, so that two machines agree."""
    parts = key.split("/")
    known = key and all(part and not part.startswith(".") and "\\" not in part for part in parts)
    try:
        if not known:
            raise FileNotFoundError(key)
        with resources.files("tzdata").joinpath("zoneinfo", *parts).open("rb") as compiled:
            return ZoneInfo.from_file(compiled, key=key)
    except (OSError, ValueError):
        raise UnknownZone(field="zone", zone=key) from None


def wall(zone: ZoneInfo, day: date, minute: int, *, is_end: bool) -> int:
    """UTC microseconds of local ``minute`` counted from midnight of ``day``; it may lie on a later day.

    A time that does not exist moves to the first valid instant. Of a time that happens twice a start
    takes the first, an end the last.
    """
    naive = (day.toordinal() - _EPOCH_ORDINAL) * DAY + minute * MINUTE
    local = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(minutes=minute)
    first = _offset(local)
    last = _offset(local.replace(fold=1))
    if first == last:
        return naive - first
    if first > last:
        return naive - (last if is_end else first)
    return _transition(zone, naive - last, naive - first)


def _offset(local: datetime) -> int:
    shift = local.utcoffset()
    if shift is None:  # pragma: no cover - a ZoneInfo always answers
        raise UnknownZone(field="zone", zone=str(local.tzinfo))
    return (shift.days * 86_400 + shift.seconds) * SECOND + shift.microseconds


def _transition(zone: ZoneInfo, before: int, after: int) -> int:
    """The instant in (before, after] at which the zone's offset changes; both lie on whole seconds."""
    old = _offset(instant(before).astimezone(zone))
    low, high = before // SECOND, after // SECOND
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(instant(middle * SECOND).astimezone(zone)) == old:
            low = middle
        else:
            high = middle
    return high * SECOND
