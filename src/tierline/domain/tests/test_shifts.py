"""Shifts over both changes of the clock: no hour uncovered that was covered, none doubled."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tierline.domain.calendars.zones import zone_of
from tierline.domain.errors import Invalid
from tierline.domain.shifts import Gap, Line, Overlap, Stretch, gaps, overlaps, stretches, taken_over, without

EVERY_DAY = frozenset(range(1, 8))
# zone, the Sunday of each change in 2026
CHANGES = [
    ("Europe/Berlin", date(2026, 3, 29), 60),
    ("Europe/Berlin", date(2026, 10, 25), 60),
    ("America/New_York", date(2026, 3, 8), 60),
    ("America/New_York", date(2026, 11, 1), 60),
    ("Australia/Lord_Howe", date(2026, 4, 5), 30),
    ("Australia/Lord_Howe", date(2026, 10, 4), 30),
]


def line(zone: str, day: date, starts: int, ends: int, *, person: int = 1, days: int = 0, tier: int = 1) -> Line:
    return Line(
        "shift", tier, zone, EVERY_DAY, starts, ends, day - timedelta(days=days), day + timedelta(days=days), person
    )


def hours(s: Stretch) -> float:
    return (s.ends_at - s.starts_at) / timedelta(hours=1)


ROWS = [
    ("Berlin, spring: the night is an hour shorter", "Europe/Berlin", date(2026, 3, 28), 22 * 60, 6 * 60, 7),
    ("Berlin, autumn: the night is an hour longer", "Europe/Berlin", date(2026, 10, 24), 22 * 60, 6 * 60, 9),
    ("New York, spring", "America/New_York", date(2026, 3, 7), 22 * 60, 6 * 60, 7),
    ("New York, autumn", "America/New_York", date(2026, 10, 31), 22 * 60, 6 * 60, 9),
    ("Lord Howe, autumn there: half an hour longer", "Australia/Lord_Howe", date(2026, 4, 4), 22 * 60, 6 * 60, 8.5),
    ("Lord Howe, spring there: half an hour shorter", "Australia/Lord_Howe", date(2026, 10, 3), 22 * 60, 6 * 60, 7.5),
    ("the day before is as written", "Europe/Berlin", date(2026, 3, 27), 22 * 60, 6 * 60, 8),
    ("an end that does not exist is the change itself", "Europe/Berlin", date(2026, 3, 28), 22 * 60, 150, 4),
    ("an end that happens twice is the last", "Europe/Berlin", date(2026, 10, 24), 22 * 60, 150, 5.5),
    ("a start that happens twice is the first", "Europe/Berlin", date(2026, 10, 25), 150, 6 * 60, 4.5),
    ("the same minute is a whole day", "Europe/Berlin", date(2026, 6, 1), 480, 480, 24),
]


@pytest.mark.parametrize(("zone", "day", "starts", "ends", "lasts"), [r[1:] for r in ROWS], ids=[r[0] for r in ROWS])
def test_how_long_a_shift_lasts(zone: str, day: date, starts: int, ends: int, lasts: float) -> None:
    (only,) = stretches([line(zone, day, starts, ends)])
    assert hours(only) == lasts


def test_a_shift_that_the_clock_skips_is_none() -> None:
    assert stretches([line("Europe/Berlin", date(2026, 3, 29), 120, 180)]) == []


def test_handing_over_at_a_time_that_happens_twice_happens_once() -> None:
    day = date(2026, 10, 25)
    night, early = stretches([line("Europe/Berlin", day, 0, 150), line("Europe/Berlin", day, 150, 360, person=2)])
    assert night.ends_at == early.starts_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(("zone", "day", "_by"), CHANGES, ids=[f"{z} {d}" for z, d, _ in CHANGES])
@settings(max_examples=60, deadline=None)
@given(cuts=st.lists(st.integers(0, 1439), min_size=2, max_size=6, unique=True))
def test_shifts_that_share_out_the_day_cover_every_instant_once(
    zone: str, day: date, _by: int, cuts: list[int]
) -> None:
    edges = sorted(cuts)
    lines = [
        line(zone, day, starts, ends, person=n + 1, days=2)
        for n, (starts, ends) in enumerate(zip(edges, edges[1:] + edges[:1], strict=True))
    ]
    planned = stretches(lines)
    assert planned, "nothing was laid"
    for one, other in pairwise(planned):
        assert one.ends_at == other.starts_at


@pytest.mark.parametrize(("zone", "day", "_by"), CHANGES, ids=[f"{z} {d}" for z, d, _ in CHANGES])
@settings(max_examples=60, deadline=None)
@given(starts=st.integers(0, 1439), ends=st.integers(0, 1439))
def test_whatever_the_wall_clock_covers_is_covered(zone: str, day: date, _by: int, starts: int, ends: int) -> None:
    only = line(zone, day, starts, ends, days=4)
    planned = stretches([only])
    local = zone_of(zone)
    at = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=1)
    for n in range(0, 2 * 24 * 60, 5):
        instant = at + timedelta(minutes=n)
        wall = instant.astimezone(local)
        minute = wall.hour * 60 + wall.minute
        # By the clock on the wall: today's shift, or yesterday's that runs past midnight.
        on = only.starts <= minute < only.end_minute or minute + 1440 < only.end_minute
        if on:
            assert any(s.starts_at <= instant < s.ends_at for s in planned), (instant, wall)


MONDAY = datetime(2026, 6, 1, tzinfo=UTC)


def span(person: int, from_hour: int, to_hour: int, *, tier: int = 1, kind: str = "shift", heads: int = 1) -> Stretch:
    return Stretch(MONDAY + timedelta(hours=from_hour), MONDAY + timedelta(hours=to_hour), person, kind, tier, heads)


def hour(n: int) -> datetime:
    return MONDAY + timedelta(hours=n)


GAPS = [
    ("exactly covered has no gap", [span(0, 8, 16)], [span(1, 8, 12), span(2, 12, 16)], []),
    ("a hole in between", [span(0, 8, 16)], [span(1, 8, 11), span(2, 12, 16)], [(11, 12, 0, 1)]),
    ("nobody at all", [span(0, 8, 16)], [], [(8, 16, 0, 1)]),
    (
        "two wanted, one there",
        [span(0, 8, 16, heads=2)],
        [span(1, 8, 16), span(2, 10, 12)],
        [(8, 10, 1, 2), (12, 16, 1, 2)],
    ),
    ("another tier does not fill the seat", [span(0, 8, 9)], [span(1, 8, 9, tier=2)], [(8, 9, 0, 1)]),
    ("stand-by does not fill a shift", [span(0, 8, 9)], [span(1, 8, 9, kind="standby")], [(8, 9, 0, 1)]),
    ("needs at the same time add up", [span(0, 8, 10), span(0, 9, 10)], [span(1, 8, 10)], [(9, 10, 1, 2)]),
    ("what lies outside is not asked", [span(0, -9, 40)], [span(1, 0, 24)], []),
]


@pytest.mark.parametrize(("needed", "planned", "found"), [r[1:] for r in GAPS], ids=[r[0] for r in GAPS])
def test_gaps(needed: list[Stretch], planned: list[Stretch], found: list[tuple[int, int, int, int]]) -> None:
    expected = [Gap(hour(a), hour(b), 1, "shift", have, need) for a, b, have, need in found]
    assert gaps(needed, planned, within=(hour(0), hour(24))) == expected


def test_one_person_twice_is_an_overlap_and_touching_is_none() -> None:
    assert overlaps([span(1, 8, 12), span(1, 12, 16), span(2, 8, 16)]) == []
    assert overlaps([span(1, 8, 16), span(1, 9, 10), span(1, 15, 18)]) == [
        Overlap(hour(9), hour(10), 1),
        Overlap(hour(15), hour(16), 1),
    ]


def test_leave_cuts_a_stretch_in_two() -> None:
    left = without([span(1, 8, 16), span(2, 8, 16)], [(1, hour(10), hour(12))])
    assert left == [span(1, 8, 10), span(2, 8, 16), span(1, 12, 16)]


def test_standing_in_leaves_the_rest_to_its_person() -> None:
    kept, taken = taken_over(span(1, 8, 16), 2, hour(10), hour(16))
    assert (kept, taken) == ([span(1, 8, 10)], [span(2, 10, 16)])
    with pytest.raises(Invalid):
        taken_over(span(1, 8, 16), 2, hour(7), hour(9))


@given(
    st.lists(st.tuples(st.integers(1, 3), st.integers(0, 23), st.integers(1, 12)), max_size=8),
    st.integers(1, 3),
)
def test_gaps_agree_with_counting_hour_by_hour(rows: list[tuple[int, int, int]], heads: int) -> None:
    planned = [span(n + 1, start, start + length) for n, (_, start, length) in enumerate(rows)]
    found = gaps([span(0, 0, 24, heads=heads)], planned, within=(hour(0), hour(24)))
    for h in range(24):
        have = sum(1 for p in planned if p.starts_at <= hour(h) < p.ends_at)
        short = [g for g in found if g.starts_at <= hour(h) < g.ends_at]
        assert bool(short) == (have < heads)
        assert all((g.have, g.need) == (have, heads) for g in short)
