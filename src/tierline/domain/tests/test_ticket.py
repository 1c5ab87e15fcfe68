"""What a ticket's events add up to, and that the lifecycle's table is the whole law."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierline.domain import lifecycle
from tierline.domain.events import Event
from tierline.domain.lifecycle import IllegalMove, Move, State
from tierline.domain.ticket import Snapshot, apply, fold, moves_of, opening

AT = datetime(2026, 3, 2, 2, tzinfo=UTC)


def event(kind: str, minutes: int = 0, seq: int = 1, **payload: object) -> Event:
    at = AT + timedelta(minutes=minutes)
    return Event(1, seq, at, at, kind, payload=payload, words={"subject": "流水"} if kind == "opened" else {})


OPENED = event("opened", priority="P2", by="customer", customer=5, requester=6)

# every legal move of the story 受理-排障-验证-归档, and where it leads
LEADS = [
    (State.NEW, Move.CLAIM, State.OPEN),
    (State.NEW, Move.ASSIGN, State.OPEN),
    (State.NEW, Move.REPLY, State.OPEN),
    (State.OPEN, Move.WAIT, State.WAITING),
    (State.WAITING, Move.RESUME, State.OPEN),
    (State.OPEN, Move.RESOLVE, State.RESOLVED),
    (State.WAITING, Move.RESOLVE, State.RESOLVED),
    (State.RESOLVED, Move.VERIFY, State.VERIFIED),
    (State.VERIFIED, Move.ARCHIVE, State.ARCHIVED),
    (State.RESOLVED, Move.REOPEN, State.OPEN),
    (State.VERIFIED, Move.REOPEN, State.OPEN),
    (State.ARCHIVED, Move.REOPEN, State.OPEN),
]


@pytest.mark.parametrize(("state", "move", "leads_to"), LEADS)
def test_a_legal_move_leads_where_the_table_says(state: State, move: Move, leads_to: State) -> None:
    assert lifecycle.after(state, move) is leads_to


def test_only_these_moves_change_the_state() -> None:
    changing = {(s, m, to) for (s, m), to in lifecycle.MOVES.items() if s is not to}
    assert changing == set(LEADS)


@pytest.mark.parametrize(
    ("state", "move"),
    [
        (State.NEW, Move.RESOLVE),
        (State.NEW, Move.VERIFY),
        (State.OPEN, Move.ARCHIVE),
        (State.OPEN, Move.VERIFY),
        (State.RESOLVED, Move.ARCHIVE),
        (State.RESOLVED, Move.CLAIM),
        (State.ARCHIVED, Move.RESOLVE),
        (State.VERIFIED, Move.ESCALATE),
    ],
)
def test_an_illegal_move_names_the_legal_ones(state: State, move: Move) -> None:
    with pytest.raises(IllegalMove) as refused:
        lifecycle.after(state, move)
    assert refused.value.facts["legal"] == lifecycle.legal(state)
    assert move.value not in refused.value.facts["legal"]


@given(st.lists(st.sampled_from(list(Move)), max_size=30))
def test_no_sequence_of_moves_leaves_the_table(moves: list[Move]) -> None:
    state = State.NEW
    for move in moves:
        if move.value in lifecycle.legal(state):
            state = lifecycle.after(state, move)
        else:
            with pytest.raises(IllegalMove):
                lifecycle.after(state, move)
    assert state in State


STORY = [
    event("opened", 0, 1, priority="P2", by="customer", customer=5, requester=6),
    event("prioritised", 1, 2, impact="minor", urgency="low", priority="P4"),
    event("assigned", 2, 3, assignee=11),
    event("public_message", 3, 4, automatic=False),
    event("waited", 4, 5, on="customer"),
    event("customer_message", 9, 6),
    event("resumed", 9, 7, why="customer_message"),
    event("escalated", 10, 8, to=2, was=1),
    event("accepted", 12, 9, tier=2, was=1, assignee=12),
    event("task_opened", 13, 10, task=1),
    event("task_finished", 14, 11, task=1),
    event("resolved", 20, 12, cause="x", known_error=3),
    event("verified", 30, 13, by="requester"),
    event("archived", 31, 14, knowledge="covered"),
    event("reopened", 40, 15, why="requester"),
]


def test_the_fold_of_a_whole_story() -> None:
    s = fold(STORY)
    assert (s.state, s.priority, s.graded, s.tier, s.tier_reached, s.assignee) == (State.OPEN, "P4", True, 2, 2, 12)
    assert (s.open_tasks, s.reopen_count, s.resolved_at, s.known_error) == (0, 1, None, 3)
    assert (s.is_open, s.is_answered, s.waiting_on) == (True, False, "")


@given(st.permutations(STORY))
def test_the_order_in_which_events_are_handed_over_does_not_matter(events: list[Event]) -> None:
    assert fold(events) == fold(STORY)


@given(st.integers(1, len(STORY)))
def test_folding_in_batches_is_folding_at_once(cut: int) -> None:
    snapshot = fold(STORY[:cut])
    for more in STORY[cut:]:
        snapshot = apply(snapshot, more)
    assert snapshot == fold(STORY)


def test_automatic_words_answer_nobody_and_open_nothing() -> None:
    s = apply(opening(OPENED), event("public_message", 1, 2, automatic=True))
    assert (s.state, s.last_public_at, s.is_answered) == (State.NEW, None, False)


def test_a_merged_ticket_keeps_its_state_and_unmerging_gives_it_back() -> None:
    before = apply(opening(OPENED), event("assigned", 1, 2, assignee=3))
    merged = apply(before, event("merged", 2, 3, into=9))
    assert (merged.state, merged.is_open, moves_of(merged)) == (State.OPEN, False, ["link", "note", "unmerge"])
    assert apply(merged, event("unmerged", 3, 4, into=9)) == before


@pytest.mark.parametrize(
    ("shows", "changed", "absent", "present"),
    [
        ("nobody asked a tier", {}, {"accept", "hand-back", "unmerge"}, {"escalate"}),
        ("a tier was asked", {"pending_tier": 2}, {"escalate"}, {"accept", "hand-back"}),
        ("L2 has it", {"tier": 2}, {"accept"}, {"escalate", "hand-back"}),
        ("L3 is the last", {"tier": 3}, {"escalate", "accept"}, {"hand-back"}),
    ],
)
def test_what_is_open_to_somebody(shows: str, changed: dict[str, int], absent: set[str], present: set[str]) -> None:
    base = {"subject": "x", "channel": "email", "opened_at": AT, "started_at": AT, "state": State.OPEN}
    moves = set(moves_of(Snapshot(**(base | changed))))  # type: ignore[arg-type]  # a table of plain values
    assert not moves & absent
    assert present <= moves


def test_events_without_an_opening_are_no_ticket() -> None:
    with pytest.raises(ValueError, match="opening"):
        fold(STORY[1:])
