"""Calendar versions: what they are made of, what they refuse, and the hours that DST removes or repeats."""

from datetime import UTC, date, datetime

import pytest

from tierline.domain.calendars import (
    ALWAYS,
    HOUR,
    Calendar,
    EmptyCalendar,
    Irregular,
    NeverOpens,
    OutOfRange,
    OverlappingWindows,
    TooManyWindows,
    UnknownZone,
    WindowOutOfRange,
)
from tierline.domain.errors import Invalid, Missing

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def calendar(zone: str = "Asia/Shanghai", exceptions=None, **weekly) -> Calendar:
    return Calendar.from_json({"zone": zone, "weekly": weekly, "exceptions": exceptions or {}})


def daily(zone: str, *windows: list[str]) -> Calendar:
    return calendar(zone, **{day: list(windows) for day in DAYS})


def t(text: str) -> datetime:
    return datetime.fromisoformat(text)


REFUSED = [
    ("no window at all", {"weekly": {}}, EmptyCalendar),
    ("only closed exceptions", {"weekly": {}, "exceptions": {"2026-01-01": []}}, EmptyCalendar),
    ("two windows of a day overlap", {"weekly": {"mon": [["09:00", "12:00"], ["11:59", "18:00"]]}}, OverlappingWindows),
    ("a night overlaps the next morning", {"weekly": {"mon": [["22:00", "06:00"]], "tue": [["05:00", "09:00"]]}},
     OverlappingWindows),
    ("a Sunday night overlaps Monday", {"weekly": {"sun": [["22:00", "06:00"]], "mon": [["05:59", "09:00"]]}},
     OverlappingWindows),
    ("two windows of an exception overlap", {"weekly": {"mon": [["09:00", "12:00"]]},
     "exceptions": {"2026-01-03": [["09:00", "12:00"], ["10:00", "11:00"]]}}, OverlappingWindows),
    ("an empty window", {"weekly": {"mon": [["09:00", "09:00"]]}}, WindowOutOfRange),
    ("a window longer than two days", {"weekly": {"mon": [["09:00", "48:01"]]}}, WindowOutOfRange),
    ("a window that starts on the next day", {"weekly": {"mon": [["24:00", "25:00"]]}}, WindowOutOfRange),
    ("a window every quarter of an hour", {"weekly": {"mon": [[f"{n // 60:02}:{n % 60:02}", f"{n // 60:02}:{n % 60 + 1:02}"]
     for n in range(0, 1440, 15)]}}, TooManyWindows),
    ("an unknown zone", {"zone": "Europe/Bielefeld", "weekly": {"mon": [["09:00", "12:00"]]}}, UnknownZone),
    ("a zone that climbs out of the data", {"zone": "../../../etc/passwd", "weekly": {"mon": [["09:00", "12:00"]]}},
     UnknownZone),
    ("no zone", {"zone": "", "weekly": {"mon": [["09:00", "12:00"]]}}, Missing),
    ("a misspelt key", {"weekly": {"mon": [["09:00", "12:00"]]}, "holidays": []}, Invalid),
    ("a misspelt weekday", {"weekly": {"monday": [["09:00", "12:00"]]}}, Invalid),
    ("a date that does not exist", {"weekly": {"mon": [["09:00", "12:00"]]}, "exceptions": {"2026-02-30": []}},
     Invalid),
    ("a time that does not exist", {"weekly": {"mon": [["09:60", "12:00"]]}}, Invalid),
    ("a working day of no hours", {"weekly": {"mon": [["09:00", "12:00"]]}, "day_hours": 0}, Invalid),
    ("a working day of 25 hours", {"weekly": {"mon": [["09:00", "12:00"]]}, "day_hours": 25}, Invalid),
    ("a working day of 7 hours and a third of a minute", {"weekly": {"mon": [["09:00", "12:00"]]},
     "day_hours": "1261/180"}, Invalid),
]  # fmt: skip


