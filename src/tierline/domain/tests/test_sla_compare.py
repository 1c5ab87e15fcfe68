"""What other terms would have meant for a history, as a support manager reads it before publishing them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given

from tierline.domain.calendars import Calendar
from tierline.domain.events import Event
from tierline.domain.sla import ADDED, BREAKS, DROPPED, HOLDS, MOVES, compare, drafted, read_clocks, rebased
from tierline.domain.terms import OFFICE, Amount, Kind, Terms
from tierline.domain.tests.stories import at, micros, story
from tierline.domain.tests.test_sla_laws import LAWS, moments, stories

OLD = Terms.default()


def promising(kind: Kind, priority: str, length: str) -> Terms:
    return replace(OLD, targets={**OLD.targets, (kind, priority, None): Amount(micros=micros(length))})


def without(kind: Kind) -> Terms:
    return replace(OLD, targets={key: amount for key, amount in OLD.targets.items() if key[0] is not kind})


SHORTER = promising(Kind.FIRST_RESPONSE, "P3", "2h")
LONGER = promising(Kind.FIRST_RESPONSE, "P3", "6h")
ANSWERED_AT_1 = "Mon 10:00  customer opens P3\nMon 13:00  engineer replies"
ANSWERED_AT_3 = "Mon 10:00  customer opens P3\nMon 15:00  engineer replies"

ROWS = [
    # what it shows, new terms, given, asked at, what happens to the first response, due before, due after
    ("a shorter promise breaks what was answered in time", SHORTER, ANSWERED_AT_1, "Tue 10:00", BREAKS, "Mon 14:00",
     "Mon 12:00"),
    ("a longer promise holds what was late", LONGER, ANSWERED_AT_3, "Tue 10:00", HOLDS, "Mon 14:00", "Mon 16:00"),
    ("a longer promise moves what was met anyway", LONGER, ANSWERED_AT_1, "Tue 10:00", MOVES, "Mon 14:00",
     "Mon 16:00"),
    ("a shorter one moves what was late anyway", SHORTER, ANSWERED_AT_3, "Tue 10:00", MOVES, "Mon 14:00",
     "Mon 12:00"),
    ("a clock that still runs moves", LONGER, "Mon 10:00  customer opens P3", "Mon 11:00", MOVES, "Mon 14:00",
     "Mon 16:00"),
    ("the same terms change nothing", OLD, ANSWERED_AT_3, "Tue 10:00", None, None, None),
    ("another priority's promise changes nothing", promising(Kind.FIRST_RESPONSE, "P1", "5m"), ANSWERED_AT_3,
     "Tue 10:00", None, None, None),
    ("a promise that is dropped is named", without(Kind.FIRST_RESPONSE), ANSWERED_AT_3, "Tue 10:00", DROPPED,
     "Mon 14:00", None),
    ("answered exactly at the new due time is met", promising(Kind.FIRST_RESPONSE, "P3", "3h"), ANSWERED_AT_1,
     "Tue 10:00", MOVES, "Mon 14:00", "Mon 13:00"),
    ("one microsecond less and it breaks", promising(Kind.FIRST_RESPONSE, "P3", "2h 59m 59s 999999us"), ANSWERED_AT_1,
     "Tue 10:00", BREAKS, "Mon 14:00", "2026-06-01 12:59:59.999999"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("new", "given", "asked", "what", "before", "after"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS]
)
def test_a_policy_on_history(
    new: Terms, given: str, asked: str, what: str | None, before: str | None, after: str | None
) -> None:
    events, now = story(given), at(asked)
    found = compare(read_clocks(events, terms=OLD, at=now), read_clocks(events, terms=new, at=now))
    mine = next((d for d in found if d.kind == "first_response"), None)
    assert (mine and mine.what) == what
    if mine is not None:
        assert (mine.before and mine.before.due_at) == (at(before) if before else None)
        assert (mine.after and mine.after.due_at) == (at(after) if after else None)


def test_a_paused_clock_that_gets_another_budget_is_named() -> None:
    given = "Mon 10:00  customer opens P3\nMon 11:00  engineer replies\nMon 11:00  waits on the customer"
    events, now = story(given), at("Mon 12:00")
    old = read_clocks(events, terms=OLD, at=now)
    found = compare(old, read_clocks(events, terms=promising(Kind.RESOLVE, "P3", "4h"), at=now))
    assert [(d.kind, d.what, d.before and d.before.due_at) for d in found] == [("resolve", MOVES, None)]
    assert compare(old, old) == []


def test_a_kind_that_is_newly_promised_is_named() -> None:
    events, now = story(ANSWERED_AT_1), at("Tue 10:00")
    new = promising(Kind.NEXT_RESPONSE, "P3", "1h")
    found = compare(read_clocks(events, terms=OLD, at=now), read_clocks(events, terms=new, at=now))
    assert [(d.kind, d.what, d.after and d.after.state) for d in found] == [("next_response", ADDED, "breached")]


# A holiday on Tuesday 2 June, recorded (as a new calendar version, and the tickets moved to it) when the row says.
HOLIDAY = replace(OFFICE, exceptions={at("Tue 12:00").date(): ()}, version=2)
WITH_HOLIDAY = replace(OLD, calendars={**OLD.calendars, "office": HOLIDAY})
HOLIDAYS = [
    # what it shows, given, asked, first response consumed, due
    ("known before it comes, the holiday counts nothing",
     "Mon 16:00  customer opens P3\nMon 17:00  rebased to version 2", "Wed 09:30", "2h 30m", "Wed 11:00"),
    ("recorded in the evening, it takes nothing back",
     "Tue 09:00  customer opens P4\nTue 18:00  rebased to version 2", "Wed 09:30", "9h 30m", None),
    ("recorded at noon, the morning stays counted and the afternoon is free",
     "Tue 09:00  customer opens P4\nTue 12:00  rebased to version 2", "Wed 09:30", "3h 30m", "Wed 14:00"),
    ("recorded the day after, nothing changes",
     "Mon 16:00  customer opens P3\nWed 09:00  rebased to version 2", "Wed 09:30", "11h 30m", None),
    ("a ticket that is not moved keeps its calendar",
     "Mon 16:00  customer opens P3", "Tue 09:30", "2h 30m", "Tue 11:00"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "asked", "consumed", "due"), [row[1:] for row in HOLIDAYS], ids=[row[0] for row in HOLIDAYS]
)
def test_a_new_holiday_affects_only_time_after_it_was_recorded(
    given: str, asked: str, consumed: str, due: str | None
) -> None:
    read = read_clocks(story(given), terms={1: OLD, 2: WITH_HOLIDAY}, at=at(asked))
    mine = next(r for r in read if r.kind == "first_response")
    assert mine.consumed == micros(consumed)
    if due is not None:
        assert (mine.state, mine.due_at) == ("running", at(due))
    else:
        assert mine.state == "breached"


def test_moving_a_ticket_reads_as_the_event_would() -> None:
    events = story("Mon 10:00  customer opens P3")
    moved = rebased(events, 2, at=at("Mon 11:00"))
    terms = {1: OLD, 2: promising(Kind.FIRST_RESPONSE, "P3", "2h")}
    assert next(
        r.due_at for r in read_clocks(moved, terms=terms, at=at("Mon 11:00")) if r.kind == "first_response"
    ) == at("Mon 12:00")
    assert [e.type for e in events] == ["opened"]


def test_a_draft_replaces_only_the_versions_it_is_to_follow() -> None:
    draft = Terms.default(Calendar(zone="Asia/Shanghai", weekly=(((0, 60),),) * 7))
    assert drafted({1: OLD, 2: LONGER}, [2, 3], draft) == {1: OLD, 2: draft}


OTHER = replace(
    SHORTER,
    targets={
        **SHORTER.targets,
        (Kind.RESOLVE, "P2", None): Amount(micros=micros("9h")),
        (Kind.RCA, "P2", None): Amount(1),
    },
)
_TURNED = {BREAKS: HOLDS, HOLDS: BREAKS, MOVES: MOVES, ADDED: DROPPED, DROPPED: ADDED}


@LAWS
@given(stories, moments)
def test_a_history_compared_with_itself_shows_nothing(events: list[Event], now: object) -> None:
    read = read_clocks(events, terms=OTHER, at=now)
    assert compare(read, read) == []


@LAWS
@given(stories, moments)
def test_going_back_undoes_every_difference(events: list[Event], now: object) -> None:
    one, other = (read_clocks(events, terms=terms, at=now) for terms in (OLD, OTHER))
    there, back = compare(one, other), compare(other, one)
    assert {(d.kind, d.party, d.cycle, _TURNED[d.what], d.before, d.after) for d in there} == {
        (d.kind, d.party, d.cycle, d.what, d.after, d.before) for d in back
    }


@LAWS
@given(stories, moments)
def test_more_time_breaks_nothing(events: list[Event], now: object) -> None:
    """Only targets grow: no clock may turn late by that.

    A rise that worsened gives the lower of the old due time and the new promise, so both sides only move later.
    """
    longer = replace(
        OLD, targets={key: Amount(a.micros * 3, a.working_days * 3, a.elapsed) for key, a in OLD.targets.items()}
    )
    found = compare(read_clocks(events, terms=OLD, at=now), read_clocks(events, terms=longer, at=now))
    assert BREAKS not in {d.what for d in found}


@LAWS
@given(stories, moments)
def test_a_clock_is_listed_once(events: list[Event], now: object) -> None:
    found = compare(read_clocks(events, terms=OLD, at=now), read_clocks(events, terms=OTHER, at=now))
    keys = [(d.kind, d.party, d.cycle) for d in found]
    assert len(keys) == len(set(keys))


@LAWS
@given(stories, moments)
def test_rebasing_rewrites_nothing_that_lies_behind(events: list[Event], now: object) -> None:
    """Consumed time and published verdicts are as they were in the instant of the change."""
    last = max(e.occurred_at for e in events)
    when = max(now, last) + timedelta(seconds=1)  # type: ignore[type-var]
    moved = rebased(events, 2, at=when)
    opened = [replace(events[0], payload={**events[0].payload, "agreement": 1}), *events[1:]]
    before = {(r.kind, r.party, r.cycle): r for r in read_clocks(opened, terms={1: OLD, 2: OTHER}, at=when)}
    for after in read_clocks([opened[0], *moved[1:]], terms={1: OLD, 2: OTHER}, at=when):
        was = before.get((after.kind, after.party, after.cycle))
        if was is not None:
            assert after.consumed == was.consumed
            # A budget that is overdrawn under the new terms breaks now, and not in the past.
            assert after.breached_at == (was.breached_at or (when if after.breached_at else None))
            assert was.stopped_at is None or after == was
