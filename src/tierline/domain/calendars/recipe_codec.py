"""A calendar's recipe to and from the JSON that is kept beside its version."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from tierline.domain.calendars import codec
from tierline.domain.calendars.calendar import Calendar
from tierline.domain.calendars.recipe import Day, Kind, Recipe, Source, Year
from tierline.domain.calendars.windows import clock_pair, read_windows
from tierline.domain.errors import Invalid

# The version's own JSON holds zone, week, exceptions; this key holds what they were made of.
KEY = "recipe"


def split(body: Mapping[str, Any]) -> tuple[Mapping[str, Any], Recipe]:
    """A stored body as the calendar's own JSON and its recipe; one without a recipe was written by hand."""
    bare = {name: value for name, value in body.items() if name != KEY}
    calendar = Calendar.from_json(bare)
    made_of = body.get(KEY)
    return bare, Recipe.of(calendar) if made_of is None else _read(calendar, made_of)


def joined(recipe: Recipe, *, id: str, version: int) -> dict[str, Any]:
    """What is stored of one version. Raises what Calendar raises."""
    return {**recipe.calendar(id=id, version=version).to_json(), KEY: _written(recipe)}


def days_json(days: Mapping[date, Day | None]) -> dict[str, Any]:
    return {day.isoformat(): None if each is None else _day_json(each) for day, each in sorted(days.items())}


def read_days(value: Any) -> dict[date, Day | None]:
    """Raises Invalid and its kinds."""
    if not isinstance(value, Mapping):
        raise Invalid(field="days", value=str(value))
    return {codec.read_date(day): None if each is None else _day(each, str(day)) for day, each in value.items()}


def _written(recipe: Recipe) -> dict[str, Any]:
    return {
        "zh": recipe.zh,
        "en": recipe.en,
        "like": recipe.like,
        "source": _source_json(recipe.source),
        "years": {str(n): _year_json(year) for n, year in recipe.years.items()},
        "own": days_json(recipe.own),
    }


def _read(calendar: Calendar, value: Any) -> Recipe:
    own = {day: each for day, each in read_days(value["own"]).items() if each is not None}
    return Recipe(
        zone=calendar.zone,
        weekly=calendar.weekly,
        zh=value["zh"],
        en=value["en"],
        day_minutes=calendar.day_minutes,
        like=value["like"],
        source=_source(value["source"]),
        years={int(n): _year(year) for n, year in value["years"].items()},
        own=own,
    )


def _year_json(year: Year) -> dict[str, Any]:
    return {
        "source": _source_json(year.source),
        "package": year.package,
        "release": year.release,
        "days": days_json(year.days),
        "unsettled": days_json(year.unsettled),
        "is_partial": year.is_partial,
    }


def _year(value: Mapping[str, Any]) -> Year:
    return Year(
        source=Source(**value["source"]),
        package=value["package"],
        release=value["release"],
        days={day: each for day, each in read_days(value["days"]).items() if each is not None},
        unsettled={day: each for day, each in read_days(value["unsettled"]).items() if each is not None},
        is_partial=value["is_partial"],
    )


def _source_json(source: Source | None) -> dict[str, str] | None:
    return None if source is None else {"country": source.country, "subdivision": source.subdivision}


def _source(value: Mapping[str, str] | None) -> Source | None:
    return None if value is None else Source(**value)


def _day_json(day: Day) -> dict[str, Any]:
    pairs = {"windows": [clock_pair(window) for window in day.windows]} if day.kind is Kind.HOURS else {}
    names = {name: word for name, word in (("zh", day.zh), ("en", day.en)) if word}
    return {"kind": day.kind.value, **names, **pairs}


def _day(value: Any, where: str) -> Day:
    try:
        kind = Kind(value["kind"])
        windows = read_windows(value.get("windows", []), day=where)
        return Day(kind, str(value.get("zh", "")), str(value.get("en", "")), windows)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Invalid(field="days", value=str(value)) from None