@pytest.mark.parametrize(("value", "error"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_a_calendar_is_refused_by_name_when_saved(value, error) -> None:
    with pytest.raises(error):
        Calendar.from_json({"zone": "Asia/Shanghai", **value})


def test_a_calendar_is_read_as_it_was_written() -> None:
    written = {
        "id": "CN-5x8",
        "version": 7,
        "zone": "Asia/Shanghai",
        "weekly": {"mon": [["09:00", "12:00"], ["13:30", "18:00"]], "fri": [["22:00", "30:00"]]},
        "exceptions": {"2026-02-14": [["09:00", "18:00"]], "2026-02-16": []},
        "day_hours": "15/2",
        "tzdata": "2026a",
    }
    assert Calendar.from_json(written).to_json() == written
    assert Calendar.from_json(written).label == "CN-5x8 v7"


def test_a_window_over_midnight_is_written_either_way() -> None:
    assert daily("UTC", ["22:00", "06:00"]) == daily("UTC", ["22:00", "30:00"])


NIGHTS = [
    # what it shows, zone, window, date, opens, closes
    ("a start that is missing moves to the first valid instant", "America/New_York", ["02:30", "04:00"], "2026-03-08",
     "2026-03-08T03:00-04:00", "2026-03-08T04:00-04:00"),
    ("an end that is missing too", "America/New_York", ["00:00", "02:30"], "2026-03-08", "2026-03-08T00:00-05:00",
     "2026-03-08T03:00-04:00"),
    ("a start that comes twice takes the first", "America/New_York", ["01:30", "04:00"], "2026-11-01",
     "2026-11-01T01:30-04:00", "2026-11-01T04:00-05:00"),
    ("an end that comes twice takes the last", "America/New_York", ["00:00", "01:30"], "2026-11-01",
     "2026-11-01T00:00-04:00", "2026-11-01T01:30-05:00"),
    ("half an hour is missing on Lord Howe", "Australia/Lord_Howe", ["02:15", "03:00"], "2026-10-04",
     "2026-10-04T02:30+11:00", "2026-10-04T03:00+11:00"),
    ("midnight is missing in Sao Paulo", "America/Sao_Paulo", ["00:00", "02:00"], "2018-11-04",
     "2018-11-04T01:00-02:00", "2018-11-04T02:00-02:00"),
    ("the day before it ends there", "America/Sao_Paulo", ["22:00", "24:00"], "2018-11-03", "2018-11-03T22:00-03:00",
     "2018-11-04T01:00-02:00"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("zone", "window", "day", "opens", "closes"), [row[1:] for row in NIGHTS], ids=[row[0] for row in NIGHTS]
)
def test_hours_that_dst_removes_or_repeats(zone: str, window: list[str], day: str, opens: str, closes: str) -> None:
    [(a, b)] = daily(zone, window).spans_on(date.fromisoformat(day))
    assert (a, b) == (int(t(opens).timestamp()) * 1_000_000, int(t(closes).timestamp()) * 1_000_000)


def test_a_window_that_dst_removes_gives_nothing_and_stops_nothing() -> None:
    night = daily("America/New_York", ["02:10", "02:40"])
    assert list(night.spans_on(date(2026, 3, 8))) == []
    assert night.due(t("2026-03-08T00:00-05:00"), HOUR // 2) == t("2026-03-09T02:40-04:00")


def test_a_date_that_a_zone_skipped_gives_nothing() -> None:
    assert list(daily("Pacific/Apia", ["09:00", "17:00"]).spans_on(date(2011, 12, 30))) == []


def test_nights_that_dst_changes_are_listed_for_whoever_saves_the_calendar() -> None:
    night = daily("America/New_York", ["22:00", "06:00"])
    found = night.irregular([date(2026, 3, 6), date(2026, 3, 7), date(2026, 10, 31)])
    assert found == [
        Irregular(date(2026, 3, 7), (1320, 1800), 7 * 60),
        Irregular(date(2026, 10, 31), (1320, 1800), 9 * 60),
    ]


def test_a_window_belongs_to_its_date_and_an_exception_replaces_only_its_own() -> None:
    """Saturday is closed; the night that began on Friday goes on into it."""
    nights = calendar("UTC", {"2026-06-06": []}, fri=[["22:00", "06:00"]], sat=[["22:00", "06:00"]])
    assert nights.is_open(t("2026-06-06T03:00Z"))
    assert not nights.is_open(t("2026-06-06T23:00Z"))
    assert not nights.is_open(t("2026-06-07T03:00Z"))


def test_an_exception_that_overlaps_the_night_before_is_counted_once() -> None:
    nights = calendar("UTC", {"2026-06-06": [["05:00", "08:00"]]}, fri=[["22:00", "06:00"]])
    assert nights.work(t("2026-06-05T22:00Z"), t("2026-06-06T12:00Z")) == 10 * HOUR


def test_the_opening_moment_is_open_and_the_closing_moment_is_not() -> None:
    office = calendar("UTC", mon=[["09:00", "17:00"]])
    assert office.is_open(t("2026-06-01T09:00Z"))
    assert not office.is_open(t("2026-06-01T17:00Z"))


EDGES = [
    ("an amount that ends at closing is due at closing", "2026-06-01T09:00Z", 8 * HOUR, "2026-06-01T17:00Z"),
    ("one microsecond more is due after the next opening", "2026-06-01T09:00Z", 8 * HOUR + 1,
     "2026-06-08T09:00:00.000001Z"),
    ("from the closing moment", "2026-06-01T17:00Z", HOUR, "2026-06-08T10:00Z"),
    ("from before opening", "2026-06-01T03:00Z", HOUR, "2026-06-01T10:00Z"),
    ("nothing is due at once", "2026-06-02T03:00Z", 0, "2026-06-02T03:00Z"),
    ("years of it", "2026-06-01T09:00Z", 520 * 8 * HOUR, "2036-05-12T17:00Z"),
]  # fmt: skip


@pytest.mark.parametrize(("start", "amount", "due"), [row[1:] for row in EDGES], ids=[row[0] for row in EDGES])
def test_due(start: str, amount: int, due: str) -> None:
    assert calendar("UTC", mon=[["09:00", "17:00"]]).due(t(start), amount) == t(due)


def test_rolling_to_the_nearest_open_moment() -> None:
    office = calendar("UTC", mon=[["09:00", "17:00"]])
    assert office.opens_at(t("2026-06-01T12:00Z")) == t("2026-06-01T12:00Z")
    assert office.opens_at(t("2026-06-01T17:00Z")) == t("2026-06-08T09:00Z")
    assert office.closes_at(t("2026-06-01T12:00Z")) == t("2026-06-01T12:00Z")
    assert office.closes_at(t("2026-06-01T09:00Z")) == t("2026-05-25T17:00Z")


def test_a_calendar_that_never_opens_again_says_so_and_ends() -> None:
    """Forwards and backwards; an opening exception of the past does not help."""
    once = calendar("UTC", {"2026-06-01": [["09:00", "17:00"]]})
    assert once.due(t("2026-05-01T00:00Z"), HOUR) == t("2026-06-01T10:00Z")
    with pytest.raises(NeverOpens):
        once.due(t("2026-06-02T00:00Z"), 1)
    with pytest.raises(NeverOpens):
        once.due(t("2026-06-01T09:00Z"), 8 * HOUR + 1)
    with pytest.raises(NeverOpens):
        once.ago(t("2026-06-01T08:00Z"), 1)
    assert not once.opens_every_week


def test_a_target_beyond_the_horizon_ends_too() -> None:
    with pytest.raises(NeverOpens):
        calendar("UTC", mon=[["09:00", "09:01"]]).due(t("2026-06-01T00:00Z"), 10_000 * HOUR)


def test_no_calendar_is_computed_for_the_middle_ages() -> None:
    with pytest.raises(OutOfRange):
        calendar("UTC", mon=[["09:00", "17:00"]]).work(datetime(1066, 10, 14, tzinfo=UTC), t("2026-06-01T00:00Z"))


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(TypeError):
        ALWAYS.due(datetime.fromisoformat("2026-06-01T00:00"), HOUR)
