"""The queue's order: least slack first, and nobody starved. Default promises; the week of 1 June 2026."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tierline.domain.sla import STARVATION_BOUND, is_left, order_at, read_clocks, slack, touched_at
from tierline.domain.terms import Terms
from tierline.domain.tests.stories import at, story
from tierline.domain.tests.test_sla_laws import LAWS, stories

TOUCHES = [
    # what it shows, given, last touch
    ("untouched, the wait counts from receipt", "Mon 10:00  customer opens P3", "Mon 10:00"),
    ("split off, it counts from the message, not from the split",
     "Tue 10:00  split off P3, said Mon 09:00", "Mon 09:00"),
    ("our reply is a touch", "Mon 10:00  customer opens P3\nMon 11:00  engineer replies", "Mon 11:00"),
    ("the automatic acknowledgement is none",
     "Mon 10:00  customer opens P3\nMon 10:01  acknowledged automatically", "Mon 10:00"),
    ("a note is one", "Mon 10:00  customer opens P3\nMon 12:00  internal note", "Mon 12:00"),
    ("assigning it to another is none", "Mon 10:00  customer opens P3\nMon 12:00  assigned", "Mon 10:00"),
    ("a further message of hers does not send her back",
     "Mon 10:00  customer opens P3\nMon 15:00  customer writes", "Mon 10:00"),
    ("a package for the next tier is one", "Mon 10:00  customer opens P3\nMon 12:00  handed to L2", "Mon 12:00"),
    ("a department's finished task brings it back to us",
     "Mon 10:00  customer opens P3\nMon 11:00  task 1 opened\nWed 11:00  task 1 finished", "Wed 11:00"),
    ("reopened, it came to us anew",
     "Mon 10:00  customer opens P3\nMon 11:00  resolved with a reply\nThu 09:00  customer reopens", "Thu 09:00"),
    ("the end of a wait is when it came back",
     "Mon 10:00  customer opens P3\nMon 11:00  engineer replies\nMon 11:00  waits on the customer\n+Mon 09:00  resumed",
     "+Mon 09:00"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "expected"), [row[1:] for row in TOUCHES], ids=[row[0] for row in TOUCHES])
def test_last_touch(given: str, expected: str) -> None:
    assert touched_at(story(given)) == at(expected)


ORDERS = [
    # what it shows, due, touched, waits until, sorts at
    ("the nearest due time decides", "Tue 12:00", "Mon 10:00", None, "Tue 12:00"),
    ("an overdue one sorts by when it was due", "Mon 09:00", "Tue 10:00", None, "Mon 09:00"),
    ("a promise beyond the bound yields to it", "06-19 12:00", "Mon 10:00", None, "06-04 10:00"),
    ("due exactly at the bound, they agree", "06-04 10:00", "Mon 10:00", None, "06-04 10:00"),
    ("paused there is no due time, and the bound still holds", None, "Mon 10:00", None, "06-04 10:00"),
    ("an agreed date is waited for", None, "Mon 10:00", "06-19 09:00", "06-19 09:00"),
    ("an agreed date inside the bound does not hasten it", None, "Mon 10:00", "Tue 09:00", "06-04 10:00"),
]


@pytest.mark.parametrize(
    ("due", "touched", "until", "expected"), [row[1:] for row in ORDERS], ids=[row[0] for row in ORDERS]
)
def test_order(due: str | None, touched: str, until: str | None, expected: str) -> None:
    told = {"touched_at": at(touched), "waits_until": at(until) if until else None}
    assert order_at(priority="P2", due_at=at(due) if due else None, **told) == at(expected)


def test_a_waiting_p1_has_no_place_of_its_own() -> None:
    told = {"due_at": None, "touched_at": at("Mon 10:00"), "waits_until": None}
    assert order_at(priority="P1", **told) == order_at(priority="P3", **told)


instants = st.datetimes(datetime(2015, 1, 1), datetime(2045, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
priorities = st.sampled_from(["P1", "P2", "P3", "P4"])


@LAWS
@given(instants, instants, priorities, instants, st.none() | instants, st.none() | instants)
def test_a_p1_that_runs_is_passed_by_nothing_but_a_p1_that_is_due_before(
    due: datetime, touched: datetime, other: str, lying: datetime, promised: datetime | None, until: datetime | None
) -> None:
    mine = order_at(priority="P1", due_at=due, touched_at=touched, waits_until=None)
    theirs = order_at(priority=other, due_at=promised, touched_at=lying, waits_until=until)
    if other == "P1" and promised is not None:
        assert (mine < theirs) == (due < promised)
    else:
        assert mine < theirs


LEFT = [
    # what it shows, priority, due, touched, asked, left alone
    ("nobody touched it and its promise is far", "P3", "06-19 12:00", "Mon 10:00", "06-04 10:00", True),
    ("a moment before the bound", "P3", "06-19 12:00", "Mon 10:00", "06-04 09:59", False),
    ("it is overdue, which says more", "P3", "Tue 12:00", "Mon 10:00", "06-05 10:00", False),
    ("it waits, and nobody looked", "P3", None, "Mon 10:00", "06-04 10:00", True),
    ("a P1 stands where its promise puts it", "P1", "06-19 12:00", "Mon 10:00", "06-04 10:00", False),
]


@pytest.mark.parametrize(
    ("priority", "due", "touched", "asked", "left"), [row[1:] for row in LEFT], ids=[row[0] for row in LEFT]
)
def test_left_alone(priority: str, due: str | None, touched: str, asked: str, left: bool) -> None:
    due_at = at(due) if due else None
    place = order_at(priority=priority, due_at=due_at, touched_at=at(touched), waits_until=None)
    assert is_left(order_at=place, due_at=due_at, at=at(asked)) is left


SLACKS = [
    # what it shows, given, asked, kind, minutes, open minutes left
    ("the first response is nearest", "Mon 10:00  customer opens P3", "Mon 11:00", "first_response", 180, 180),
    ("over night elapsed minutes are more than open ones",
     "Mon 16:00  customer opens P3", "Mon 17:00", "first_response", 18 * 60, 180),
    ("overdue it is negative", "Mon 10:00  customer opens P3", "Mon 15:00", "first_response", -60, -60),
    ("half a minute over is a whole one", "Mon 10:00  customer opens P2", "Mon 10:30:30", "first_response", -1, None),
    ("every clock stopped: no slack",
     "Mon 10:00  customer opens P3\nMon 10:30  resolved with a reply", "Mon 11:00", None, None, None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "asked", "kind", "minutes", "left"), [row[1:] for row in SLACKS], ids=[row[0] for row in SLACKS]
)
def test_slack(given: str, asked: str, kind: str | None, minutes: int | None, left: int | None) -> None:
    graded = replace(Terms.default(), targets={k: v for k, v in Terms.default().targets.items() if k[0] != "grading"})
    found = slack(read_clocks(story(given), terms=graded, at=at(asked)), at=at(asked))
    assert (found and (found.kind, found.minutes)) == (kind and (kind, minutes))
    if left is not None:
        assert found is not None
        assert found.left == left * 60_000_000


@LAWS
@given(stories)
def test_a_ticket_never_sorts_later_than_the_bound_after_its_last_touch(events: list) -> None:
    now = max(e.occurred_at for e in events)
    due_at = min((r.due_at for r in read_clocks(events, terms=Terms.default(), at=now) if r.due_at), default=None)
    touched = touched_at(events)
    for priority in ("P1", "P3"):
        place = order_at(priority=priority, due_at=due_at, touched_at=touched, waits_until=None)
        assert place <= touched + STARVATION_BOUND


HOUR = timedelta(hours=1)
arrivals = st.lists(st.tuples(st.integers(0, 96), st.integers(1, 900)), min_size=1, max_size=60)


@settings(max_examples=300, deadline=None)
@given(arrivals, st.integers(1, 400))
def test_nobody_waits_for_ever_while_younger_ones_pass(coming: list[tuple[int, int]], patience: int) -> None:
    """One engineer finishes the first of the queue every hour, while for ever more urgent tickets keep arriving.

    Each is (hours until it comes, hours until it is due). One more has the latest promise of all; it is finished
    before anything that came more than the bound after it.
    """
    start = at("Mon 09:00")
    waiting: list[tuple[datetime, int, datetime]] = [(_sorted(start, 10_000), 0, start)]
    later = [(start + hours * HOUR, due) for hours, due in coming]
    # Then one a minute before each service, each due within the hour: without a bound these always pass.
    later += [(start + n * HOUR - timedelta(minutes=1), 1) for n in range(1, patience + 200)]
    later.sort()
    for served in range(1, len(later) + 2):
        now = start + served * HOUR
        while later and later[0][0] <= now:
            came, due = later.pop(0)
            waiting.append((_sorted(came, due), served, came))
        waiting.sort()
        _, number, came = waiting.pop(0)
        if number == 0:
            return
        assert came <= start + STARVATION_BOUND
    raise AssertionError("it was never finished")


def _sorted(came: datetime, due_in_hours: int) -> datetime:
    return order_at(priority="P3", due_at=came + due_in_hours * HOUR, touched_at=came, waits_until=None)
