"""Recurrence: the same dates as another engine, and never more work than was allowed."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from dateutil import rrule
from hypothesis import given, settings
from hypothesis import strategies as st

from tierline.domain.calendars.repeats import DAILY, MONTHLY, WEEKLY, YEARLY, Budget, Rule, TooMuchRecurrence

_FREQUENCY = {YEARLY: rrule.YEARLY, MONTHLY: rrule.MONTHLY, WEEKLY: rrule.WEEKLY, DAILY: rrule.DAILY}
_DAYS = (rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR, rrule.SA, rrule.SU)

START, FIRST, LAST = date(2024, 2, 29), date(2026, 1, 1), date(2032, 12, 31)

KNOWN = [
    ("a leap day recurs in leap years only", Rule(YEARLY), START, [date(2028, 2, 29), date(2032, 2, 29)]),
    (
        "the last Monday of May",
        Rule(YEARLY, by_month=frozenset({5}), by_day=frozenset({(-1, 0)}), until=date(2027, 12, 31)),
        date(2020, 5, 25),
        [date(2026, 5, 25), date(2027, 5, 31)],
    ),
    ("three times from the start", Rule(WEEKLY, count=3), date(2025, 12, 30), [date(2026, 1, 6), date(2026, 1, 13)]),
    ("never: 30 February", Rule(YEARLY, by_month=frozenset({2}), by_month_day=frozenset({30})), START, []),
    (
        "the last weekday of the month",
        Rule(MONTHLY, by_day=frozenset((0, n) for n in range(5)), by_position=frozenset({-1}), until=date(2026, 2, 28)),
        date(2025, 1, 31),
        [date(2026, 1, 30), date(2026, 2, 27)],
    ),
]


@pytest.mark.parametrize(("rule", "start", "dates"), [r[1:] for r in KNOWN], ids=[r[0] for r in KNOWN])
def test_known_recurrences(rule: Rule, start: date, dates: list[date]) -> None:
    assert list(rule.dates(start, FIRST, LAST, Budget())) == dates


@st.composite
def rules(draw: st.DrawFn) -> tuple[Rule, date]:
    """Rules both engines define alike: ordinals never mixed with plain weekdays."""
    freq = draw(st.sampled_from(list(_FREQUENCY)))
    ordinals = st.sampled_from([-2, -1, 1, 2, 5]) if freq in (YEARLY, MONTHLY) and draw(st.booleans()) else st.just(0)
    by_day = draw(st.frozensets(st.tuples(ordinals, st.integers(0, 6)), max_size=3))
    month_days = st.frozensets(st.sampled_from([-31, -1, 1, 13, 29, 31]), max_size=2)
    rule = Rule(
        freq,
        interval=draw(st.integers(1, 5)),
        count=draw(st.none() | st.integers(1, 40)),
        until=draw(st.none() | st.dates(date(2024, 1, 1), date(2030, 1, 1))),
        by_month=draw(st.frozensets(st.integers(1, 12), max_size=3)),
        # Both together can be impossible dates, which the other engine looks for to the year 9999.
        by_month_day=draw(month_days) if freq != WEEKLY and not by_day else frozenset(),
        by_day=by_day,
        week_start=draw(st.sampled_from([0, 6])),
    )
    return rule, draw(st.dates(date(2019, 1, 1), date(2027, 12, 31)))


@settings(max_examples=300, deadline=None)
@given(rules())
def test_the_same_dates_as_another_engine(asked: tuple[Rule, date]) -> None:
    rule, start = asked
    end = date(2029, 12, 31)
    known = {} if rule.until is None else {"until": datetime.combine(rule.until, time())}
    oracle = rrule.rrule(
        _FREQUENCY[rule.freq],
        dtstart=datetime.combine(start, time()),
        interval=rule.interval,
        wkst=_DAYS[rule.week_start],
        bymonth=sorted(rule.by_month) or None,
        bymonthday=sorted(rule.by_month_day) or None,
        byweekday=[_DAYS[day](n) if n else _DAYS[day] for n, day in rule.by_day] or None,
        **({"count": rule.count} if rule.count is not None else known),
    )
    expected = [
        at.date() for at in oracle.between(datetime.combine(FIRST, time()), datetime.combine(end, time()), inc=True)
    ]
    if rule.count is not None and rule.until is not None:
        expected = [day for day in expected if day <= rule.until]
    assert list(rule.dates(start, FIRST, end, Budget())) == expected


def test_a_rule_cannot_keep_its_reader_busy() -> None:
    endless = Rule(DAILY, count=10**9, by_month=frozenset({2}), by_month_day=frozenset({30}))
    with pytest.raises(TooMuchRecurrence):
        list(endless.dates(date(1, 1, 1), FIRST, LAST + timedelta(days=1), Budget(1_000)))


def test_a_rule_without_a_count_starts_looking_where_it_is_asked() -> None:
    budget = Budget(5_000)
    assert len(list(Rule(DAILY).dates(date(1, 1, 1), FIRST, FIRST + timedelta(days=365), budget))) == 366
