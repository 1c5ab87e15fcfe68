"""A calendar as its pages draw it: the week as half hours, the year as months, dates with what they are."""

from __future__ import annotations

from calendar import Calendar as Months
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language, gettext

from tierline.agreements.queries import CalendarRow
from tierline.domain.calendars import Day, Kind, Recipe
from tierline.domain.calendars.changes import Changes, DayChange, windows_on
from tierline.domain.calendars.windows import DAY_MINUTES, WEEKDAYS, Window, clock_pair

_HALF_HOUR = 30
OWN, PACKAGE, OVER = "own", "package", "over"


@dataclass(frozen=True, slots=True)
class WeekRow:
    """``cells``: forty-eight half hours, open when any part is, the night before's hours included."""

    name: str
    cells: Sequence[bool]
    windows: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A date of the year view. ``look``: open, rest, holiday, workday, hours; ``label`` is read aloud."""

    number: int
    look: str
    label: str
    is_today: bool


@dataclass(frozen=True, slots=True)
class Month:
    number: int
    weeks: Sequence[Sequence[Cell | None]]


@dataclass(frozen=True, slots=True)
class ExceptionRow:
    """Dates in a row with the same name and hours. ``origin``: the package's, own, or own over the package's."""

    first: date
    last: date
    dates: str
    kind: str
    name: str
    windows: str
    origin: str


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """Dates in a row that become the same; ``before`` names each of what they were."""

    dates: str
    what: str
    name: str
    before: str
    after: str
    is_effective: bool


@dataclass(frozen=True, slots=True)
class ChangeTable:
    days: Sequence[ChangeRow]
    week: Sequence[tuple[str, str, str]]
    fields: Sequence[tuple[str, str, str]]
    added: int
    removed: int
    changed: int


def title(row: CalendarRow) -> str:
    """The calendar's name in the reader's language, its code where it has none."""
    return (row.recipe.en if get_language() == "en" else row.recipe.zh) or row.code


def name_of(day: Day) -> str:
    return day.en or day.zh if get_language() == "en" else day.zh or day.en


def week(recipe: Recipe) -> list[WeekRow]:
    rows = []
    for n, windows in enumerate(recipe.weekly):
        over = [(0, end - DAY_MINUTES) for _, end in recipe.weekly[n - 1] if end > DAY_MINUTES]
        spans = [*over, *windows]
        cells = [any(a < m + _HALF_HOUR and m < b for a, b in spans) for m in range(0, DAY_MINUTES, _HALF_HOUR)]
        rows.append(WeekRow(_weekday(n + 1), cells, hours(windows)))
    return rows


def months(recipe: Recipe, year: int, *, today: date) -> list[Month]:
    days = recipe.days
    return [
        Month(
            number,
            [
                [_cell(recipe, days, on, today) if on.month == number else None for on in row]
                for row in Months().monthdatescalendar(year, number)
            ],
        )
        for number in range(1, 13)
    ]


def exceptions(recipe: Recipe, year: int) -> list[ExceptionRow]:
    packaged = {on for each in recipe.years.values() for on in each.days}

    def told(on: date) -> tuple[str, str, str, str]:
        day = recipe.days[on]
        origin = PACKAGE if on not in recipe.own else OVER if on in packaged else OWN
        return day.kind.value, name_of(day), hours(recipe.windows(day)), origin

    days = [on for on in recipe.days if on.year == year]
    return [ExceptionRow(run[0], run[-1], stretch(run[0], run[-1]), *told(run[0])) for run in _runs(days, told)]


def _runs(days: Sequence[date], told: Callable[[date], object]) -> list[list[date]]:
    """Days that follow each other and say the same, together."""
    found: list[list[date]] = []
    for on in days:
        if found and (on - found[-1][-1]).days == 1 and told(on) == told(found[-1][-1]):
            found[-1].append(on)
        else:
            found.append([on])
    return found


def stretch(first: date, last: date) -> str:
    """2026-02-15 Sun, or 2026-02-15 Sun – 02-23 Mon and how many days that is."""
    if first == last:
        return f"{first} {weekday(first)}"
    end = f"{last:%m-%d}" if first.year == last.year else f"{last}"
    days = gettext("page.calendar.count_days").format(n=(last - first).days + 1)
    return gettext("page.calendar.stretch").format(
        first=f"{first} {weekday(first)}", last=f"{end} {weekday(last)}", days=days
    )


def table(changes: Changes) -> ChangeTable:
    return ChangeTable(
        days=_change_rows(changes.days),
        week=[(_weekday(WEEKDAYS.index(name) + 1), hours(a), hours(b)) for name, (a, b) in changes.week.items()],
        fields=[
            (gettext(f"page.calendar.{name}"), _value(name, was), _value(name, now))
            for name, (was, now) in changes.fields.items()
        ],
        added=changes.counted("added"),
        removed=changes.counted("removed"),
        changed=changes.counted("changed"),
    )


def hours(windows: Sequence[Window]) -> str:
    """09:00–12:00 13:30–18:00; an end after midnight says so; none is closed."""
    if not windows:
        return gettext("page.calendar.closed")
    return " ".join(_window(window) for window in windows)


def weekday_letters() -> list[str]:
    return [gettext(f"page.calendar.wd_{n}") for n in range(1, 8)]


def weekday(on: date) -> str:
    return _weekday(on.isoweekday())


def _weekday(number: int) -> str:
    return gettext(f"page.time.weekday_{number}")


def _window(window: Window) -> str:
    start, end = window
    if end <= DAY_MINUTES:
        return "–".join(clock_pair(window))
    shown = clock_pair((start, end - DAY_MINUTES))
    return gettext("page.calendar.over_midnight").format(start=shown[0], end=shown[1])


def _cell(recipe: Recipe, days: Mapping[date, Day], on: date, today: date) -> Cell:
    day = days.get(on)
    shown = hours(windows_on(recipe, on))
    if day is None:
        return Cell(on.day, "open" if recipe.weekly[on.weekday()] else "rest", f"{on} {shown}", on == today)
    look = {Kind.CLOSED: "holiday", Kind.WORKDAY: "workday", Kind.HOURS: "hours"}[day.kind]
    return Cell(on.day, look, f"{on} {name_of(day)} {shown}".replace("  ", " "), on == today)


def _change_rows(found: Sequence[DayChange]) -> list[ChangeRow]:
    by_day = {each.on: each for each in found}

    def told(on: date) -> tuple[str, str, str]:
        each = by_day[on]
        return each.what, name_of(each.day), hours(each.after)

    rows = []
    for run in _runs(list(by_day), told):
        what, name, after = told(run[0])
        before = " / ".join(dict.fromkeys(hours(by_day[on].before) for on in run))
        is_effective = any(by_day[on].is_effective for on in run)
        rows.append(ChangeRow(stretch(run[0], run[-1]), what, name, before, after, is_effective))
    return rows


def _value(name: str, value: object) -> str:
    if name == "like":
        return _weekday(WEEKDAYS.index(str(value)) + 1)
    if name == "day_hours" and isinstance(value, float):
        return f"{value:g}"
    return str(value) or "—"
