"""分流: who may take it, who should, and in which order what waits is given out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierline.domain.errors import Invalid
from tierline.domain.routing import (
    DEFAULT_WEIGHTS,
    PARTS,
    REASONS,
    STANDBY,
    Ability,
    Duty,
    Engineer,
    Rule,
    Work,
    decide,
    eligible,
    give_out,
    next_for,
    why_not,
)
from tierline.domain.tests.routing_world import AT, HOME, ON, chosen, engineer, work

RULE = Rule()


def old(day: date) -> Engineer:
    return replace(engineer(), abilities=(Ability("tax", 3, expires_on=day),))


WHY_NOT: list[tuple[str, Work, Engineer, str]] = [
    ("assigned, on duty, nothing asked: may", work(), engineer(), ""),
    ("no assignment to this enterprise", work(enterprise=2), engineer(), "not_assigned"),
    ("a lower tier than the ticket's", work(tier=2), engineer(tier=1), "tier_too_low"),
    ("one tier above helps out", work(tier=1), engineer(tier=2), ""),
    ("two tiers above is not bothered", work(tier=1), engineer(tier=3), "tier_too_high"),
    ("an undertaking is missing", work(), engineer(missing=("undertaking:nda",)), "credential"),
    ("on leave", work(), engineer(is_on_leave=True), "on_leave"),
    ("no shift now", work(), engineer(duty=None), "off_duty"),
    ("stand-by is for a P1", work(priority="P2"), engineer(duty=Duty(STANDBY)), "standby"),
    ("stand-by takes a P1", work(priority="P1"), engineer(duty=Duty(STANDBY)), ""),
    ("said to be away", work(), engineer(is_away=True), "away"),
    ("the skill is not there", work(needs="tax:2"), engineer(skills="network:5"), "skill_missing"),
    ("the level is just right", work(needs="tax:3"), engineer(skills="tax:3"), ""),
    ("the level is one too low", work(needs="tax:4"), engineer(skills="tax:3"), "skill_low"),
    (
        "the skill is held in another language",
        work(needs="tax:2", language="en"),
        engineer(skills="tax:3:zh-hans"),
        "skill_language",
    ),
    ("a skill in any language", work(needs="tax:2", language="en"), engineer(skills="tax:3"), ""),
    ("expired yesterday", work(needs="tax:2"), old(ON - timedelta(days=1)), "skill_expired"),
    ("expires today, so it counts today", work(needs="tax:2"), old(ON), ""),
    ("exactly at the cap is within it", work(), engineer(load=88), ""),
    ("one over the cap", work(), engineer(load=89), "at_capacity"),
    ("paused work counts a fraction", work(is_paused=True), engineer(load=94), ""),
    ("has just been taken from this one", work(unwanted=frozenset({1})), engineer(), "returned"),
]


@pytest.mark.parametrize(("ticket", "person", "code"), [r[1:] for r in WHY_NOT], ids=[r[0] for r in WHY_NOT])
def test_why_not(ticket: Work, person: Engineer, code: str) -> None:
    free, refused = eligible(ticket, [person], rule=RULE, on=ON)
    assert [r.code for r in refused] == ([code] if code else [])
    assert bool(free) == (not code)
    assert not code or code in REASONS


FIRST: list[tuple[str, Work, list[Engineer], int]] = [
    ("the better skill", work(needs="tax:1"), [engineer(1, skills="tax:2"), engineer(2, skills="tax:5")], 2),
    ("the one with less to do", work(), [engineer(1, load=40), engineer(2, load=8)], 2),
    ("who served the customer", work(served={2: 1000}), [engineer(1), engineer(2)], 2),
    ("who speaks the language", work(language="en"), [engineer(1), engineer(2, languages=frozenset({"en"}))], 2),
    ("the own tier before the next", work(), [engineer(1, tier=2), engineer(2, tier=1)], 2),
    ("by day before by night", work(), [engineer(1, local_minute=180), engineer(2, local_minute=600)], 2),
    (
        "who is still here when it falls due",
        work(due_at=AT + timedelta(hours=4)),
        [engineer(1, duty=Duty(until=AT + timedelta(hours=1))), engineer(2, duty=Duty(until=AT + timedelta(hours=4)))],
        2,
    ),
    ("all equal: the lower id", work(), [engineer(2), engineer(1)], 1),
    ("continuity does not outweigh a full desk", work(served={1: 1000}), [engineer(1, load=80), engineer(2)], 2),
]


@pytest.mark.parametrize(("ticket", "people", "first"), [r[1:] for r in FIRST], ids=[r[0] for r in FIRST])
def test_who_should(ticket: Work, people: list[Engineer], first: int) -> None:
    decision = decide(ticket, people, rule=RULE, at=AT, on=ON)
    assert decision.chosen == first
    assert decision.ranked[0].engineer == first


def test_a_score_is_the_weighted_mean_of_its_parts() -> None:
    (candidate,) = decide(work(), [engineer(load=48)], rule=RULE, at=AT, on=ON).ranked
    parts = dict(zip(PARTS, candidate.points, strict=True))
    assert parts == {
        "skill": 1000,
        "load": 500,
        "continuity": 0,
        "language": 1000,
        "tier": 1000,
        "stays": 1000,
        "sun": 1000,
    }
    assert candidate.score == sum(DEFAULT_WEIGHTS[name] * n for name, n in parts.items()) // 100


def test_least_slack_goes_first_and_what_is_given_counts() -> None:
    tickets = [work(1, priority="P2"), work(2, priority="P2", waits=60), work(3, priority="P2", waits=30)]
    decisions = give_out(tickets, [engineer(1, cap=32)], rule=RULE, at=AT, on=ON)
    assert [d.work for d in decisions] == [2, 3, 1]
    assert chosen(decisions) == {2: 1, 3: 1, 1: None}
    assert [r.code for r in decisions[-1].refused] == ["at_capacity"]


def test_the_next_ticket_for_me_skips_what_i_may_not_take_and_says_why() -> None:
    tickets = [work(1, tier=2, waits=60), work(2, needs="tax:3", waits=30), work(3), work(4)]
    found, passed = next_for(engineer(is_away=True), tickets, rule=RULE, at=AT, on=ON)
    assert found is not None
    assert found.id == 3
    assert [(w.id, r.code) for w, r in passed] == [(1, "tier_too_low"), (2, "skill_missing")]
    assert next_for(engineer(load=96), tickets, rule=RULE, at=AT, on=ON)[0] is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"weights": {**DEFAULT_WEIGHTS, "skill": 31}},
        {"weights": {"skill": 100}},
        {"loads": {"P1": 32}},
        {"loads": {"P1": 0, "P2": 1, "P3": 1, "P4": 1}},
        {"paused_share": 0},
        {"overflow": 3},
    ],
    ids=[
        "not 100 in all",
        "a part is missing",
        "a priority is missing",
        "weighs nothing",
        "a share of nothing",
        "no such tier",
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        Rule(**wrong)


engineers = st.builds(
    lambda n, tier, level, load, away: engineer(n, tier=tier, skills=f"tax:{level}", load=load, is_away=away),
    st.integers(1, 50),
    st.integers(1, 3),
    st.integers(1, 5),
    st.integers(0, 96),
    st.booleans(),
)
works = st.builds(
    lambda n, p, tier, needs, waits, served: work(n, priority=p, tier=tier, needs=needs, waits=waits, served=served),
    st.integers(1, 500),
    st.sampled_from(["P1", "P2", "P3", "P4"]),
    st.integers(1, 3),
    st.sampled_from(["", "tax:2", "tax:4"]),
    st.integers(0, 400),
    st.dictionaries(st.integers(1, 50), st.sampled_from([500, 1000]), max_size=3),
)


@given(
    st.lists(works, max_size=12, unique_by=lambda w: w.id), st.lists(engineers, max_size=8, unique_by=lambda e: e.id)
)
def test_giving_out_together_is_deciding_one_after_the_other(tickets: list[Work], people: list[Engineer]) -> None:
    together = give_out(tickets, people, rule=RULE, at=AT, on=ON)
    now = {e.id: e for e in people}
    for decision in together:
        ticket = next(w for w in tickets if w.id == decision.work)
        alone = decide(ticket, list(now.values()), rule=RULE, at=AT, on=ON)
        assert (decision.chosen, decision.ranked) == (alone.chosen, alone.ranked)
        assert set(decision.refused) == set(alone.refused)
        if alone.chosen is not None:
            taken = now[alone.chosen]
            now[taken.id] = replace(taken, load=taken.load + RULE.load_of(ticket.priority))
            assert now[taken.id].load <= taken.cap
    shuffled = give_out(reversed(tickets), people[::-1], rule=RULE, at=AT, on=ON)
    assert chosen(shuffled) == chosen(together)


@given(works, engineers)
def test_more_to_do_never_ranks_higher(ticket: Work, person: Engineer) -> None:
    if why_not(ticket, person, rule=RULE, on=ON):
        return
    busier = replace(person, load=person.load + 8)
    scores = [decide(ticket, [p], rule=RULE, at=AT, on=ON).ranked for p in (person, busier)]
    if all(scores):
        assert scores[1][0].score <= scores[0][0].score
    assert HOME in person.seats
