"""What depends on when things were recorded, on versions and on outages rather than on the story itself."""

from dataclasses import replace

import pytest

from tierline.domain.calendars import Calendar
from tierline.domain.events import Event
from tierline.domain.sla import (
    Reading,
    Restated,
    UnknownAgreement,
    lowering_needs_second_person,
    next_instant,
    planned,
    read_clocks,
    restatements,
)
from tierline.domain.terms import Amount, Kind, Terms
from tierline.domain.tests.stories import at, micros, story

DEFAULT = Terms.default()


def one(kind: str, given: str, asked: str, **said) -> Reading:
    known = said.pop("known_at", None)
    terms = said.pop("terms", DEFAULT)
    found = read_clocks(story(given), terms=terms, at=at(asked), known_at=at(known) if known else None, **said)
    return next(r for r in found if r.kind == kind)


BACKDATED = """
    Mon 10:00  customer opens P3
    Mon 13:30  engineer reaches the customer by phone  (recorded Mon 17:00)
"""


def test_a_call_logged_later_counts_when_it_happened() -> None:
    assert one("first_response", BACKDATED, "Mon 18:00").state == "met"


def test_as_known_before_it_was_logged_the_clock_had_breached() -> None:
    assert one("first_response", BACKDATED, "Mon 18:00", known_at="Mon 16:59").state == "breached"


def test_a_verdict_that_late_knowledge_changes_is_restated_with_both() -> None:
    events = story(BACKDATED)
    before = read_clocks(events, terms=DEFAULT, at=at("Mon 18:00"), known_at=at("Mon 16:59"))
    after = read_clocks(events, terms=DEFAULT, at=at("Mon 18:00"))
    assert restatements(before, after) == [Restated("first_response", "", 1, "breached", "met")]
    assert restatements(after, after) == []


def test_the_past_is_readable() -> None:
    given = "Mon 10:00  customer opens P3\nMon 11:00  engineer replies"
    assert one("first_response", given, "Mon 10:30").state == "running"


def test_before_the_ticket_there_is_no_clock() -> None:
    assert read_clocks(story("Mon 10:00  customer opens P3"), terms=DEFAULT, at=at("Mon 09:59")) == []


def test_a_late_worker_reads_the_breach_at_its_due_time() -> None:
    late = one("first_response", "Mon 10:00  customer opens P3", "Wed 10:00")
    assert late.breached_at == at("Mon 14:00")


def test_an_imported_ticket_keeps_the_times_of_its_source() -> None:
    [opened] = story("Mon 10:00  customer opens P3  (recorded 06-29 09:00)")
    imported = replace(opened, payload={**opened.payload, "imported": True})
    [found] = [r for r in read_clocks([imported], terms=DEFAULT, at=at("Mon 11:00")) if r.kind == "resolve"]
    assert found.started_at == at("Mon 10:00")


# Version 2 promises P3 a first response in 2 h and closes on Tuesday.
HOLIDAY = Calendar.from_json({**DEFAULT.calendars["office"].to_json(), "version": 2, "exceptions": {"2026-06-02": []}})
SECOND = replace(
    DEFAULT,
    id=2,
    calendars={**DEFAULT.calendars, "office": HOLIDAY},
    targets={**DEFAULT.targets, (Kind.RESOLVE, "P3", None): Amount(micros=micros("20h"))},
)
VERSIONS = {1: DEFAULT, 2: SECOND}
REBASED = "Mon 10:00  customer opens P3\nMon 12:00  rebased to version 2"


def test_a_running_clock_stays_on_the_version_it_started_with() -> None:
    running = one("resolve", "Mon 10:00  customer opens P3", "Mon 12:00", terms=VERSIONS)
    assert (running.agreement, running.due_at) == (1, at("Fri 14:00"))


