"""The laws of SLA.md section 1, over random calendars in seven zones, against a walk over real minutes."""

import os
import subprocess
import sys
from datetime import datetime, timedelta
from random import Random

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tierline.domain.calendars import ALWAYS, Calendar
from tierline.domain.tests import minute_oracle
from tierline.domain.tests.minute_oracle import DAYS, MINUTE, PLACES, Walk

# 1,000 in every run; 20,000 where the bars are measured.
EXAMPLES = 20_000 if os.environ.get("TIERLINE_BARS") == "1" else 1_000
LAWS = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))

_SPAN = (DAYS + 2) * 1440 * MINUTE
# Questions keep away from the ends of the walk, where windows of days outside it would be missing.
_FROM, _UNTIL = 3 * 1440 * MINUTE, _SPAN - 3 * 1440 * MINUTE


World = tuple[Calendar, Walk, bytearray]


def world(seed: int) -> World:
    """A calendar, the walk over its place, and which of its minutes are open.

    Made from a seed and not drawn piece by piece: nine tenths of the time of these laws went into drawing.
    """
    dice = Random(seed)
    walk = minute_oracle.walk(dice.randrange(len(PLACES)))
    # An overnight week keeps its mornings free, for windows of one calendar may not overlap.
    earliest, latest = dice.choice(((0, 1440), (700, 2_100)))
    weekly = tuple(_windows(dice, earliest, latest) if dice.random() < 0.75 else () for _ in range(7))
    weekly = weekly if any(weekly) else (*weekly[:6], ((540, 1080),))
    days = [walk.first + timedelta(days=n) for n in range(-3, DAYS + 3)]
    replaced = {
        day: _windows(dice, 0, 2_100) if dice.random() < 0.6 else () for day in dice.sample(days, dice.randrange(5))
    }
    calendar = Calendar(zone=walk.zone.key, weekly=weekly, exceptions=replaced)
    return calendar, walk, walk.open_minutes([(day, calendar.windows_on(day)) for day in days])


def _windows(dice: Random, earliest: int, latest: int) -> tuple[tuple[int, int], ...]:
    """Up to three windows that do not overlap; the last may run over midnight. Whole hours as often as any minute."""
    step = dice.choice((1, 1, 15, 60))
    edges = sorted(dice.sample(range(earliest, latest + 1, step), 2 * dice.randrange(1, 4)))
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return tuple((a, b) for a, b in pairs if a < 1440)


def worlds() -> st.SearchStrategy[World]:
    return st.integers(0, 2**40).map(world)


moments = st.integers(_FROM, _UNTIL)
amounts = st.one_of(st.integers(1, 3 * MINUTE), st.integers(1, 72 * 60 * MINUTE))


@LAWS
@given(worlds(), moments, moments)
def test_work_is_what_a_walk_over_the_minutes_counts(world, one: int, other: int) -> None:
    calendar, walk, minutes = world
    a, b = sorted((one, other))
    assert calendar.work(walk.instant(a), walk.instant(b)) == minute_oracle.work(minutes, a, b)


@LAWS
@given(worlds(), moments, amounts)
def test_due_is_where_the_walk_stops(world, a: int, amount: int) -> None:
    calendar, walk, minutes = world
    expected = minute_oracle.due(minutes, a, amount)
    assume(expected is not None and expected < _UNTIL)
    assert calendar.due(walk.instant(a), amount) == walk.instant(expected)


@LAWS
@given(worlds(), moments, amounts)
def test_working_until_due_is_the_amount_and_due_is_the_least_such_instant(world, a: int, amount: int) -> None:
    calendar, walk, _ = world
    start = walk.instant(a)
    due = calendar.due(start, amount)
    assert calendar.work(start, due) == amount
    assert calendar.work(start, due - timedelta(microseconds=1)) == amount - 1
    back = calendar.ago(due, amount)
    assert back >= start
    assert calendar.work(back, due) == amount


@LAWS
@given(worlds(), st.tuples(moments, moments, moments))
def test_work_adds_up(world, three: tuple[int, int, int]) -> None:
    calendar, walk, _ = world
    a, b, c = (walk.instant(n) for n in sorted(three))
    assert calendar.work(a, c) == calendar.work(a, b) + calendar.work(b, c)
    assert calendar.work(c, a) == 0 or a == c


@LAWS
@given(worlds(), moments, moments, amounts, amounts)
def test_due_is_monotone_in_start_and_amount(world, one: int, other: int, some: int, more: int) -> None:
    calendar, walk, _ = world
    a, b = (walk.instant(n) for n in sorted((one, other)))
    less, more = sorted((some, more))
    assert calendar.due(a, less) <= calendar.due(b, less)
    assert calendar.due(a, less) <= calendar.due(a, more)


@LAWS
@given(st.integers(0, len(PLACES) - 1), moments, moments)
def test_around_the_clock_work_is_elapsed_time_in_every_zone(place: int, one: int, other: int) -> None:
    walk = minute_oracle.walk(place)
    a, b = sorted((one, other))
    everywhere = Calendar(zone=walk.zone.key, weekly=ALWAYS.weekly)
    # The same calendar, told so that no shortcut for 24x7 applies.
    told_by_date = Calendar(zone=walk.zone.key, weekly=ALWAYS.weekly, exceptions={walk.first: ((0, 1440),)})
    for calendar in (ALWAYS, everywhere, told_by_date):
        assert calendar.work(walk.instant(a), walk.instant(b)) == b - a
        assert calendar.due(walk.instant(a), b - a) == walk.instant(b)


@settings(LAWS, max_examples=EXAMPLES // 20)
@given(worlds(), moments, st.permutations(range(4)))
def test_what_was_asked_before_changes_no_answer(world, a: int, order) -> None:
    """The spans are built lazily: a calendar that was asked about other years answers like a fresh one."""
    calendar, walk, minutes = world
    start = walk.instant(a)
    for years in order:
        calendar.work(start - timedelta(days=365 * years), start + timedelta(days=200 * years))
    b = min(a + 2_000 * MINUTE, _UNTIL)
    assert calendar.work(start, walk.instant(b)) == minute_oracle.work(minutes, a, b)


def test_the_zone_of_the_process_changes_no_answer() -> None:
    question = (
        "from tierline.domain.calendars import Calendar; from datetime import datetime\n"
        "c = Calendar(zone='Europe/Berlin', weekly=(((540, 1080),),) * 7)\n"
        "print(c.due(datetime.fromisoformat('2026-03-27T16:00+01:00'), 10**11).isoformat())"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", question], env={**os.environ, "TZ": zone}, capture_output=True, check=True, text=True
        ).stdout
        for zone in ("UTC", "Asia/Shanghai", "Pacific/Apia", "America/New_York")
    }
    assert len(said) == 1


def test_the_zone_an_instant_is_written_in_changes_no_answer() -> None:
    calendar = Calendar(zone="Europe/Berlin", weekly=(((540, 1080),),) * 7)
    same = [
        datetime.fromisoformat(t) for t in ("2026-03-27T16:00+01:00", "2026-03-27T15:00Z", "2026-03-27T23:00+08:00")
    ]
    assert len({calendar.due(t, 10**11) for t in same}) == 1
