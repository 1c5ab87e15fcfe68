"""Escalation and alert steps as values: what is planned, what is overdue, whom a P1 pages."""

from dataclasses import replace
from fractions import Fraction

import pytest

from tierline.domain.escalation import overdue, owed_pages, pages, plan
from tierline.domain.sla import Due, read_clocks
from tierline.domain.terms import Kind, Step, Terms, hours
from tierline.domain.tests.stories import at, micros, story

TERMS = replace(
    Terms.default(),
    targets={(Kind.RESOLVE, "P3", None): hours(10), (Kind.FIRST_RESPONSE, "P3", None): hours(4)},
    steps=(
        Step("half", "assignee", used=Fraction(1, 2)),
        Step("hour_left", "manager", offset=-micros("1h"), working=True, kinds=frozenset({"resolve"})),
        Step("hour_left_by_the_clock", "manager", offset=-micros("1h"), kinds=frozenset({"resolve"})),
        Step("two_hours_late", "director", offset=micros("2h"), working=True, kinds=frozenset({"resolve"})),
        Step("p1_only", "cto", used=Fraction(1, 4), priorities=frozenset({"P1"})),
    ),
)
# Ten working hours from Monday 09:00 end on Tuesday at 10:00; an hour of work before is Tuesday 09:00.
GIVEN = "Mon 09:00  customer opens P3"
PLANNED = [
    ("first_response/half", "Mon 11:00"),
    ("first_response/breach", "Mon 13:00"),
    ("resolve/half", "Mon 14:00"),
    ("resolve/hour_left", "Tue 09:00"),
    ("resolve/hour_left_by_the_clock", "Tue 09:00"),
    ("resolve/breach", "Tue 10:00"),
    ("resolve/two_hours_late", "Tue 12:00"),
]


def planned(given: str, asked: str) -> tuple[Due, ...]:
    return plan(read_clocks(story(given), terms=TERMS, at=at(asked)), TERMS)


def named(dues: tuple[Due, ...]) -> list[tuple[str, object]]:
    return [(f"{due.kind}/{due.step}", due.at) for due in dues]


def test_every_step_of_every_clock_is_planned_in_order() -> None:
    assert named(planned(GIVEN, "Mon 09:00")) == [(step, at(when)) for step, when in PLANNED]


def test_the_plan_is_the_same_whenever_it_is_drawn() -> None:
    assert planned(GIVEN, "Mon 09:00") == planned(GIVEN, "Tue 11:00")


def test_a_step_says_whom_it_tells_and_the_breach_nobody_in_particular() -> None:
    assert {due.step: due.tell for due in planned(GIVEN, "Mon 09:00")} == {
        "half": "assignee",
        "hour_left": "manager",
        "hour_left_by_the_clock": "manager",
        "breach": "",
        "two_hours_late": "director",
    }


def test_a_paused_clock_has_no_steps() -> None:
    assert {due.kind for due in planned(GIVEN + "\nMon 10:00  waits for agreed maintenance", "Mon 11:00")} == {
        "first_response"
    }


OVERDUE = [
    ("nothing yet", "Mon 10:59:59", 0),
    ("exactly then", "Mon 11:00", 1),
    ("everything that fell due since", "Mon 14:00", 3),
    ("steps of one instant are all there", "Tue 09:00", 5),
    ("long after", "Fri 09:00", 7),
]


@pytest.mark.parametrize(("now", "many"), [row[1:] for row in OVERDUE], ids=[row[0] for row in OVERDUE])
def test_overdue_is_what_has_fallen_due(now: str, many: int) -> None:
    everything = planned(GIVEN, "Mon 09:00")
    assert overdue(everything, done=frozenset(), now=at(now)) == everything[:many]


def test_what_was_done_is_not_done_twice() -> None:
    everything = planned(GIVEN, "Mon 09:00")
    done = {everything[0].key, everything[2].key}
    assert overdue(everything, done=done, now=at("Mon 14:00")) == (everything[1],)


def test_the_steps_of_two_cycles_have_two_keys() -> None:
    assert Due(at("Mon 09:00"), "restore", "", 1, "half").key != Due(at("Mon 09:00"), "restore", "", 2, "half").key


