"""What differs between two calendars: the sentence under a preview, and the rows of a version diff."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tierline.domain.calendars.recipe import Day, Recipe
from tierline.domain.calendars.windows import WEEKDAYS, Window

ADDED, REMOVED, CHANGED = "added", "removed", "changed"


@dataclass(frozen=True, slots=True)
class DayChange:
    """One date: the windows that hold on it before and after, and what its exception is called."""

    on: date
    what: str
    before: tuple[Window, ...]
    after: tuple[Window, ...]
    day: Day

    @property
    def is_effective(self) -> bool:
        """Whether an hour opens or closes: a holiday on a Sunday that is closed anyway is not."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class Changes:
    """``fields`` are the plain ones: zone, day length, names; ``week`` the weekdays whose windows differ."""

    days: tuple[DayChange, ...]
    week: Mapping[str, tuple[tuple[Window, ...], tuple[Window, ...]]]
    fields: Mapping[str, tuple[Any, Any]]

    def __bool__(self) -> bool:
        return bool(self.days or self.week or self.fields)

    def counted(self, what: str) -> int:
        return sum(change.what == what for change in self.days)


def changes(before: Recipe, after: Recipe) -> Changes:
    return Changes(tuple(_days(before, after)), _week(before, after), _fields(before, after))


def _days(before: Recipe, after: Recipe) -> list[DayChange]:
    old, new = before.days, after.days
    found = []
    for on in sorted({*old, *new}):
        was, now = windows_on(before, on), windows_on(after, on)
        if on not in old:
            found.append(DayChange(on, ADDED, was, now, new[on]))
        elif on not in new:
            found.append(DayChange(on, REMOVED, was, now, old[on]))
        elif was != now or old[on] != new[on]:
            found.append(DayChange(on, CHANGED, was, now, new[on]))
    return found


def windows_on(recipe: Recipe, on: date) -> tuple[Window, ...]:
    exception = recipe.days.get(on)
    return recipe.weekly[on.weekday()] if exception is None else recipe.windows(exception)


def _week(before: Recipe, after: Recipe) -> dict[str, tuple[tuple[Window, ...], tuple[Window, ...]]]:
    rows = zip(WEEKDAYS, before.weekly, after.weekly, strict=True)
    return {name: (was, now) for name, was, now in rows if was != now}


def _fields(before: Recipe, after: Recipe) -> dict[str, tuple[Any, Any]]:
    pairs = {
        "zone": (before.zone, after.zone),
        "name_zh": (before.zh, after.zh),
        "name_en": (before.en, after.en),
        "day_hours": (before.day_minutes / 60, after.day_minutes / 60),
        "like": (before.like, after.like),
        "source": (_label(before), _label(after)),
    }
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _label(recipe: Recipe) -> str:
    return recipe.source.label if recipe.source else ""
