"""Which days of a year are holidays somewhere? Asked of maintained packages, never written down here.

China's make-up workdays come from ``chinesecalendar``, every other country from ``holidays``. A year that a package
does not know is refused; days that it only estimates are named and left out.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from importlib import resources
from importlib.metadata import version
from typing import Any

import holidays
from chinese_calendar import constants as china

from tierline.domain.calendars import Day, Kind, Source, UnknownSource, Year, YearUnpublished

CHINA = "CN"
_ESTIMATED = "estimated"
# Years that every release knows in full. One with less than half their days is one where a hand-kept table has ended.
_SETTLED = (2024, 2025)
_MAINLAND = tuple(sorted({day.year for day in china.holidays}))


@cache
def countries() -> Mapping[str, Sequence[str]]:
    """Country code -> its subdivisions' codes. China's holidays hold for all of it."""
    found = holidays.list_supported_countries(include_aliases=False)
    return {code: () if code == CHINA else tuple(subdivisions) for code, subdivisions in sorted(found.items())}


def source_of(zone: str) -> Source | None:
    """The country whose clocks the zone is, where a package knows its holidays: what to offer for a new calendar.

    Nationwide; of a zone that is an old name or of no country nothing is guessed.
    """
    country = _country_of_zone().get(zone, "")
    return Source(country) if country in countries() else None


@cache
def _country_of_zone() -> Mapping[str, str]:
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return {row[2]: row[0] for row in rows}


def published(source: Source, year: int) -> Year:
    """The year as the installed package knows it. Raises YearUnpublished, UnknownSource."""
    _check(source)
    found = _of_china(year) if source.country == CHINA else _of_country(source, year)
    if found is None:
        package = _package(source)
        raise YearUnpublished(source=source.label, year=year, package=f"{package} {version(package)}")
    return found


def knows(source: Source, year: int) -> bool:
    try:
        published(source, year)
    except (YearUnpublished, UnknownSource):
        return False
    return True


def _package(source: Source) -> str:
    return "chinesecalendar" if source.country == CHINA else "holidays"


def _check(source: Source) -> None:
    subdivisions = countries().get(source.country)
    if subdivisions is None or (source.subdivision and source.subdivision not in subdivisions):
        raise UnknownSource(field="country", country=source.country, subdivision=source.subdivision)


@cache
def _of_china(year: int) -> Year | None:
    if year not in _MAINLAND:
        return None
    days = {day: Day(Kind.CLOSED, *_chinese(name)) for day, name in china.holidays.items() if day.year == year}
    days |= {day: Day(Kind.WORKDAY, *_chinese(name)) for day, name in china.workdays.items() if day.year == year}
    return Year(Source(CHINA), "chinesecalendar", version("chinesecalendar"), dict(sorted(days.items())))


def _chinese(english: str) -> tuple[str, str]:
    return _CHINESE.get(english, english), english


_CHINESE = {each.value: each.chinese for each in china.Holiday}


@cache
def _of_country(source: Source, year: int) -> Year | None:
    local = _asked(source, year)
    if not local or 2 * len(local) < max(len(_asked(source, n) or ()) for n in _SETTLED):
        return None
    english = _asked(source, year, language="en_US") or local
    mandarin = _asked(source, year, language="zh_CN") or local
    days: dict[date, Day] = {}
    unsettled: dict[date, Day] = {}
    for day in sorted(local):
        named = Day(Kind.CLOSED, _name(mandarin.get(day) or local[day]), _name(english.get(day) or local[day]))
        (unsettled if _ESTIMATED in (english.get(day) or "") else days)[day] = named
    for day in sorted(getattr(local, "weekend_workdays", ())):
        if day.year == year:
            days[day] = Day(Kind.WORKDAY, "调休上班", "Make-up workday")
    in_order = dict(sorted(days.items()))
    return Year(source, "holidays", version("holidays"), in_order, unsettled, _moves_later(local, year))


def _asked(source: Source, year: int, *, language: str = "") -> Any:
    """The package's answer; None outside the years it has, or in a language it has not.

    Without ``language`` the country's own, never the machine's: two machines must write the same names.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            known = holidays.country_holidays(source.country, subdiv=source.subdivision or None)
            if not known.start_year <= year <= known.end_year:
                return None
            if language and language not in known.supported_languages:
                return None
            return holidays.country_holidays(
                source.country,
                subdiv=source.subdivision or None,
                years=year,
                expand=False,
                language=language or known.default_language,
            )
        except UserWarning:
            # "available only from 2001 to 2035": hand-kept tables end there.
            return None


def _moves_later(known: Any, year: int) -> bool:
    """Whether the country moves days by yearly decree and that year's is not in the package yet."""
    decreed = getattr(known, "special_public_holidays", None) or {}
    moves = bool(getattr(known, "has_substituted_holidays", False))
    years = [n for n in decreed if isinstance(n, int)]
    return moves and len(years) >= 3 and max(years) < year


def _name(text: str) -> str:
    return text.replace(f", {_ESTIMATED})", ")").replace(f" ({_ESTIMATED})", "").strip()[:120]


@cache
def subdivision_names(country: str) -> Sequence[tuple[str, str]]:
    """(code, name) of a country's subdivisions, by code; the code again where the package gives no name."""
    codes = countries().get(country, ())
    if not codes:
        return ()
    aliases = getattr(holidays.country_holidays(country), "subdivisions_aliases", {})
    names = {code: name for name, code in reversed(list(aliases.items()))}
    return tuple((code, names.get(code, code)) for code in codes)