PAGES = [
    ("nobody is paged for a P2", "P2", None, []),
    ("L2 at once, L3 after 15 minutes", "P1", None, [("L2", "Mon 09:00"), ("L3", "Mon 09:15")]),
    ("not L3 when it was restored by then", "P1", "Mon 09:15", [("L2", "Mon 09:00")]),
    ("L3 when it was restored later", "P1", "Mon 09:15:01", [("L2", "Mon 09:00"), ("L3", "Mon 09:15")]),
]


@pytest.mark.parametrize(("priority", "restored", "paged"), [row[1:] for row in PAGES], ids=[row[0] for row in PAGES])
def test_whom_a_p1_pages(priority: str, restored: str | None, paged: list[tuple[str, str]]) -> None:
    found = pages(priority=priority, graded_at=at("Mon 09:00"), restored_at=at(restored) if restored else None)
    assert [(due.party, due.at) for due in found] == [(party, at(when)) for party, when in paged]


OWED = [
    # what it shows, given, pages that are not on the record
    ("an ungraded ticket pages nobody, whatever it states", "Mon 09:00  customer states extensive", []),
    ("graded P1: L2 at once, L3 after 15 minutes", "Mon 09:00  customer opens\nMon 09:05  graded P1",
     [("L2", "Mon 09:05"), ("L3", "Mon 09:20")]),
    ("a P2 pages nobody", "Mon 09:00  customer opens\nMon 09:05  graded P2", []),
    ("what is on the record is not owed", "Mon 09:00  customer opens\nMon 09:05  graded P1\nMon 09:05  L2 paged",
     [("L3", "Mon 09:20")]),
    ("restored in time, L3 is left alone",
     "Mon 09:00  customer opens\nMon 09:05  graded P1\nMon 09:05  L2 paged\nMon 09:20  restored", []),
    ("restored too late, L3's page belongs on the record",
     "Mon 09:00  customer opens\nMon 09:05  graded P1\nMon 09:05  L2 paged\nMon 09:21  restored", [("L3", "Mon 09:20")]),
    ("raised later, it pages from then", "Mon 09:00  customer opens\nMon 09:05  graded P3\nMon 14:00  worsened to P1",
     [("L2", "Mon 14:00"), ("L3", "Mon 14:15")]),
    ("eased in time, nobody else is called",
     "Mon 09:00  customer opens\nMon 09:05  graded P1\nMon 09:05  L2 paged\nMon 09:10  eased to P2", []),
    ("raised again, it pages again",
     "Mon 09:00  customer opens\nMon 09:05  graded P1\nMon 09:05  L2 paged\nMon 09:10  eased to P2\n"
     "Mon 10:00  worsened to P1", [("L2", "Mon 10:00"), ("L3", "Mon 10:15")]),
    ("graded P1 once more, it does not", "Mon 09:00  customer opens\nMon 09:05  graded P1\nMon 09:05  L2 paged\n"
     "Mon 09:10  was misread, is P1", [("L3", "Mon 09:20")]),
    ("resolved, nobody is called any more",
     "Mon 09:00  customer opens\nMon 09:05  graded P1\nMon 09:05  L2 paged\nMon 09:10  resolved", []),
    ("reopened as a P1, it pages again",
     "Mon 09:00  customer opens\nMon 09:05  graded P1\nMon 09:05  L2 paged\nMon 09:10  resolved\n"
     "Mon 11:00  customer reopens", [("L2", "Mon 11:00"), ("L3", "Mon 11:15")]),
    ("merged away, it is the other ticket's matter",
     "Mon 09:00  customer opens\nMon 09:05  graded P1\nMon 09:06  merged away", []),
]  # fmt: skip


@pytest.mark.parametrize(("given", "owed"), [row[1:] for row in OWED], ids=[row[0] for row in OWED])
def test_the_pages_that_a_p1_still_owes(given: str, owed: list[tuple[str, str]]) -> None:
    assert [(due.party, due.at) for due in owed_pages(story(given))] == [(party, at(when)) for party, when in owed]
