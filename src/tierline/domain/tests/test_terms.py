"""Agreement terms: the promises that ship, what is refused when saved, and which version applies."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tierline.domain.calendars import ALWAYS, DAY, HOUR, MINUTE, EmptyCalendar, NeverOpens, OverlappingWindows
from tierline.domain.errors import DomainError, Invalid, Missing
from tierline.domain.priority import Priority
from tierline.domain.terms import (
    AgreementVersion,
    Ambiguous,
    CoverageEnds,
    DuplicateStep,
    EndsBeforeItStarts,
    Kind,
    NoAgreement,
    PauseNotAllowed,
    TargetNotPositive,
    TargetTooLong,
    Terms,
    UnknownCalendar,
    UnknownKind,
    UnknownTier,
    check_covered,
    check_unambiguous,
    select,
)

DEFAULT = Terms.default()
M, H, WORKING_DAY = MINUTE, HOUR, 8 * HOUR

# PRODUCT.md, in its order: P1, P2, P3, P4.
PROMISES = {
    "grading": (10 * M, 10 * M, 10 * M, 10 * M),
    "first_response": (15 * M, 30 * M, 4 * H, 8 * H),
    "update_cadence": (30 * M, 2 * H, WORKING_DAY, None),
    "l2_plan": (30 * M, 2 * H, 2 * H, 2 * H),
    "l3_start": (1 * H, 4 * H, 4 * H, 4 * H),
    "restore": (2 * H, 8 * H, 3 * WORKING_DAY, 5 * WORKING_DAY),
    "resolve": (24 * H, 72 * H, 5 * WORKING_DAY, 10 * WORKING_DAY),
    "rca": (5 * WORKING_DAY, None, None, None),
}


@pytest.mark.parametrize("kind", Kind)
def test_the_defaults_are_the_table_of_the_product(kind: Kind) -> None:
    promised = tuple(DEFAULT.promise(kind, p) for p in Priority)
    assert tuple(p.micros if p else None for p in promised) == PROMISES.get(kind, (None,) * 4)


def test_p1_and_p2_run_around_the_clock_and_p3_and_p4_on_working_hours() -> None:
    office = DEFAULT.calendars["office"]
    assert [DEFAULT.promise(Kind.RESTORE, p).calendar for p in Priority] == [ALWAYS, ALWAYS, office, office]


def test_grading_runs_around_the_clock_for_every_priority() -> None:
    assert {DEFAULT.promise(Kind.GRADING, p).calendar.label for p in Priority} == {"24x7 v1"}


def test_working_days_of_a_priority_that_runs_around_the_clock_are_those_of_the_office() -> None:
    assert DEFAULT.promise(Kind.RCA, "P1").calendar == DEFAULT.calendars["office"]


@pytest.mark.parametrize("priority", ["P1", "P2"])
def test_what_ships_never_promises_a_looser_l2_plan_than_2_h_or_l3_start_than_4_h(priority: str) -> None:
    assert DEFAULT.promise(Kind.L2_PLAN, priority).micros <= 2 * H
    assert DEFAULT.promise(Kind.L3_START, priority).micros <= 4 * H


def test_windows_that_ship() -> None:
    assert (DEFAULT.reopen_within, DEFAULT.silence) == (168 * H, 72 * H)
    assert DEFAULT.silence == 3 * DAY


OFFICE = {"zone": "Asia/Shanghai", "weekly": {"mon": [["09:00", "18:00"]]}, "id": "CN"}
FULL = {
    "id": 7,
    "label": "gold",
    "calendars": {"office": OFFICE, "berlin": {"zone": "Europe/Berlin", "weekly": {"fri": [["08:00", "17:00"]]}}},
    "calendar_of": {"P1": "always", "P2": "always", "P3": "office", "P4": "office"},
    "working_calendar": "office",
    "tier_calendars": {"L3": {"P3": "berlin"}},
    "targets": {
        "first_response": {"P1": {"minutes": 15}, "P3": {"hours": 4}},
        "resolve": {"P3": {"working_days": 5}, "P4": {"hours": 240, "elapsed": True}},
        "hand_off_accept": {"P3": {"L2": {"minutes": 15}, "L3": {"minutes": 30}}},
        "l3_start": {"P3": {"hours": 4}},
    },
    "pauses": {"resolve": ["customer", "third_party"], "update_cadence": ["date"]},
    "excludes_outages": True,
    "reopen_hours": 72,
    "silence_hours": 24,
    "second_person_from_percent": 60,
    "steps": [
        {"key": "half", "tell": "assignee", "used": "1/2", "kinds": ["restore"]},
        {"key": "late", "tell": "manager", "minutes_from_due": -10, "working": True, "priorities": ["P3"]},
    ],
    "credits": [{"kind": "restore", "priority": "P1", "times": "3/2"}],
}


def test_terms_are_read_as_they_were_written() -> None:
    terms = Terms.from_json(FULL)
    assert Terms.from_json(json.loads(json.dumps(terms.to_json()))) == terms
    assert terms.to_json()["targets"] == FULL["targets"]


def test_an_elapsed_target_runs_around_the_clock_whatever_the_priority_does() -> None:
    assert Terms.from_json(FULL).promise(Kind.RESOLVE, "P4").calendar == ALWAYS


def test_a_tier_has_its_own_calendar_and_target() -> None:
    terms = Terms.from_json(FULL)
    assert terms.promise(Kind.L3_START, "P3", 3).calendar.zone == "Europe/Berlin"
    assert [terms.promise(Kind.HAND_OFF_ACCEPT, "P3", tier).micros for tier in (2, 3)] == [15 * M, 30 * M]


def test_a_percent_is_a_share() -> None:
    [step] = Terms.from_json({**FULL, "steps": [{"key": "w", "tell": "assignee", "used": "75%"}]}).steps
    assert step.to_json()["used"] == "3/4"


REFUSED = [
    ("an empty calendar", {"calendars": {"office": {**OFFICE, "weekly": {}}}}, EmptyCalendar),
    ("a calendar that opens once and never again",
     {"calendars": {"office": {**OFFICE, "weekly": {}, "exceptions": {"2026-06-01": [["09:00", "18:00"]]}}}},
     NeverOpens),
    ("overlapping windows",
     {"calendars": {"office": {**OFFICE, "weekly": {"mon": [["09:00", "12:00"], ["11:00", "18:00"]]}}}},
     OverlappingWindows),
    ("a target of nothing", {"targets": {"resolve": {"P3": {"hours": 0}}}}, TargetNotPositive),
    ("a negative target", {"targets": {"resolve": {"P3": {"working_days": -1}}}}, TargetNotPositive),
    ("a target that its weeks never fill", {"calendars": {"office": {**OFFICE, "weekly": {"mon": [["09:00", "09:01"]]}},
     "berlin": FULL["calendars"]["berlin"]}}, TargetTooLong),
    ("a target of a million years", {"targets": {"resolve": {"P1": {"hours": 10**10}}}}, TargetTooLong),
    ("a target in two units", {"targets": {"resolve": {"P3": {"hours": 1, "minutes": 1}}}}, Invalid),
    ("a target that is no whole number", {"targets": {"resolve": {"P3": {"hours": 1.5}}}}, Invalid),
    ("a target in moons", {"targets": {"resolve": {"P3": {"moons": 1}}}}, Invalid),
    ("no targets", {"targets": {}}, Missing),
    ("a kind that does not exist", {"targets": {"repair": {"P3": {"hours": 1}}}}, UnknownKind),
    ("a priority that does not exist", {"targets": {"resolve": {"P5": {"hours": 1}}}}, Invalid),
    ("a priority without a calendar", {"calendar_of": {"P3": "office"}}, UnknownCalendar),
    ("a calendar that was not brought", {"calendar_of": {"P1": "moon", "P3": "office"}}, UnknownCalendar),
    ("a tier's calendar that was not brought", {"tier_calendars": {"L3": {"P3": "moon"}}}, UnknownCalendar),
    ("a tier that does not exist", {"tier_calendars": {"L4": {"P3": "office"}}}, UnknownTier),
    ("a tier for a kind that has none", {"targets": {"resolve": {"P3": {"L2": {"hours": 1}}}}}, UnknownTier),
    ("a pause of the first response", {"pauses": {"first_response": ["customer"]}}, PauseNotAllowed),
    ("a pause for a reason that does not exist", {"pauses": {"resolve": ["lunch"]}}, PauseNotAllowed),
    ("two steps of one name", {"steps": [FULL["steps"][0], FULL["steps"][0]]}, DuplicateStep),
    ("a step called breach", {"steps": [{"key": "breach", "tell": "x", "used": "1/2"}]}, DuplicateStep),
    ("a step beyond the target", {"steps": [{"key": "a", "tell": "x", "used": "3/2"}]}, Invalid),
    ("a step at two points", {"steps": [{"key": "a", "tell": "x", "used": "1/2", "minutes_from_due": 5}]}, Invalid),
    ("a step for a kind that does not exist", {"steps": [{"key": "a", "tell": "x", "used": "1/2", "kinds": ["y"]}]},
     UnknownKind),
    ("a credit of nothing", {"credits": [{"kind": "restore", "priority": "P1", "times": 0}]}, Invalid),
    ("a window of minus an hour", {"reopen_hours": -1}, Invalid),
    ("a misspelt key", {"target": {}}, Invalid),
    ("half a matrix", {"matrix": {"extensive": {"critical": "P1"}}}, Invalid),
]  # fmt: skip


@pytest.mark.parametrize(("change", "error"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_terms_are_refused_by_name_when_saved(change: dict, error: type[DomainError]) -> None:
    with pytest.raises(error):
        Terms.from_json({**FULL, **change})


JANUARY = datetime(2026, 1, 1, tzinfo=UTC)
JULY, AUGUST = datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 8, 1, tzinfo=UTC)
VERSIONS = [
    AgreementVersion(1, JANUARY),
    AgreementVersion(2, JANUARY, grade="gold"),
    AgreementVersion(3, JANUARY, customer=8),
    AgreementVersion(4, JANUARY, service="invoicing"),
    AgreementVersion(5, JANUARY, service="invoicing", customer=8),
    AgreementVersion(6, JANUARY, JULY, customer=9),
    AgreementVersion(7, JULY, customer=9),
]
CHOICES = [
    ("nothing special: the enterprise's default", "tax", 1, "silver", JANUARY, 1),
    ("a grade goes before it", "tax", 1, "gold", JANUARY, 2),
    ("the end customer before her grade", "tax", 8, "gold", JANUARY, 3),
    ("the contract's service before the end customer", "invoicing", 1, "gold", JANUARY, 4),
    ("service and end customer before either", "invoicing", 8, "gold", JANUARY, 5),
    ("to the last moment of a version", "tax", 9, "gold", JULY - timedelta(microseconds=1), 6),
    ("from its end its successor", "tax", 9, "gold", JULY, 7),
]


@pytest.mark.parametrize(
    ("service", "customer", "grade", "at", "chosen"), [row[1:] for row in CHOICES], ids=[row[0] for row in CHOICES]
)
def test_the_most_specific_version_in_force_applies(service, customer, grade, at, chosen: int) -> None:
    assert select(VERSIONS, service=service, customer=customer, grade=grade, at=at).id == chosen


def test_before_the_first_version_nothing_applies() -> None:
    with pytest.raises(NoAgreement):
        select(VERSIONS, service="tax", customer=1, grade="gold", at=JANUARY - timedelta(seconds=1))


def test_versions_that_never_meet_are_unambiguous() -> None:
    check_unambiguous(VERSIONS)


CLASHES = [
    ("two defaults at once", AgreementVersion(8, JULY), Ambiguous),
    ("two versions for one end customer", AgreementVersion(8, AUGUST, customer=9), Ambiguous),
    ("a version that ends when it starts", AgreementVersion(8, JULY, JULY, customer=4), EndsBeforeItStarts),
    ("a version that ends before it starts", AgreementVersion(8, JULY, JANUARY, customer=4), EndsBeforeItStarts),
]


@pytest.mark.parametrize(("added", "error"), [row[1:] for row in CLASHES], ids=[row[0] for row in CLASHES])
def test_equal_specificity_is_refused_when_saved(added: AgreementVersion, error: type[DomainError]) -> None:
    with pytest.raises(error):
        check_unambiguous([*VERSIONS, added])


def test_a_tie_that_was_never_checked_is_still_no_coin_toss() -> None:
    with pytest.raises(Ambiguous) as refused:
        select([*VERSIONS, AgreementVersion(8, JANUARY)], service="tax", customer=1, grade="silver", at=JULY)
    assert refused.value.facts["versions"] == [1, 8]


COVERAGE = [
    ("one without an end", [AgreementVersion(1, JANUARY)], None),
    ("one that follows at once", [AgreementVersion(1, JANUARY, JULY), AgreementVersion(2, JULY)], None),
    ("an end", [AgreementVersion(1, JANUARY, JULY)], 1),
    ("a gap", [AgreementVersion(1, JANUARY, JULY), AgreementVersion(2, AUGUST)], 1),
    ("the end of a special version is no gap",
     [AgreementVersion(1, JANUARY), AgreementVersion(2, JANUARY, JULY, grade="g")], None),
]  # fmt: skip


@pytest.mark.parametrize(("versions", "ends"), [row[1:] for row in COVERAGE], ids=[row[0] for row in COVERAGE])
def test_an_agreement_that_ends_without_a_successor_is_named(
    versions: list[AgreementVersion], ends: int | None
) -> None:
    if ends is None:
        check_covered(versions)
        return
    with pytest.raises(CoverageEnds) as refused:
        check_covered(versions)
    assert refused.value.facts["version"] == ends
