"""Windows of a day in local wall minutes: read, checked, printed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, ClassVar

from tierline.domain.errors import Invalid

# [start, end) in local wall minutes from midnight of the window's date; the end may lie on the next day.
Window = tuple[int, int]
DAY_MINUTES = 24 * 60
MOST_WINDOWS = 48
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_CLOCK = re.compile(r"(\d{1,2}):([0-5]\d)")


class WindowOutOfRange(Invalid):
    """A window that is empty, starts outside its day or ends after the next day."""

    code: ClassVar[str] = "window_out_of_range"


class OverlappingWindows(Invalid):
    """Two windows that share a minute. ``day`` names the date or weekday."""

    code: ClassVar[str] = "overlapping_windows"


class TooManyWindows(Invalid):
    """More windows in one day than anybody works: a search for an opening must stay short. ``day``, ``most``."""

    code: ClassVar[str] = "too_many_windows"


def read_windows(value: Any, *, day: str) -> tuple[Window, ...]:
    """Windows from ``[["09:00", "12:00"], ...]``.

    An end at or before its start is on the next day: ``["22:00", "06:00"]`` is the same as ``["22:00", "30:00"]``.
    Raises Invalid, WindowOutOfRange.
    """
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise Invalid(field="windows", day=day, value=str(value))
    windows = []
    for pair in value:
        if not isinstance(pair, Sequence) or isinstance(pair, str) or len(pair) != 2:
            raise Invalid(field="windows", day=day, value=str(pair))
        start, end = _minute(pair[0], day), _minute(pair[1], day)
        windows.append((start, end + DAY_MINUTES if end < start else end))
    return check_windows(windows, day=day)


def check_windows(windows: Iterable[Window], *, day: str) -> tuple[Window, ...]:
    """The windows in order. Raises WindowOutOfRange, OverlappingWindows, TooManyWindows."""
    ordered = sorted(windows)
    if len(ordered) > MOST_WINDOWS:
        raise TooManyWindows(field="windows", day=day, most=MOST_WINDOWS)
    for start, end in ordered:
        if not 0 <= start < DAY_MINUTES or not start < end <= 2 * DAY_MINUTES:
            raise WindowOutOfRange(field="windows", day=day, window=clock_pair((start, end)))
    for earlier, later in pairwise(ordered):
        if later[0] < earlier[1]:
            raise OverlappingWindows(field="windows", day=day, windows=[clock_pair(earlier), clock_pair(later)])
    return tuple(ordered)


def check_week(weekly: Sequence[tuple[Window, ...]]) -> None:
    """Raises OverlappingWindows when a window runs over midnight into one of the next weekday."""
    for i, windows in enumerate(weekly):
        following = weekly[(i + 1) % 7]
        if windows and following and windows[-1][1] - DAY_MINUTES > following[0][0]:
            pair = [clock_pair(windows[-1]), clock_pair(following[0])]
            raise OverlappingWindows(field="windows", day=f"{WEEKDAYS[i]}-{WEEKDAYS[(i + 1) % 7]}", windows=pair)


def clock_pair(window: Window) -> list[str]:
    return [f"{minute // 60:02d}:{minute % 60:02d}" for minute in window]


def _minute(value: Any, day: str) -> int:
    match = _CLOCK.fullmatch(str(value))
    if match is None:
        raise Invalid(field="windows", day=day, value=str(value))
    return int(match[1]) * 60 + int(match[2])
