"""What a calendar does not know yet and somebody should see to: years not published, days not settled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from tierline.domain.calendars.recipe import Recipe, Source
from tierline.domain.calendars.windows import DAY_MINUTES

# A year is looked for from 1 October of the year before: governments publish in autumn, targets reach weeks ahead.
AHEAD_DAYS = 92

UNPUBLISHED = "year_unpublished"
NOT_IMPORTED = "year_not_imported"
PARTIAL = "year_partial"
UNSETTLED = "days_unsettled"
ENDS = "exceptions_end"
NO_HOLIDAYS = "no_holidays"
OTHER_TZDATA = "tzdata_changed"


@dataclass(frozen=True, slots=True)
class Gap:
    """``kind`` is one of the words above; ``facts`` fill its sentence."""

    kind: str
    facts: dict[str, Any] = field(default_factory=dict)


def gaps(recipe: Recipe, *, on: date, knows: Callable[[Source, int], bool]) -> list[Gap]:
    """Of the calendar as seen on the local date ``on``. ``knows``: whether the package has published that year."""
    if recipe.source is None:
        return _without_package(recipe, on)
    found = []
    for year in sorted({on.year, (on + timedelta(days=AHEAD_DAYS)).year}):
        imported = recipe.years.get(year)
        facts = {"source": recipe.source.label, "year": year}
        if imported is None:
            found.append(Gap(NOT_IMPORTED if knows(recipe.source, year) else UNPUBLISHED, facts))
            continue
        if imported.is_partial:
            found.append(Gap(PARTIAL, facts))
        ahead = [day for day in imported.unsettled if day >= on and day not in recipe.own]
        if ahead:
            found.append(Gap(UNSETTLED, {**facts, "days": [day.isoformat() for day in sorted(ahead)]}))
    return found


def known_until(recipe: Recipe) -> date | None:
    """The last date whose exceptions have been looked at: the end of the imported years, else the last exception."""
    if not recipe.years:
        return max(recipe.own, default=None)
    return date(max(recipe.years), 12, 31)


def is_around_the_clock(recipe: Recipe) -> bool:
    return all(windows == ((0, DAY_MINUTES),) for windows in recipe.weekly)


def _without_package(recipe: Recipe, on: date) -> list[Gap]:
    last = max(recipe.own, default=None)
    if last is None:
        return [] if is_around_the_clock(recipe) else [Gap(NO_HOLIDAYS)]
    if last < on + timedelta(days=AHEAD_DAYS):
        return [Gap(ENDS, {"until": last.isoformat()})]
    return []