def test_rebased_the_new_version_counts_from_then_and_keeps_what_was_used() -> None:
    found = one("resolve", REBASED, "Mon 13:00", terms=VERSIONS)
    # 2 h used on Monday; of the 18 h left 6 are Monday's, Tuesday is closed, Wednesday 9, Thursday 3.
    assert (found.agreement, found.consumed, found.due_at) == (2, micros("3h"), at("Thu 12:00"))
    assert [s.calendar.version for s in found.segments] == [1, 2]


def test_rebasing_leaves_a_stopped_clock_alone() -> None:
    given = "Mon 10:00  customer opens P3\nMon 11:00  engineer replies\nMon 12:00  rebased to version 2"
    assert one("first_response", given, "Mon 13:00", terms=VERSIONS).agreement == 1


def test_a_new_holiday_counts_only_from_when_it_was_recorded() -> None:
    given = "Mon 10:00  customer opens P3\nTue 12:00  rebased to version 2"
    assert one("resolve", given, "Tue 18:00", terms=VERSIONS).consumed == micros("11h")


def test_a_version_that_nobody_gave_is_named() -> None:
    with pytest.raises(UnknownAgreement) as refused:
        one("resolve", "Mon 10:00  customer opens P3", "Mon 12:00", terms={2: SECOND})
    assert refused.value.facts == {"agreement": 1}


OUTAGE = [(at("Mon 11:00"), at("Mon 12:00"))]


def test_our_outage_is_shown_and_counts() -> None:
    found = one("first_response", "Mon 10:00  customer opens P3", "Mon 13:00", outages=OUTAGE)
    assert [(s.reason, s.counted) for s in found.segments] == [
        ("started", micros("1h")),
        ("outage", micros("1h")),
        ("outage_over", micros("1h")),
    ]


def test_our_outage_is_left_out_when_the_agreement_says_so() -> None:
    terms = replace(DEFAULT, excludes_outages=True)
    found = one("first_response", "Mon 10:00  customer opens P3", "Mon 13:00", terms=terms, outages=OUTAGE)
    assert (found.consumed, found.due_at) == (micros("2h"), at("Mon 15:00"))
    assert [s.state for s in found.segments] == ["running", "paused", "running"]


def test_a_ticket_opened_during_an_outage_waits_for_its_end() -> None:
    terms = replace(DEFAULT, excludes_outages=True)
    found = one("first_response", "Mon 11:30  customer opens P3", "Mon 13:00", terms=terms, outages=OUTAGE)
    assert found.consumed == micros("1h")


TIMERS = [
    # given, clock, after, the step, when
    ("a third left is told first", "Mon 10:00  customer opens P3", "first_response", "Mon 10:00", "warn", "Mon 12:40"),
    ("then a tenth", "Mon 10:00  customer opens P3", "first_response", "Mon 12:40", "last_call", "Mon 13:36"),
    ("then the breach", "Mon 10:00  customer opens P3", "first_response", "Mon 13:36", "breach", "Mon 14:00"),
    ("a step behind a pause was reached before it",
     "Mon 10:00  customer opens P1\nMon 11:30  waits for agreed maintenance\nMon 12:00  resumed", "restore",
     "Mon 10:30", "warn", "Mon 11:20"),
    ("a step after a pause comes later by it",
     "Mon 10:00  customer opens P1\nMon 11:00  waits for agreed maintenance\nMon 12:00  resumed", "restore",
     "Mon 12:00", "warn", "Mon 12:20"),
    ("a paused clock wakes only for the end of its pause",
     "Mon 10:00  customer opens P3\nMon 11:00  waits until Wed 10:00", "resolve", "Mon 11:00", "resume", "Wed 10:00"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "kind", "after", "step", "due"), [row[1:] for row in TIMERS], ids=[row[0] for row in TIMERS]
)
def test_the_next_interesting_instant(given: str, kind: str, after: str, step: str, due: str) -> None:
    asked = max(e.occurred_at for e in story(given))
    found = next(r for r in read_clocks(story(given), terms=DEFAULT, at=asked) if r.kind == kind)
    wanted = next_instant(found, DEFAULT, after=at(after))
    assert wanted is not None
    assert (wanted.step, wanted.at) == (step, at(due))


