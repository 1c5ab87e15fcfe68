"""What holds for every story: the ledger adds up, and neither the batching nor the order of reading matters."""

import os
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from tierline.domain.events import Event
from tierline.domain.sla import BREACHED, MET, PAUSED, RUNNING, Reading, planned, read_clocks
from tierline.domain.terms import Amount, Kind, Terms
from tierline.domain.tests.stories import at

EXAMPLES = 20_000 if os.environ.get("TIERLINE_BARS") == "1" else 1_000
LAWS = settings(max_examples=EXAMPLES, deadline=None)

MINUTE = 60_000_000
DEFAULT = Terms.default()
TERMS = replace(
    DEFAULT,
    targets={
        **DEFAULT.targets,
        **{(Kind.NEXT_RESPONSE, p, None): Amount(micros=n * MINUTE) for p, n in (("P1", 30), ("P2", 60), ("P3", 240))},
        (Kind.HAND_OFF_ACCEPT, "P2", None): Amount(micros=15 * MINUTE),
        (Kind.TASK, "P3", None): Amount(working_days=1),
    },
)
START = at("Mon 08:00")

_WORK = [
    ("customer_message", "requester", {}),
    ("public_message", "engineer", {}),
    ("public_message", "system", {"automatic": True}),
    ("public_message", "engineer", {"plan": True}),
    ("note", "engineer", {"kind": "note"}),
    ("note", "engineer", {"kind": "plan"}),
    ("call", "engineer", {"direction": "out", "two_way": True}),
    ("waited", "engineer", {"on": "customer"}),
    ("waited", "engineer", {"on": "maintenance"}),
    ("waited", "engineer", {"on": "third_party"}),
    ("resumed", "engineer", {"why": "person"}),
    ("escalated", "engineer", {"to": 2}),
    ("escalated", "engineer", {"to": 3}),
    ("paged", "system", {"tier": 2}),
    ("accepted", "engineer", {"tier": 2}),
    ("accepted", "engineer", {"tier": 3}),
    ("handed_back", "engineer", {"to": 1}),
    ("task_opened", "engineer", {"task": 1}),
    ("task_finished", "department", {"task": 1}),
    ("restored", "engineer", {}),
    ("resolved", "engineer", {}),
    ("resolved", "engineer", {"replied": True}),
    ("reopened", "requester", {"why": "requester"}),
    ("merge_absorbed", "engineer", {"from": 9, "clocks": {"resolve": "2026-06-03T09:00:00+08:00"}}),
    ("clock_dismissed", "engineer", {"kind": "next_response", "reason": "thanks"}),
    *(("prioritised", "engineer", {"priority": p, "reason": r}) for p in ("P1", "P2", "P3", "P4")
      for r in ("worsened", "misread")),
]  # fmt: skip
_IDLE = ("assigned", "linked", "classified", "clock_warned", "clock_breached", "split_off", "archived")


def story(seed: int) -> list[Event]:
    """A dozen events in a week, some at the same instant, some with an end to a pause."""
    dice = Random(seed)
    when, opening = START, {"by": dice.choice(("customer", "staff")), "priority": dice.choice(("P1", "P2", "P3", "P4"))}
    events = [Event(1, 1, when, when, "opened", actor_role="requester", payload=opening)]
    for seq in range(2, dice.randrange(3, 16)):
        when += timedelta(microseconds=dice.choice((0, 1, 7 * MINUTE, dice.randrange(12 * 60 * MINUTE))))
        type_, role, payload = dice.choice(_WORK)
        if type_ == "waited" and dice.random() < 0.5:
            payload = {"on": "date", "until": (when + timedelta(minutes=dice.randrange(600))).isoformat()}
        events.append(Event(1, seq, when, when, type_, actor_role=role, payload=payload))
    return events


stories = st.integers(0, 2**40).map(story)
moments = st.integers(0, 8 * 24 * 60 * MINUTE).map(lambda n: START + timedelta(microseconds=n))


def read(events, when) -> list[Reading]:
    return read_clocks(events, terms=TERMS, at=when)


