"""Automatic answers: who may speak, and what the four numbers count."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierline.domain.answering import (
    RECONTACT,
    Act,
    Candidate,
    Mode,
    Outcome,
    Policy,
    Sent,
    Situation,
    decide,
    drawn,
    is_proven,
    outcome,
    published,
)
from tierline.domain.confidence import rate
from tierline.domain.errors import Invalid

AUTO = Policy(Mode.AUTOMATIC)
PROVEN, UNPROVEN = rate(198, 200), rate(20, 20)
SURE = [Candidate(7, 0.97), Candidate(8, 0.4)]
CLOSE = [Candidate(7, 0.5), Candidate(8, 0.47), Candidate(9, 0.02)]
NEW = Situation()

# what is told                                     candidates, policy, measured, situation -> act, reason, sent
DECISIONS = {
    "sure and proven: it answers": (SURE, AUTO, PROVEN, NEW, (Act.ANSWER, "sure", True)),
    "twenty right of twenty prove nothing yet": (SURE, AUTO, UNPROVEN, NEW, (Act.ANSWER, "not_proven", False)),
    "nothing was judged": (SURE, AUTO, rate(0, 0), NEW, (Act.ANSWER, "not_proven", False)),
    "the class only suggests": (SURE, Policy(), PROVEN, NEW, (Act.ANSWER, "suggest_only", False)),
    "the class is off": (SURE, Policy(Mode.OFF), PROVEN, NEW, (Act.HAND_OVER, "off", False)),
    "a P1 is for people": (SURE, AUTO, PROVEN, Situation("P1"), (Act.ANSWER, "p1", False)),
    "a person has spoken": (
        SURE,
        AUTO,
        PROVEN,
        Situation(has_person_spoken=True),
        (Act.ANSWER, "person_spoke", False),
    ),
    "one answer a ticket": (
        SURE,
        AUTO,
        PROVEN,
        Situation(has_answered=True),
        (Act.ANSWER, "answered_before", False),
    ),
    "an internal article leaves to nobody": (
        [Candidate(7, 0.99, is_shareable=False)],
        AUTO,
        PROVEN,
        NEW,
        (Act.ANSWER, "internal_source", False),
    ),
    "two are close: it asks which": (CLOSE, AUTO, PROVEN, NEW, (Act.ASK, "close", True)),
    "it asks once": (CLOSE, AUTO, PROVEN, Situation(has_asked=True), (Act.HAND_OVER, "unsure", False)),
    "one that is likely but not sure goes to a person": (
        [Candidate(7, 0.8)],
        AUTO,
        PROVEN,
        NEW,
        (Act.HAND_OVER, "unsure", False),
    ),
    "nothing was found": ([], AUTO, PROVEN, NEW, (Act.HAND_OVER, "nothing_found", False)),
    "what is hardly likely was not found": (
        [Candidate(7, 0.01)],
        AUTO,
        PROVEN,
        NEW,
        (Act.HAND_OVER, "nothing_found", False),
    ),
}


@pytest.mark.parametrize("case", DECISIONS.values(), ids=DECISIONS.keys())
def test_what_the_product_does(case: tuple) -> None:
    candidates, policy, measured, situation, expected = case

    told = decide(candidates, policy=policy, measured=measured, situation=situation)

    assert (told.act, told.reason, told.is_sent) == expected


chances = st.floats(0, 1)
candidates = st.lists(st.builds(Candidate, st.integers(1, 50), chances, st.booleans()), max_size=6)


@given(
    candidates,
    st.sampled_from(Mode),
    st.integers(0, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    st.builds(Situation, st.sampled_from(["P1", "P2", "P3", "P4"]), st.booleans(), st.booleans(), st.booleans()),
)
def test_what_leaves_is_allowed_proven_and_shareable(found, mode, judged, situation) -> None:
    policy, measured = Policy(mode), rate(*judged)

    told = decide(found, policy=policy, measured=measured, situation=situation)

    if told.is_sent:
        assert mode is Mode.AUTOMATIC
        assert measured.low >= policy.target
        assert situation.priority != "P1"
        assert not situation.has_person_spoken
        assert not situation.has_answered
        shareable = {c.article_id for c in found if c.is_shareable}
        assert {told.article_id, *told.among} <= shareable
    assert told.act is not Act.HAND_OVER or not told.is_sent


DAY = timedelta(days=1)
SENT = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER = SENT + RECONTACT + DAY

OUTCOMES = {
    "nobody has said anything yet": (Sent(SENT), SENT + DAY, Outcome.OPEN),
    "nobody said anything for seven days": (Sent(SENT), LATER, Outcome.SILENT),
    "at the end of the seventh day it is still open": (Sent(SENT), SENT + RECONTACT, Outcome.OPEN),
    "the requester said it helped": (Sent(SENT, confirmed_at=SENT + DAY), LATER, Outcome.CONFIRMED),
    "she had not said so yet": (Sent(SENT, confirmed_at=SENT + 2 * DAY), SENT + DAY, Outcome.OPEN),
    "she wrote again within seven days": (Sent(SENT, wrote_again_at=SENT + DAY), LATER, Outcome.RECONTACTED),
    "she wrote again after that": (Sent(SENT, wrote_again_at=SENT + 8 * DAY), LATER, Outcome.SILENT),
    "it helped, and she wrote about it": (
        Sent(SENT, confirmed_at=SENT + DAY, wrote_again_at=SENT + DAY),
        LATER,
        Outcome.CONFIRMED,
    ),
    "she said it did not help": (Sent(SENT, refused_at=SENT + DAY), LATER, Outcome.WRONG),
    "the audit found it wrong, whatever she said": (
        Sent(SENT, confirmed_at=SENT + DAY, judged_right=False),
        LATER,
        Outcome.WRONG,
    ),
    "the audit found it right although it did not help her": (
        Sent(SENT, refused_at=SENT + DAY, wrote_again_at=SENT + DAY, judged_right=True),
        LATER,
        Outcome.RECONTACTED,
    ),
}


@pytest.mark.parametrize("case", OUTCOMES.values(), ids=OUTCOMES.keys())
def test_how_an_answer_turned_out(case: tuple) -> None:
    sent, at, expected = case

    assert outcome(sent, at=at) is expected


def test_silence_is_published_as_silence_and_the_open_ones_are_left_out() -> None:
    told = published([Outcome.CONFIRMED, Outcome.SILENT, Outcome.SILENT, Outcome.WRONG, Outcome.OPEN])

    assert {each.value: (r.hits, r.n) for each, r in told.items()} == {
        "confirmed": (1, 4),
        "silent": (2, 4),
        "recontacted": (0, 4),
        "wrong": (1, 4),
    }


@given(st.sets(st.integers(0, 10_000)), st.text(max_size=8), st.integers(0, 40), st.integers(0, 40))
def test_a_sample_is_the_same_for_the_same_seed_and_grows_by_adding(ids, seed, small, more) -> None:
    first, second = drawn(ids, seed=seed, size=small), drawn(sorted(ids, reverse=True), seed=seed, size=small + more)

    assert second[: len(first)] == first
    assert len(first) == min(small, len(ids))


def test_another_week_draws_others() -> None:
    ids = range(1000)

    assert drawn(ids, seed="2026-W10", size=20) != drawn(ids, seed="2026-W11", size=20)


# hits, n, low, high: Newcombe 1998, table I, method 3
WILSON = [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]


@pytest.mark.parametrize(("hits", "n", "low", "high"), WILSON)
def test_the_interval_is_wilsons(hits: int, n: int, low: float, high: float) -> None:
    told = rate(hits, n)

    assert (round(told.low, 4), round(told.high, 4)) == (low, high)


@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share_and_narrows_with_more_of_the_same(told: tuple[int, int]) -> None:
    hits, n = told
    once, tenfold = rate(hits, n), rate(10 * hits, 10 * n)

    assert once.low <= hits / n <= once.high
    assert tenfold.high - tenfold.low < once.high - once.low


@pytest.mark.parametrize("share", [0.5, 0.9, 0.95])
def test_proving_what_is_not_there_is_rare(share: float) -> None:
    """Of samples whose true precision is just the target, about one in forty says so by chance; never one in fifteen."""
    n = 120
    told = sum(
        comb(n, hits) * share**hits * (1 - share) ** (n - hits)
        for hits in range(n + 1)
        if is_proven(rate(hits, n), share)
    )

    assert told < 1 / 15


def test_what_is_no_chance_and_no_target_is_refused() -> None:
    with pytest.raises(Invalid):
        Policy(target=1.0)
    with pytest.raises(Invalid):
        Candidate(1, 1.5)
