"""Cases from other engines: all that we were given, and for each kind what a case that is wrong does."""

import json

import pytest

from tests.support.shared_data import shared_data
from tierline.domain.slacases import DIFFERS, ERROR, KINDS, PASS, check_case, check_cases

# Those that our own rules answer otherwise, and the rule of their engine that docs/sla.md lists with its row.
FOREIGN = {
    "bestprac-017": ("ignored_state_hides_due",),
    "zammad-003": ("stamp_stops_one_clock",),
    "zammad-005": ("stamp_stops_one_clock",),
    "zammad-007": ("stamp_stops_one_clock",),
    "zammad-009": ("stamp_stops_one_clock",),
    "zammad-013": ("pause_stops_every_clock",),
    "zammad-033": ("updates_from_receipt",),
    "zammad-037": ("updates_from_receipt",),
}


def given_cases() -> list[dict]:
    return json.loads(shared_data("sla_vectors", "cases.json").read_text(encoding="utf-8"))


def test_every_given_case_passes_and_the_foreign_rules_are_those_that_are_documented() -> None:
    verdicts = check_cases(given_cases())
    assert {v.id: v.verdict for v in verdicts if v.verdict != PASS} == {}
    assert {v.id: v.foreign_rules for v in verdicts if v.foreign_rules} == FOREIGN


def test_by_our_own_rules_exactly_those_differ() -> None:
    verdicts = check_cases(given_cases(), house_rules=True)
    assert {v.id for v in verdicts if v.verdict != PASS} == set(FOREIGN)
    assert all(v.ledger for v in verdicts if v.verdict == DIFFERS)


def test_a_case_whose_expectation_is_changed_differs() -> None:
    """Each case with something else expected: none passes, so a pass says something."""
    for case in given_cases():
        wrong = {**case, "expected": _changed(case["expected"])}
        assert check_case(wrong).verdict == DIFFERS, case["id"]


def _changed(value: object) -> object:
    if isinstance(value, dict):
        changed = {key: _changed(item) for key, item in value.items() if key != "also_acceptable"}
        return changed if "after_event" not in changed else {**changed, "after_event": value["after_event"]}
    if isinstance(value, list):
        return [_changed(item) for item in value]
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    return "2001-01-01T00:00:00Z"


OFFICE = {"timezone": "UTC", "hours": {d: [["09:00", "17:00"]] for d in ("mon", "tue", "wed", "thu", "fri")}}
MONDAY = {"from": "2026-06-01T00:00:00Z"}
NIGHT = {"timezone": "UTC", "hours": {d: [["22:00", "06:00"]] for d in ("mon", "tue", "wed", "thu", "fri")}}


def case(kind: str, expected: dict, calendar: dict = OFFICE, note: str = "", **given) -> dict:
    return {"id": "x", "kind": kind, "calendar": calendar, "input": given, "expected": expected, "note": note}


CALENDARS = [
    ("nothing added to a closed moment rolls forward", case("add_business_time", {"result": "2026-06-08T09:00:00Z"},
     start="2026-06-06T12:00:00Z", seconds=0)),
    ("nothing taken from a closed moment rolls back", case("subtract_business_time", {"result": "2026-06-05T17:00:00Z"},
     start="2026-06-06T12:00:00Z", seconds=0)),
    ("a negative amount is the other operation", case("add_business_time", {"result": "2026-06-05T16:00:00Z"},
     start="2026-06-06T12:00:00Z", seconds=-3600)),
    ("a night's window", case("business_time_between", {"seconds": 8 * 3600}, NIGHT, start="2026-06-01T12:00:00Z",
     end="2026-06-02T12:00:00Z")),
    ("a break in the small hours of a night", case("business_time_between", {"seconds": 7 * 3600},
     {**NIGHT, "breaks": {"2026-06-02": [["02:00", "03:00"]]}}, start="2026-06-01T12:00:00Z",
     end="2026-06-02T12:00:00Z")),
    ("a holiday goes before an override", case("is_open", {"open": False, "on_holiday": True},
     {**OFFICE, "holidays": ["2026-06-01"], "date_overrides": {"2026-06-01": [["09:00", "17:00"]]}},
     at="2026-06-01T12:00:00Z")),
    ("a break is cut out of an override", case("is_open", {"open": False, "on_break": True},
     {**OFFICE, "breaks": {"2026-06-06": [["10:00", "11:00"]]}, "date_overrides": {"2026-06-06": [["09:00", "12:00"]]}},
     at="2026-06-06T10:30:00Z")),
    ("windows that touch stay two periods", case("open_periods",
     {"periods": [["2026-06-01T09:00:00Z", "2026-06-01T12:00:00Z"], ["2026-06-01T12:00:00Z", "2026-06-01T17:00:00Z"]]},
     {"timezone": "UTC", "hours": {"mon": [["09:00", "12:00"], ["12:00", "17:00"]]}}, take=2, **MONDAY)),
    ("the last period is cut to until", case("open_periods",
     {"periods": [["2026-06-01T09:00:00Z", "2026-06-01T10:00:00Z"]]}, until="2026-06-01T10:00:00Z", **MONDAY)),
    ("a day later than Saturday, to the nearest open moment", case("add_business_days",
     {"result": "2026-06-08T12:00:00Z"}, start="2026-06-06T12:00:00Z", days=1)),
    ("a day later than Saturday, where a day off counts as its next opening",
     case("add_business_days", {"result": "2026-06-09T09:00:00Z"}, note="... gives 09:00 of the day reached.",
          start="2026-06-06T12:00:00Z", days=1)),
    ("a day before Monday evening", case("subtract_business_days", {"result": "2026-06-05T17:00:00Z"},
     start="2026-06-08T20:00:00Z", days=1)),
    ("hours make a calendar valid", case("calendar_validation", {"valid": True})),
    ("windows that overlap do not", case("calendar_validation", {"valid": False},
     {"timezone": "UTC", "hours": {"mon": [["09:00", "12:00"], ["11:00", "17:00"]]}})),
    ("hours on dates only do not", case("calendar_validation", {"valid": False},
     {"timezone": "UTC", "hours": {}, "date_overrides": {"2026-06-01": [["09:00", "17:00"]]}})),
]  # fmt: skip


