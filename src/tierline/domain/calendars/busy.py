"""What an iCalendar's events make of the dates of a calendar: closed, a workday, or other hours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tierline.domain.calendars.changes import windows_on
from tierline.domain.calendars.recipe import Day, Kind, Recipe
from tierline.domain.calendars.windows import DAY_MINUTES, Window

NAME_LIMIT = 120

_OPEN_CATEGORIES = frozenset({"open", "workday", "working day", "work", "班", "上班", "补班", "调休上班", "工作日"})
_OPEN_WORDS = (
    "补班",
    "上班",
    "（班）",
    "(班)",
    "make-up workday",
    "makeup workday",
    "make-up day",
    "working day",
    "workday",
)
_CLOSED_CATEGORIES = frozenset({"closed", "holiday", "holidays", "public holiday", "休", "节假日", "假期", "放假"})
_CLOSED_WORDS = ("放假", "（休）", "(休)", "public holiday", "bank holiday", "closed")


class Effect(StrEnum):
    CLOSES = "closes"
    OPENS = "opens"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Event:
    """One occurrence in the calendar's own wall time, [starts, ends): date and minute of the day."""

    name: str
    effect: Effect
    starts: tuple[date, int]
    ends: tuple[date, int]
    is_all_day: bool


def effect(summary: str, categories: Iterable[str], *, is_free: bool, special: str = "") -> Effect:
    """What an event says of its dates. ``special``: the X-APPLE-SPECIAL-DAY of the calendars that phones subscribe to.

    A free (TRANSPARENT) event changes nothing unless it is named a holiday or a workday: festivals that are no day
    off are free, and so are the holidays of some exporters.
    """
    named, words = {c.strip().casefold() for c in categories}, summary.casefold()
    if special == "ALTERNATE-WORKDAY" or named & _OPEN_CATEGORIES or any(word in words for word in _OPEN_WORDS):
        return Effect.OPENS
    closes = special == "WORK-HOLIDAY" or named & _CLOSED_CATEGORIES or any(word in words for word in _CLOSED_WORDS)
    return Effect.CLOSES if closes or not is_free else Effect.NOTHING


def days_of(events: Iterable[Event], recipe: Recipe) -> Mapping[date, Day]:
    """Own exceptions for ``recipe``. On one date an opening wins over a closing, a timed event over an all-day one.

    A timed closing takes its hours out of the date's windows; a date of which nothing changes is left out.
    """
    closed: dict[date, Day] = {}
    cuts: dict[date, list[tuple[Window, str]]] = {}
    opened: dict[date, Day] = {}
    for event in events:
        if event.effect is Effect.OPENS:
            _open(opened, event)
        elif event.is_all_day:
            closed.update({day: Day(Kind.CLOSED, event.name, event.name) for day in _dates(event)})
        else:
            for day, window in _touched(event):
                cuts.setdefault(day, []).append((window, event.name))
    return dict(sorted({**_cut(cuts, recipe), **closed, **opened}.items()))


def _open(opened: dict[date, Day], event: Event) -> None:
    if event.is_all_day:
        for day in _dates(event):
            opened.setdefault(day, Day(Kind.WORKDAY, event.name, event.name))
        return
    for day, window in _pieces(event):
        before = opened.get(day)
        windows = (*before.windows, window) if before and before.kind is Kind.HOURS else (window,)
        opened[day] = Day(Kind.HOURS, event.name, event.name, _merged(windows))


def _dates(event: Event) -> Iterator[date]:
    """An all-day event's end is the date after its last."""
    for n in range((event.ends[0] - event.starts[0]).days):
        yield event.starts[0] + timedelta(days=n)


def _pieces(event: Event) -> Iterator[tuple[date, Window]]:
    """A timed event as one window where it ends by the next day's end, else as a window for each date."""
    (first, start), (last, end) = event.starts, event.ends
    days = (last - first).days
    if days <= 1:
        if start < days * DAY_MINUTES + end:
            yield first, (start, days * DAY_MINUTES + end)
        return
    yield first, (start, DAY_MINUTES)
    for n in range(1, days):
        yield first + timedelta(days=n), (0, DAY_MINUTES)
    if end:
        yield last, (0, end)


def _touched(event: Event) -> Iterator[tuple[date, Window]]:
    """The event in minutes of every date whose windows it may cut; the night before belongs to its own date."""
    (first, start), (last, end) = event.starts, event.ends
    for n in range(-1, (last - first).days + 1):
        window = (start - n * DAY_MINUTES, ((last - first).days - n) * DAY_MINUTES + end)
        yield first + timedelta(days=n), window


def _cut(cuts: Mapping[date, list[tuple[Window, str]]], recipe: Recipe) -> dict[date, Day]:
    left: dict[date, tuple[Window, ...]] = {}
    names: dict[date, str] = {}
    spilled: dict[date, list[Window]] = {}
    for day, pieces in sorted(cuts.items()):
        rest = windows_on(recipe, day)
        for (start, end), name in pieces:
            rest = tuple(piece for window in rest for piece in _without(window, start, end))
            names.setdefault(day, name)
        left[day] = tuple(window for window in rest if window[0] < DAY_MINUTES)
        # What remains of a night after midnight can begin on the next date only.
        over = [(a - DAY_MINUTES, b - DAY_MINUTES) for a, b in rest if a >= DAY_MINUTES]
        if over:
            spilled[day + timedelta(days=1)] = over
            names.setdefault(day + timedelta(days=1), pieces[0][1])
    for day, over in spilled.items():
        left[day] = _merged((*left.get(day, windows_on(recipe, day)), *over))
    changed = {day: windows for day, windows in left.items() if windows != windows_on(recipe, day)}
    return {day: _day(windows, names[day]) for day, windows in changed.items()}


def _day(windows: tuple[Window, ...], name: str) -> Day:
    return Day(Kind.HOURS, name, name, windows) if windows else Day(Kind.CLOSED, name, name)


def _without(window: Window, start: int, end: int) -> list[Window]:
    opens, closes = window
    pieces = [(opens, min(closes, start)), (max(opens, end), closes)]
    return [(a, b) for a, b in pieces if a < b]


def _merged(windows: Iterable[Window]) -> tuple[Window, ...]:
    """In order; windows that touch or overlap become one."""
    found: list[Window] = []
    for start, end in sorted(windows):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return tuple(found)
