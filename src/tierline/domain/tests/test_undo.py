"""An act that was taken back within seconds: every fold reads as though it had never been."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierline.domain.errors import Invalid
from tierline.domain.escalation import owed_pages
from tierline.domain.events import TAKEN_BACK_BY, Event, standing
from tierline.domain.ownership import silence
from tierline.domain.sla import read_clocks, read_story, touched_at
from tierline.domain.terms import Terms
from tierline.domain.tests.stories import at, story
from tierline.domain.ticket import fold

TERMS = Terms.default()
MATRIX = {"impact": "moderate", "urgency": "medium"}
STORY = """
    Mon 10:00  customer opens P3
    Mon 10:06  assigned
    Mon 10:20  engineer replies
"""
LATER = ("Mon 10:31", "Mon 12:00", "Tue 09:00", "+Mon 10:00")

# what it shows, the act at Mon 10:30:00, the event that takes it back at 10:30:08
ACTS = [
    ("raised because it worsened", "prioritised", {"priority": "P1", **MATRIX, "reason": "worsened"}, {"priority": "P3", **MATRIX}),
    ("raised as misread", "prioritised", {"priority": "P2", **MATRIX, "reason": "misread"}, {"priority": "P3", **MATRIX}),
    ("lowered", "prioritised", {"priority": "P4", **MATRIX, "reason": "misread"}, {"priority": "P3", **MATRIX}),
    ("given to another", "assigned", {"assignee": 9, "was": 7}, {"assignee": 7, "was": 9}),
    ("named another service", "classified", {"service": 5, "fault_class": "certificate"}, {"fault_class": ""}),
    ("set to wait", "waited", {"on": "customer"}, {"why": "undone"}),
]  # fmt: skip


def act(type_: str, payload: dict, *, seq: int, moment: str) -> Event:
    return Event(1, seq, at(moment), at(moment), type_, actor_id=7, actor_role="engineer", payload=payload)


def with_undone(events: list[Event], type_: str, payload: dict, back: dict) -> list[Event]:
    done = act(type_, payload, seq=len(events) + 1, moment="Mon 10:30:00")
    undone = act(TAKEN_BACK_BY[type_], {**back, "undoes": done.seq}, seq=done.seq + 1, moment="Mon 10:30:08")
    return [*events, done, undone]


@pytest.mark.parametrize(("type_", "payload", "back"), [row[1:] for row in ACTS], ids=[row[0] for row in ACTS])
def test_nothing_is_left_of_it(type_: str, payload: dict, back: dict) -> None:
    plain = story(STORY)
    events = with_undone(plain, type_, payload, back)
    for asked in LATER:
        assert read_clocks(events, terms=TERMS, at=at(asked)) == read_clocks(plain, terms=TERMS, at=at(asked))
    assert fold(events) == fold(plain)
    assert owed_pages(events) == owed_pages(plain)
    assert silence(events, TERMS) == silence(plain, TERMS)
    assert touched_at(events) == touched_at(plain)


@pytest.mark.parametrize(("type_", "payload", "back"), [row[1:] for row in ACTS], ids=[row[0] for row in ACTS])
def test_between_the_two_it_counted(type_: str, payload: dict, back: dict) -> None:
    plain = story(STORY)
    events = with_undone(plain, type_, payload, back)
    done = events[:-1]
    for asked in LATER:
        then = read_clocks(events, terms=TERMS, at=at(asked), known_at=at("Mon 10:30:07"))
        assert then == read_clocks(done, terms=TERMS, at=at(asked))
    assert read_clocks(events, terms=TERMS, at=at("Mon 10:30:07")) == read_clocks(
        done, terms=TERMS, at=at("Mon 10:30:07")
    )
    assert fold(done) != fold(plain)


def test_a_wait_goes_on_when_its_end_was_taken_back() -> None:
    plain = story(STORY + "    Mon 10:25  waits on the customer")
    events = with_undone(plain, "resumed", {"why": "person"}, {"on": "customer"})
    assert fold(events) == fold(plain)
    assert fold(events).waiting_on == "customer"


def test_a_pair_recorded_late_is_still_a_pair() -> None:
    plain = story(STORY)
    [*rest, done, undone] = with_undone(plain, *ACTS[0][1:])
    late = [replace(e, recorded_at=e.recorded_at + timedelta(hours=1)) for e in (done, undone)]
    assert read_clocks([*rest, *late], terms=TERMS, at=at("Mon 12:00")) == read_clocks(
        plain, terms=TERMS, at=at("Mon 12:00")
    )


# what it shows, event types of the pair, what the second claims to take back
NO_PAIR = [
    ("a reply cannot be taken back", "public_message", "public_message", 5),
    ("not by an event of another kind", "prioritised", "assigned", 5),
    ("not what comes later", "prioritised", "prioritised", 7),
    ("not the opening", "prioritised", "prioritised", 1),
    ("not itself", "prioritised", "prioritised", 6),
]


@pytest.mark.parametrize(("done", "claims", "undoes"), [row[1:] for row in NO_PAIR], ids=[row[0] for row in NO_PAIR])
def test_what_is_no_pair_stands(done: str, claims: str, undoes: int) -> None:
    told = {"priority": "P2", "assignee": 7, **MATRIX}
    first = act(done, told, seq=5, moment="Mon 10:30")
    second = act(claims, {**told, "undoes": undoes}, seq=6, moment="Mon 10:31")
    events = [*story(STORY), first, second]
    assert list(standing(events)) == events


def test_an_act_done_again_after_its_undoing_counts() -> None:
    events = with_undone(story(STORY), *ACTS[0][1:])
    again = act("prioritised", ACTS[0][2], seq=len(events) + 1, moment="Mon 10:40")
    assert fold([*events, again]).priority == "P1"


TOLD = st.sampled_from([row[1:] for row in ACTS])


@given(place=st.integers(1, 3), told=TOLD, gap=st.integers(0, 10), asked=st.integers(0, 10_000))
def test_a_pair_anywhere_changes_no_clock(place: int, told: tuple, gap: int, asked: int) -> None:
    type_, payload, back = told
    plain = [replace(e, seq=e.seq * 10) for e in story(STORY)]
    moment = plain[place - 1].occurred_at + timedelta(seconds=1)
    done = Event(1, place * 10 + 1, moment, moment, type_, actor_role="engineer", payload=payload)
    later = moment + timedelta(seconds=gap)
    undone = Event(
        1,
        place * 10 + 2,
        later,
        later,
        TAKEN_BACK_BY[type_],
        actor_role="engineer",
        payload={**back, "undoes": done.seq},
    )
    events = [*plain, done, undone]
    then = later + timedelta(minutes=asked)
    assert read_clocks(events, terms=TERMS, at=then) == read_clocks(plain, terms=TERMS, at=then)


def test_a_file_names_what_is_taken_back_by_number() -> None:
    opened = {"type": "opened", "at": "2026-06-01T10:00:00+08:00", "payload": {"priority": "P3"}}
    said = {"type": "prioritised", "at": "2026-06-01T10:01:00+08:00", "payload": {"priority": "P2", "undoes": "first"}}
    with pytest.raises(Invalid, match="undoes"):
        read_story({"events": [opened, said]})


def test_a_p1_lowered_by_mistake_and_put_back_pages_nobody_anew() -> None:
    [opened] = story("Mon 10:00  customer opens P1")
    graded = replace(opened, payload={**opened.payload, **MATRIX})
    paged = act("paged", {"tier": 2}, seq=2, moment="Mon 10:00:01")
    plain = [graded, paged]
    events = with_undone(plain, "prioritised", {"priority": "P3", **MATRIX}, {"priority": "P1", **MATRIX})
    assert [page.party for page in owed_pages(plain)] == ["L3"]
    assert owed_pages(events) == owed_pages(plain)