@pytest.mark.parametrize("asked", [row[1] for row in CALENDARS], ids=[row[0] for row in CALENDARS])
def test_questions_to_a_calendar(asked: dict) -> None:
    found = check_case(asked)
    assert found.verdict == PASS, found.got


def told(expected: dict, *events: tuple[str, str, dict], sla: dict, calendar: dict = OFFICE, **given) -> dict:
    """``("09:00", "created", {...})`` on Monday 1 June 2026."""
    told = [{"at": f"2026-06-01T{when}:00Z", "type": type_, **said} for when, type_, said in events]
    return case("ticket_timeline", expected, calendar, sla=sla, events=told, **given)


PENDING = {"paused_states": ["pending"]}
STORIES = [
    ("an unanswered message goes before our own next update",
     told({"checks": [{"after_event": 2, "due": "2026-06-01T14:00:00Z"}]}, ("09:00", "created", {"by": "customer"}),
          ("09:10", "agent_message", {}), ("10:00", "customer_message", {}),
          sla={"response_min": 240, "keep_in_loop_min": 60}), ()),
    ("an agent's ticket is word to the customer",
     told({"checks": [{"after_event": 0, "due": "2026-06-01T10:00:00Z"}]}, ("09:00", "created", {"by": "agent"}),
          sla={"keep_in_loop_min": 60}), ()),
    ("resolution waits while it is pending",
     told({"checks": [{"after_event": 1, "resolution_due": None}, {"after_event": 2, "resolution_due":
          "2026-06-01T12:00:00Z"}]}, ("09:00", "created", {}), ("09:30", "state", {"state": "pending"}),
          ("10:30", "state", {"state": "open"}), sla={"resolution_min": 120}, **PENDING), ()),
    ("an answer in a pending state is not excused by us, but there it is",
     told({"checks": [{"after_event": 2, "first_response_due": "2026-06-01T11:00:00Z"}]}, ("09:00", "created", {}),
          ("09:30", "state", {"state": "pending"}), ("10:30", "state", {"state": "open"}),
          sla={"first_response_min": 60}, **PENDING), ("pause_stops_every_clock",)),
    ("a message ends our pause, but not theirs",
     told({"checks": [{"after_event": 2, "resolution_due": None}]}, ("09:00", "created", {}),
          ("09:30", "state", {"state": "pending"}), ("10:00", "customer_message", {}), sla={"resolution_min": 60},
          **PENDING), ("state_alone_ends_pause",)),
    ("a new agreement counts from then, with what was used",
     told({"checks": [{"after_event": 1, "resolution_due": "2026-06-01T11:00:00Z"}]}, ("09:00", "created", {}),
          ("09:30", "sla_changed", {"sla": {"resolution_min": 120}}), sla={"resolution_min": 60}), ()),
    ("an agreement that ends leaves no deadline",
     told({"checks": [{"after_event": 1, "resolution_due": None, "next_due": None}]}, ("09:00", "created", {}),
          ("09:30", "sla_changed", {"sla": None}), sla={"resolution_min": 60}), ()),
    ("the agreement's priority again: the deadline of before",
     told({"checks": [{"after_event": 1, "resolution_due": None}, {"after_event": 2, "resolution_due":
          "2026-06-01T10:00:00Z"}]}, ("09:00", "created", {"priority": "A"}), ("09:10", "priority", {"priority": "B"}),
          ("09:20", "priority", {"priority": "A"}), sla={"resolution_min": 60, "matches_priority": "A"}),
     ("change_counts_from_receipt",)),
    ("closed and opened again, the closed time is not counted",
     told({"checks": [{"after_event": 3, "resolution_in_min": 60}]}, ("09:00", "created", {}), ("09:30", "closed", {}),
          ("11:00", "state", {"state": "open"}), ("11:30", "closed", {}), sla={"resolution_min": 120}), ()),
    ("since when it is on hold, and when it was resolved",
     told({"checks": [{"after_event": 1, "on_hold_since": "2026-06-01T09:30:00Z"}, {"after_event": 2, "on_hold_since":
          None, "resolved_on": "2026-06-01T11:00:00Z", "resolution_time_sec": 1800}]}, ("09:00", "created", {}),
          ("09:30", "state", {"state": "pending"}), ("11:00", "closed", {}), sla={"resolution_min": 60}, **PENDING), ()),
    ("time on hold before is added to the resolution", told({"resolution_due": "2026-06-01T12:00:00Z"},
     ("09:00", "created", {}), sla={"resolution_min": 120}, total_hold_sec=3600), ()),
    ("a late resolution fails the agreement",
     told({"checks": [{"after_event": 1, "status": "Failed"}]}, ("09:00", "created", {}), ("11:00", "state",
          {"state": "Resolved", "first_response": True}), sla={"response_min": 60, "resolution_min": 60}), ()),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "rules"), [row[1:] for row in STORIES], ids=[row[0] for row in STORIES])