@LAWS
@given(stories, moments)
def test_the_ledger_accounts_for_every_moment_and_sums_to_what_was_consumed(events, when) -> None:
    for reading in read(events, when):
        segments = reading.segments
        assert sum(s.counted for s in segments) == reading.consumed
        assert all(a.to_at == b.from_at for a, b in pairwise(segments))
        for s in segments:
            assert s.counted == (s.calendar.work(s.from_at, s.to_at) if s.state == RUNNING else 0)
        if segments:
            assert segments[0].from_at == reading.started_at
            assert segments[-1].to_at == (reading.stopped_at or when)


@LAWS
@given(stories, moments)
def test_a_running_clock_is_due_when_its_current_segment_has_used_the_rest(events, when) -> None:
    # At the very moment of an event the segment that it begins has no length yet.
    is_between = all(event.occurred_at != when for event in events)
    for reading in read(events, when):
        if reading.state == RUNNING and reading.segments and is_between:
            last = reading.segments[-1]
            left = reading.target - (reading.consumed - last.counted)
            assert left <= 0 or reading.due_at == last.calendar.due(last.from_at, left)
            assert when < reading.due_at
        if reading.state in (PAUSED, MET) or reading.stopped_at is not None:
            assert reading.due_at is None


@LAWS
@given(stories, moments)
def test_breached_is_what_has_a_moment_of_breach_and_met_is_within_the_target(events, when) -> None:
    for reading in read(events, when):
        assert (reading.breached_at is not None) == (reading.state == BREACHED) or reading.state == "merged"
        if reading.state == MET:
            assert reading.consumed <= reading.target
            assert reading.target > 0
        if reading.breached_at is not None:
            assert reading.breached_at <= when


@LAWS
@given(stories, moments)
def test_what_happens_later_does_not_change_what_a_clock_showed(events, when) -> None:
    assert read(events, when) == read([e for e in events if e.occurred_at <= when], when)


@LAWS
@given(stories, moments, st.randoms(use_true_random=False))
def test_the_order_in_which_events_are_given_does_not_matter(events, when, dice) -> None:
    shuffled = list(events)
    dice.shuffle(shuffled)
    assert read(shuffled, when) == read(events, when)


@LAWS
@given(stories, moments, st.lists(st.tuples(st.sampled_from(_IDLE), moments), max_size=4))
def test_irrelevant_events_change_nothing(events, when, idle) -> None:
    more = [Event(1, 100 + n, t, t, type_, payload={}) for n, (type_, t) in enumerate(idle)]
    assert read([*events, *more], when) == read(events, when)


@LAWS
@given(stories, st.lists(moments, min_size=2, max_size=5))
def test_a_breach_once_read_stays_until_the_story_itself_is_different(events, moments_read) -> None:
    """Reading often or seldom gives the same: nothing is remembered between two readings."""
    breached: dict[tuple[str, str, int], object] = {}
    for when in sorted(moments_read):
        now = {(r.kind, r.party, r.cycle): r.breached_at for r in read(events, when)}
        for key, then in breached.items():
            assert now[key] is not None and now[key] <= then
        breached |= {key: then for key, then in now.items() if then is not None}


@LAWS
@given(stories, moments)
def test_the_breach_is_planned_for_the_moment_it_is_then_read_at(events, when) -> None:
    """A timer set to the planned breach finds it there, and a microsecond before it does not."""
    until = [e for e in events if e.occurred_at <= when]
    for reading in read(until, when):
        breach = next((due for due in planned(reading, TERMS) if due.step == "breach"), None)
        if breach is None or breach.at <= when:
            continue
        key = (reading.kind, reading.party, reading.cycle)
        then = {(r.kind, r.party, r.cycle): r for r in read(until, breach.at)}[key]
        before = {(r.kind, r.party, r.cycle): r for r in read(until, breach.at - timedelta(microseconds=1))}[key]
        if reading.resumes_at is None:
            assert (then.state, then.breached_at, before.state) == (BREACHED, breach.at, RUNNING)