NO_TIMER = [
    ("a stopped clock", "Mon 10:00  customer opens P3\nMon 11:00  engineer replies", "first_response"),
    ("a pause without an end", "Mon 10:00  customer opens P3\nMon 11:00  waits for agreed maintenance", "resolve"),
    ("a merged ticket", "Mon 10:00  customer opens P3\nMon 11:00  merged away", "resolve"),
    ("a clock that has not begun", "Mon 10:00  engineer opens P3", "first_response"),
]


@pytest.mark.parametrize(("given", "kind"), [row[1:] for row in NO_TIMER], ids=[row[0] for row in NO_TIMER])
def test_nothing_to_wake_up_for(given: str, kind: str) -> None:
    found = next(r for r in read_clocks(story(given), terms=DEFAULT, at=at("Mon 11:00")) if r.kind == kind)
    assert planned(found, DEFAULT) == ()


def test_after_the_breach_there_is_nothing_more_to_wake_up_for() -> None:
    breached = one("first_response", "Mon 10:00  customer opens P3", "Tue 10:00")
    assert next_instant(breached, DEFAULT, after=at("Mon 14:00")) is None


def test_an_event_of_a_kind_nobody_knows_changes_nothing() -> None:
    events = story("Mon 10:00  customer opens P3\nMon 11:00  engineer replies")
    strange = Event(1, 9, at("Mon 10:30"), at("Mon 10:30"), "moon_rose")
    expected = read_clocks(events, terms=DEFAULT, at=at("Mon 12:00"))
    assert read_clocks([events[0], strange, events[1]], terms=DEFAULT, at=at("Mon 12:00")) == expected


def test_outages_that_overlap_are_one() -> None:
    terms = replace(DEFAULT, excludes_outages=True)
    outages = [
        (at("Mon 11:00"), at("Mon 12:00")),
        (at("Mon 11:30"), at("Mon 12:30")),
        (at("Mon 12:30"), at("Mon 13:00")),
    ]
    found = one("first_response", "Mon 10:00  customer opens P3", "Mon 14:00", terms=terms, outages=outages)
    assert found.consumed == micros("2h")


def test_an_outage_that_goes_on_is_left_out_so_far() -> None:
    terms = replace(DEFAULT, excludes_outages=True)
    found = one("first_response", "Mon 10:00  customer opens P3", "Mon 11:40", terms=terms, outages=OUTAGE)
    assert (found.state, found.consumed) == ("paused", micros("1h"))


def test_a_clock_that_was_returned_does_not_wake_up_when_the_tickets_pause_ends() -> None:
    given = """
        Mon 10:00  customer opens P3
        Mon 11:00  handed to L2
        Mon 11:10  L2 hands back to L1
        Mon 11:20  waits until Mon 15:00
    """
    assert one("l2_plan", given, "Mon 12:00").resumes_at is None
    assert one("resolve", given, "Mon 12:00").resumes_at == at("Mon 15:00")


def test_a_priority_that_the_agreement_does_not_know_promises_nothing() -> None:
    narrow = replace(DEFAULT, calendar_of={"P3": "office"}, targets={(Kind.RESOLVE, "P3", None): Amount(micros=1)})
    assert read_clocks(story("Mon 10:00  customer opens P4"), terms=narrow, at=at("Mon 12:00")) == []


@pytest.mark.parametrize(("asked", "needed"), [("Mon 10:11:14", False), ("Mon 10:11:15", True)])
def test_lowering_the_priority_needs_a_second_person_from_three_quarters_of_a_target(asked: str, needed: bool) -> None:
    found = read_clocks(story("Mon 10:00  graded at once P1"), terms=DEFAULT, at=at(asked))
    assert lowering_needs_second_person(found, DEFAULT) is needed