def test_stories(asked: dict, rules: tuple[str, ...]) -> None:
    found = check_case(asked)
    assert (found.verdict, found.foreign_rules) == (PASS, rules), found.got


def test_the_ledger_of_a_difference_says_why() -> None:
    asked = told({"resolution_due": "2026-06-01T11:00:00Z"}, ("09:00", "created", {}), sla={"resolution_min": 60})
    found = check_case(asked)
    assert (found.verdict, found.got) == (DIFFERS, {"resolution_due": "2026-06-01T10:00:00Z"})
    assert [clock["kind"] for clock in found.ledger] == ["resolve"]


WRONG = [
    ("not an object", "x"),
    ("no input", {"id": "x", "kind": "is_open", "expected": {}}),
    ("no expectation", {"id": "x", "kind": "is_open", "input": {}}),
    ("a kind that does not exist", case("is_full_moon", {"open": True}, at="2026-06-01T12:00:00Z")),
    ("no moment", case("is_open", {"open": True})),
    ("a moment without a zone", case("is_open", {"open": True}, at="2026-06-01T12:00:00")),
    ("no calendar", {**case("is_open", {"open": True}, at="2026-06-01T12:00:00Z"), "calendar": None}),
    ("hours that are no hours", case("is_open", {"open": True}, {"timezone": "UTC", "hours": {"mon": 9}},
     at="2026-06-01T12:00:00Z")),
    ("a zone that does not exist", case("is_open", {"open": True}, {**OFFICE, "timezone": "Moon/Tranquility"},
     at="2026-06-01T12:00:00Z")),
    ("a calendar that never opens", case("add_business_time", {"result": None}, {"timezone": "UTC", "hours": {},
     "date_overrides": {"2020-01-01": [["09:00", "17:00"]]}}, start="2026-06-01T12:00:00Z", seconds=1)),
    ("no events", case("ticket_timeline", {"resolution_due": None}, sla={"resolution_min": 1})),
    ("an event that does not exist", told({"resolution_due": None}, ("09:00", "created", {}), ("09:01", "sneezed", {}),
     sla={"resolution_min": 1})),
    ("an expectation that does not exist", told({"mood": "good"}, ("09:00", "created", {}), sla={"resolution_min": 1})),
    ("a check after an event that is not there", told({"checks": [{"after_event": 7}]}, ("09:00", "created", {}),
     sla={"resolution_min": 1})),
    ("a target of nothing", told({"resolution_due": None}, ("09:00", "created", {}), sla={"resolution_min": 0})),
]  # fmt: skip


@pytest.mark.parametrize("asked", [row[1] for row in WRONG], ids=[row[0] for row in WRONG])
def test_a_case_that_cannot_be_read_is_an_error_and_stops_no_other(asked: object) -> None:
    good = case("is_open", {"open": True}, at="2026-06-01T12:00:00Z")
    assert [v.verdict for v in check_cases([asked, good])] == [ERROR, PASS]


def test_every_kind_of_the_format_is_known() -> None:
    assert {case["kind"] for case in given_cases()} <= set(KINDS)
