"""Holidays as the installed packages know them, against dates that were looked up elsewhere; and years they do not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tierline.agreements import holiday_packages
from tierline.domain.calendars import Kind, Source, UnknownSource, YearUnpublished


def between(first: str, last: str) -> set[date]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return {start + timedelta(days=n) for n in range((end - start).days + 1)}


def dates(*days: str) -> set[date]:
    return {date.fromisoformat(day) for day in days}


def closed(source: Source, year: int) -> set[date]:
    return {on for on, day in holiday_packages.published(source, year).days.items() if day.kind is Kind.CLOSED}


def opened(source: Source, year: int) -> set[date]:
    return {on for on, day in holiday_packages.published(source, year).days.items() if day.kind is Kind.WORKDAY}


@pytest.mark.parametrize(
    ("zone", "country"),
    [
        ("Asia/Shanghai", "CN"),
        ("Asia/Urumqi", "CN"),
        ("Europe/Berlin", "DE"),
        ("America/New_York", "US"),
        ("UTC", None),
        ("PRC", None),
    ],
)
def test_whose_holidays_a_zone_suggests(zone: str, country: str | None) -> None:
    assert holiday_packages.source_of(zone) == (Source(country) if country else None)


def test_china_2026_is_the_state_council_s_arrangement_with_its_make_up_days() -> None:
    """The notice of November 2025: days off in a row, and the weekend days that are worked for them."""
    china = Source("CN")
    assert closed(china, 2026) == (
        between("2026-01-01", "2026-01-03")
        | between("2026-02-15", "2026-02-23")
        | between("2026-04-04", "2026-04-06")
        | between("2026-05-01", "2026-05-05")
        | between("2026-06-19", "2026-06-21")
        | between("2026-09-25", "2026-09-27")
        | between("2026-10-01", "2026-10-07")
    )
    assert opened(china, 2026) == dates(
        "2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"
    )
    named = holiday_packages.published(china, 2026).days[date(2026, 2, 14)]
    assert (named.zh, named.en) == ("春节", "Spring Festival")


KNOWN = [
    # what it shows, source, year, closed dates that must be there, dates that must not
    ("Bavaria has Epiphany and Corpus Christi", Source("DE", "BY"), 2026, ["2026-01-06", "2026-06-04"], ["2026-03-08"]),
    ("Berlin has Women's Day", Source("DE", "BE"), 2026, ["2026-03-08", "2026-10-03"], ["2026-01-06"]),
    ("Germany alone has neither", Source("DE"), 2026, ["2026-04-03"], ["2026-01-06", "2026-03-08"]),
    ("4 July on a Saturday is kept on Friday", Source("US"), 2026, ["2026-07-03", "2026-07-04"], ["2026-07-06"]),
    ("Japan's sandwiched day", Source("JP"), 2026, ["2026-09-22"], []),
    ("Singapore's second day", Source("SG"), 2026, ["2026-02-17", "2026-02-18"], []),
    ("Boxing Day on a Saturday moves to Monday", Source("GB", "ENG"), 2026, ["2026-12-28"], ["2026-08-03"]),
    ("Scotland's own bank holiday", Source("GB", "SCT"), 2026, ["2026-08-03"], ["2026-08-31"]),
    ("New South Wales", Source("AU", "NSW"), 2026, ["2026-01-26", "2026-10-05"], []),
    ("Brazil", Source("BR", "SP"), 2026, ["2026-07-09", "2026-11-20"], []),
    ("Samoa", Source("WS"), 2026, ["2026-06-01"], []),
    ("Nepal", Source("NP"), 2026, ["2026-04-14"], []),
    ("a leap year's Easter", Source("GB", "ENG"), 2024, ["2024-03-29", "2024-04-01"], ["2024-02-29"]),
]


@pytest.mark.parametrize(("source", "year", "there", "absent"), [r[1:] for r in KNOWN], ids=[r[0] for r in KNOWN])
def test_known_holidays(source: Source, year: int, there: list[str], absent: list[str]) -> None:
    found = closed(source, year)
    assert dates(*there) <= found
    assert not dates(*absent) & found


def test_make_up_days_of_other_countries_come_too() -> None:
    assert opened(Source("HU"), 2026) == dates("2026-01-10", "2026-08-08")


UNKNOWN = [
    ("a year of China that nobody has published", Source("CN"), 2100),
    ("before the package begins", Source("CN"), 2003),
    ("beyond a package's years", Source("DE"), 2101),
    ("where a hand-kept table has ended", Source("LK"), 2035),
    ("where only fixed days are left", Source("NP"), 2040),
]


@pytest.mark.parametrize(("source", "year"), [r[1:] for r in UNKNOWN], ids=[r[0] for r in UNKNOWN])
def test_an_unpublished_year_is_refused_and_never_guessed(source: Source, year: int) -> None:
    with pytest.raises(YearUnpublished) as refused:
        holiday_packages.published(source, year)
    assert (refused.value.facts["source"], refused.value.facts["year"]) == (source.label, year)
    assert not holiday_packages.knows(source, year)


def test_the_year_after_the_last_published_one_of_china_is_unknown() -> None:
    """Holds whatever release is installed."""
    last = max(year for year in range(2020, 2060) if holiday_packages.knows(Source("CN"), year))
    assert last >= 2026
    assert not any(holiday_packages.knows(Source("CN"), year) for year in range(last + 1, 2061))


def test_estimated_days_are_named_and_left_out() -> None:
    found = holiday_packages.published(Source("SG"), 2030)
    assert found.unsettled
    assert not set(found.unsettled) & set(found.days)
    assert not any("estimated" in day.en for day in found.unsettled.values())


def test_moved_days_that_are_decreed_each_year_are_said_to_be_missing() -> None:
    assert holiday_packages.published(Source("HU"), 2060).is_partial
    assert not holiday_packages.published(Source("DE", "BY"), 2060).is_partial


@pytest.mark.parametrize("source", [Source("XX"), Source("DE", "ZZ"), Source("CN", "GD"), Source("")])
def test_a_source_that_no_package_knows(source: Source) -> None:
    with pytest.raises(UnknownSource):
        holiday_packages.published(source, 2026)


def test_names_do_not_depend_on_the_machine_s_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    japan = holiday_packages.published(Source("JP"), 2025).days[date(2025, 1, 1)]
    assert (japan.zh, japan.en) == ("元日", "New Year's Day")
