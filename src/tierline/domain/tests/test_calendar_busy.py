"""An iCalendar's events on a calendar: what closes, what opens, and hours taken out of a day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierline.domain.calendars import Day, Kind, Recipe
from tierline.domain.calendars.busy import Effect, Event, days_of, effect

OFFICE = ((540, 720), (810, 1080))
PLAIN = Recipe("Asia/Shanghai", (OFFICE,) * 5 + ((), ()))
NIGHTS = Recipe("Asia/Shanghai", (((1320, 1800),),) * 7)
MON, TUE, SAT = date(2026, 6, 1), date(2026, 6, 2), date(2026, 6, 6)

EFFECTS = [
    ("an ordinary event closes", "Company day", [], False, "", Effect.CLOSES),
    ("a free one does not", "立春", [], True, "", Effect.NOTHING),
    ("a free one called a holiday does", "Tag der Einheit", ["Public Holiday"], True, "", Effect.CLOSES),
    ("a Chinese make-up day opens", "春节（班）", [], True, "", Effect.OPENS),
    ("a Chinese day off closes", "春节（休）", [], True, "", Effect.CLOSES),
    ("a phone's make-up day opens", "春节", [], True, "ALTERNATE-WORKDAY", Effect.OPENS),
    ("a phone's holiday closes", "春节", [], True, "WORK-HOLIDAY", Effect.CLOSES),
    ("the category alone opens", "Season", ["OPEN"], False, "", Effect.OPENS),
]


@pytest.mark.parametrize(
    ("summary", "categories", "is_free", "special", "said"), [r[1:] for r in EFFECTS], ids=[r[0] for r in EFFECTS]
)
def test_what_an_event_says(summary: str, categories: list[str], is_free: bool, special: str, said: Effect) -> None:
    assert effect(summary, categories, is_free=is_free, special=special) is said


def whole(first: date, days: int = 1, said: Effect = Effect.CLOSES) -> Event:
    return Event("e", said, (first, 0), (first + timedelta(days=days), 0), is_all_day=True)


def timed(starts: tuple[date, int], ends: tuple[date, int], said: Effect = Effect.CLOSES) -> Event:
    return Event("e", said, starts, ends, is_all_day=False)


def hours(*windows: tuple[int, int]) -> Day:
    return Day(Kind.HOURS, "e", "e", windows)


CLOSED, WORKDAY = Day(Kind.CLOSED, "e", "e"), Day(Kind.WORKDAY, "e", "e")
DAYS = [
    ("several days close", PLAIN, [whole(MON, 2)], {MON: CLOSED, TUE: CLOSED}),
    ("a Saturday opens as a make-up day", PLAIN, [whole(SAT, said=Effect.OPENS)], {SAT: WORKDAY}),
    ("an opening wins over a closing", PLAIN, [whole(SAT, said=Effect.OPENS), whole(SAT)], {SAT: WORKDAY}),
    ("an hour is taken out", PLAIN, [timed((MON, 600), (MON, 660))], {MON: hours((540, 600), (660, 720), (810, 1080))}),
    ("outside of the hours nothing changes", PLAIN, [timed((MON, 720), (MON, 810))], {}),
    ("the whole day by time closes", PLAIN, [timed((MON, 0), (TUE, 0))], {MON: CLOSED}),
    (
        "two openings of a date are both there",
        PLAIN,
        [timed((SAT, 540), (SAT, 600), Effect.OPENS), timed((SAT, 660), (SAT, 720), Effect.OPENS)],
        {SAT: hours((540, 600), (660, 720))},
    ),
    (
        "an opening over midnight belongs to its first date",
        PLAIN,
        [timed((SAT, 1320), (SAT + timedelta(days=1), 120), Effect.OPENS)],
        {SAT: hours((1320, 1560))},
    ),
    (
        "what is left of a night after midnight moves to the next date",
        NIGHTS,
        [timed((MON, 1380), (TUE, 60))],
        {MON: hours((1320, 1380)), TUE: hours((60, 360), (1320, 1800))},
    ),
    (
        "a morning takes the end of the night before",
        NIGHTS,
        [timed((TUE, 300), (TUE, 400))],
        {MON: hours((1320, 1740))},
    ),
]


@pytest.mark.parametrize(("recipe", "events", "days"), [r[1:] for r in DAYS], ids=[r[0] for r in DAYS])
def test_what_events_make_of_dates(recipe: Recipe, events: list[Event], days: dict[date, Day]) -> None:
    assert days_of(events, recipe) == days


_AT = st.tuples(st.dates(MON, MON + timedelta(days=4)), st.integers(0, 1439))


@given(st.sampled_from([PLAIN, NIGHTS]), st.lists(st.tuples(_AT, _AT), min_size=1, max_size=3))
def test_a_timed_closing_takes_exactly_its_open_minutes(recipe: Recipe, spans: list[tuple]) -> None:
    """Minute by minute: open after is open before and in no event."""
    events = [timed(min(a, b), max(a, b)) for a, b in spans]
    after = recipe.with_days(days_of(events, recipe))

    def open_minutes(of: Recipe) -> set[int]:
        calendar = of.calendar()
        days = [MON + timedelta(days=n) for n in range(-3, 9)]
        return {
            (day - MON).days * 1440 + minute
            for day in days
            for start, end in calendar.windows_on(day)
            for minute in range(start, end)
        }

    taken = {
        minute
        for event in events
        for minute in range(
            (event.starts[0] - MON).days * 1440 + event.starts[1], (event.ends[0] - MON).days * 1440 + event.ends[1]
        )
    }
    assert open_minutes(after) == open_minutes(recipe) - taken
