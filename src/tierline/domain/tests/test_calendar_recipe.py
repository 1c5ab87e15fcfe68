"""What a calendar is made of: what wins, what counts as a change, what is not known yet, what people type."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierline.domain.calendars import (
    Calendar,
    Day,
    EmptyCalendar,
    Kind,
    NoWorkday,
    OverlappingWindows,
    Recipe,
    Source,
    WindowOutOfRange,
    Year,
)
from tierline.domain.calendars.changes import changes
from tierline.domain.calendars.gaps import gaps, known_until
from tierline.domain.calendars.recipe_codec import joined, split
from tierline.domain.calendars.typed import line, read_line
from tierline.domain.errors import Invalid

OFFICE = ((540, 720), (810, 1080))
WEEK = ((OFFICE,) * 4 + (((540, 720),),)) + ((), ())
CN = Source("CN")
HOLIDAY, MAKE_UP = Day(Kind.CLOSED, "春节", "Spring Festival"), Day(Kind.WORKDAY, "春节", "Spring Festival")
FEB_14, FEB_16 = date(2026, 2, 14), date(2026, 2, 16)


def year(days: dict[date, Day], release: str = "1.11", **more: object) -> Year:
    return Year(CN, "chinesecalendar", release, days, **more)  # type: ignore[arg-type]


PLAIN = Recipe("Asia/Shanghai", WEEK)
FESTIVE = PLAIN.with_year(2026, year({FEB_14: MAKE_UP, FEB_16: HOLIDAY}))


def test_a_make_up_saturday_opens_as_the_weekday_that_the_calendar_names() -> None:
    assert FESTIVE.calendar().windows_on(FEB_14) == OFFICE
    friday = Recipe("Asia/Shanghai", WEEK, like="fri", years=FESTIVE.years, source=CN)
    assert friday.calendar().windows_on(FEB_14) == ((540, 720),)


def test_a_make_up_day_like_a_closed_weekday_is_refused() -> None:
    with pytest.raises(NoWorkday):
        Recipe("Asia/Shanghai", WEEK, like="sun", years=FESTIVE.years).calendar()


def test_a_changed_week_changes_the_make_up_days_with_it() -> None:
    early = Recipe("Asia/Shanghai", (((480, 960),),) * 5 + ((), ()), years=FESTIVE.years)
    assert early.calendar().windows_on(FEB_14) == ((480, 960),)


OWN = [
    ("an own opening wins over the package's holiday", {FEB_16: Day(Kind.HOURS, windows=((600, 660),))}, ((600, 660),)),
    ("an own closing is no change on a holiday", {FEB_16: Day(Kind.CLOSED)}, ()),
    ("taken back, the package's holiday holds again", {FEB_16: None}, ()),
]


@pytest.mark.parametrize(("own", "windows"), [r[1:] for r in OWN], ids=[r[0] for r in OWN])
def test_own_exceptions_win(own: dict[date, Day | None], windows: tuple[tuple[int, int], ...]) -> None:
    opened = FESTIVE.with_days({FEB_16: Day(Kind.HOURS, windows=OFFICE)})
    assert opened.with_days(own).calendar().windows_on(FEB_16) == windows


def test_importing_again_keeps_own_exceptions_and_says_nothing_changed() -> None:
    mine = FESTIVE.with_days({FEB_16: Day(Kind.HOURS, windows=OFFICE)})
    again = mine.with_year(2026, year({FEB_14: MAKE_UP, FEB_16: HOLIDAY}, release="1.12"))
    assert again.is_same(mine)
    assert not mine.with_year(2026, year({FEB_16: HOLIDAY})).is_same(mine)


def test_another_country_takes_the_place_of_the_first() -> None:
    german = FESTIVE.with_year(2026, Year(Source("DE"), "holidays", "1", {date(2026, 10, 3): HOLIDAY}))
    assert list(german.days) == [date(2026, 10, 3)]


def test_what_is_stored_reads_back_and_is_a_calendar_to_every_clock() -> None:
    body = joined(
        FESTIVE.with_days({date(2026, 12, 1): Day(Kind.HOURS, "征期", "", ((540, 1260),))}), id="o", version=3
    )
    bare, recipe = split(body)
    assert (joined(recipe, id="o", version=3), "recipe" in bare) == (body, False)
    assert Calendar.from_json(body) == Calendar.from_json(bare)


def test_a_calendar_that_was_written_by_hand_has_only_own_exceptions() -> None:
    bare = FESTIVE.calendar(id="o").to_json()
    _, recipe = split(bare)
    assert (sorted(recipe.own), recipe.years) == ([FEB_14, FEB_16], {})
    assert recipe.calendar(id="o").to_json() == bare


def test_a_diff_names_each_date_and_whether_an_hour_moved() -> None:
    sunday = date(2026, 2, 22)
    found = changes(FESTIVE, FESTIVE.with_days({sunday: HOLIDAY, FEB_14: Day(Kind.CLOSED)}))
    assert [(c.on, c.what, c.before, c.after, c.is_effective) for c in found.days] == [
        (FEB_14, "changed", OFFICE, (), True),
        (sunday, "added", (), (), False),
    ]
    assert changes(FESTIVE, PLAIN).counted("removed") == 2
    assert not changes(FESTIVE, FESTIVE)


def test_a_diff_of_the_week_shows_make_up_days_that_move_with_it() -> None:
    later = Recipe("Asia/Tokyo", (((600, 1140),),) * 5 + ((), ()), years=FESTIVE.years, source=CN)
    found = changes(FESTIVE, later)
    assert (list(found.week), found.fields) == (
        ["mon", "tue", "wed", "thu", "fri"],
        {"zone": ("Asia/Shanghai", "Asia/Tokyo")},
    )
    assert [c.on for c in found.days] == [FEB_14]


UNSETTLED = year({}, unsettled={date(2026, 11, 20): HOLIDAY, date(2026, 1, 1): HOLIDAY})
GAPS = [
    # what it shows, recipe, seen on, years the package knows, kinds
    ("in September next year is nobody's business", FESTIVE, date(2026, 9, 30), {2026}, []),
    ("from October the unpublished next year warns", FESTIVE, date(2026, 10, 1), {2026}, ["year_unpublished"]),
    ("published and not imported says so", FESTIVE, date(2026, 11, 22), {2026, 2027}, ["year_not_imported"]),
    ("imported is in order", FESTIVE.with_year(2027, year({})), date(2026, 11, 22), set(), []),
    ("a year that came without an import warns all year", FESTIVE, date(2027, 3, 1), {2026}, ["year_unpublished"]),
    ("no package and no exception", PLAIN, date(2026, 3, 1), set(), ["no_holidays"]),
    ("no package, exceptions end in the past", PLAIN.with_days({FEB_16: HOLIDAY}), date(2026, 3, 1), set(), ["exceptions_end"]),
    ("no package, exceptions reach ahead", PLAIN.with_days({FEB_16: HOLIDAY}), date(2025, 11, 1), set(), []),
    ("around the clock needs no holidays", Recipe("UTC", (((0, 1440),),) * 7), date(2026, 3, 1), set(), []),
    ("a coming day that is only estimated", PLAIN.with_year(2026, UNSETTLED), date(2026, 3, 1), set(), ["days_unsettled"]),
    ("one that has passed is nobody's business", PLAIN.with_year(2026, UNSETTLED), date(2026, 11, 21), {2027}, ["year_not_imported"]),
    (
        "one that was settled by hand is settled",
        PLAIN.with_year(2026, UNSETTLED).with_days({date(2026, 11, 20): HOLIDAY}),
        date(2026, 3, 1),
        set(),
        [],
    ),
    ("moved days not announced", PLAIN.with_year(2026, year({}, is_partial=True)), date(2026, 3, 1), set(), ["year_partial"]),
]  # fmt: skip


@pytest.mark.parametrize(("recipe", "on", "known", "kinds"), [r[1:] for r in GAPS], ids=[r[0] for r in GAPS])
def test_what_a_calendar_does_not_know(recipe: Recipe, on: date, known: set[int], kinds: list[str]) -> None:
    assert [gap.kind for gap in gaps(recipe, on=on, knows=lambda _, n: n in known)] == kinds


def test_known_until_the_end_of_the_last_year_looked_at() -> None:
    assert [known_until(r) for r in (PLAIN, FESTIVE, PLAIN.with_days({FEB_16: HOLIDAY}))] == [
        None,
        date(2026, 12, 31),
        FEB_16,
    ]


LINES = [
    ("two windows with a comma", "09:00-12:00, 13:30-18:00", OFFICE),
    ("a Chinese keyboard", "09：00–12：00，13：30～18：00", OFFICE),
    ("only blanks between", "9:00-12:00 13:30-18:00", OFFICE),
    ("over midnight", "22:00-06:00", ((1320, 1800),)),
    ("the same night, counted on", "22:00-30:00", ((1320, 1800),)),
    ("nothing is closed", "  ", ()),
    ("the whole day", "00:00-24:00", ((0, 1440),)),
]


@pytest.mark.parametrize(("typed", "windows"), [r[1:] for r in LINES], ids=[r[0] for r in LINES])
def test_a_typed_line(typed: str, windows: tuple[tuple[int, int], ...]) -> None:
    assert read_line(typed, day="mon") == windows


REFUSED_LINES = [
    ("a word", "morning", Invalid),
    ("no length", "09:00-09:00", WindowOutOfRange),
    ("beyond the next day's end", "09:00-48:01", WindowOutOfRange),
    ("it starts on the next day", "24:00-25:00", WindowOutOfRange),
    ("they overlap", "09:00-12:00, 11:00-13:00", OverlappingWindows),
    ("sixty minutes", "09:60-12:00", Invalid),
    ("far too long", "09:00-12:00, " * 60, Invalid),
]


@pytest.mark.parametrize(("typed", "error"), [r[1:] for r in REFUSED_LINES], ids=[r[0] for r in REFUSED_LINES])
def test_a_line_that_is_refused_names_its_day(typed: str, error: type[Invalid]) -> None:
    with pytest.raises(error) as refused:
        read_line(typed, day="tue")
    assert type(refused.value) is error
    assert refused.value.facts["day"] == "tue"


REFUSED_WEEKS = [
    ("no opening at all", ((),) * 7, EmptyCalendar),
    ("Sunday night runs into Monday morning", (((300, 600),),) + ((),) * 5 + (((1320, 1800),),), OverlappingWindows),
]


@pytest.mark.parametrize(("weekly", "error"), [r[1:] for r in REFUSED_WEEKS], ids=[r[0] for r in REFUSED_WEEKS])
def test_a_week_that_no_clock_could_run_on(weekly: tuple[tuple[tuple[int, int], ...], ...], error: type) -> None:
    with pytest.raises(error):
        Recipe("UTC", weekly).calendar()


@st.composite
def windows(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    edges = sorted(draw(st.sets(st.integers(0, 1439), max_size=8)))
    pairs = list(zip(edges[::2], edges[1::2], strict=False))
    if pairs and draw(st.booleans()):
        pairs[-1] = (pairs[-1][0], draw(st.integers(1440, 2880)))
    return tuple(pairs)


@given(windows())
def test_a_line_reads_back_as_the_windows_it_was_made_of(made: tuple[tuple[int, int], ...]) -> None:
    assert read_line(line(made), day="mon") == made
