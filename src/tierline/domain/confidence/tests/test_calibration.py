"""Scores as probabilities, and from which one on we speak."""

from hypothesis import given
from hypothesis import strategies as st

from tierline.domain.confidence import calibrated, coverage_at, expected_calibration_error, risk_coverage, threshold_for
from tierline.domain.confidence.thresholds import NEVER

ROWS = st.lists(st.tuples(st.floats(-50, 50), st.booleans()), max_size=300)


@given(ROWS, st.floats(-60, 60), st.floats(-60, 60))
def test_a_higher_score_is_never_less_sure(rows, one, other) -> None:
    curve = calibrated([s for s, _ in rows], [h for _, h in rows])
    low, high = sorted((one, other))
    assert 0 < curve(low) <= curve(high) < 1


@given(ROWS)
def test_the_order_of_rows_changes_nothing_but_ties(rows) -> None:
    distinct = list({score: (score, hit) for score, hit in rows}.values())
    one = calibrated([s for s, _ in distinct], [h for _, h in distinct])
    other = calibrated([s for s, _ in distinct[::-1]], [h for _, h in distinct[::-1]])
    assert one == other


def dice(n: int, seed: int):
    """Numbers in [0, 1) that are the same on every machine."""
    state = seed
    for _ in range(n):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        yield (state >> 11) / 2**53


def test_a_distorted_score_becomes_its_share() -> None:
    chances = list(dice(12_000, 3))
    hits = [draw < chance for draw, chance in zip(dice(12_000, 9), chances, strict=True)]
    scores = [chance**5 * 40 - 7 for chance in chances]
    curve = calibrated(scores[:8000], hits[:8000])
    assert expected_calibration_error(curve.many(scores[8000:]), hits[8000:]) < 0.03


def test_without_rows_it_is_a_tossed_coin() -> None:
    assert calibrated([], [])(3.0) == 0.5


@given(st.lists(st.tuples(st.integers(0, 20), st.booleans()), max_size=200))
def test_every_point_of_the_curve_is_a_count(rows) -> None:
    confidences, hits = [c / 20 for c, _ in rows], [h for _, h in rows]
    points = risk_coverage(confidences, hits)
    assert [p.confidence for p in points] == sorted(set(confidences), reverse=True)
    for point in points:
        assert point.n == coverage_at(point.confidence, confidences)
        assert point.hits == sum(h for c, h in zip(confidences, hits, strict=True) if c >= point.confidence)


@given(st.lists(st.tuples(st.integers(0, 20), st.booleans()), max_size=200), st.booleans())
def test_no_lower_confidence_would_have_done(rows, lower_bound) -> None:
    confidences, hits = [c / 20 for c, _ in rows], [h for _, h in rows]
    found = threshold_for(confidences, hits, target=0.8, lower_bound=lower_bound)
    for point in risk_coverage(confidences, hits):
        if point.n >= 20 and point.precision >= 0.8 and not lower_bound:
            assert found.confidence <= point.confidence
    if found.confidence != NEVER:
        spoken = [h for c, h in zip(confidences, hits, strict=True) if c >= found.confidence]
        assert sum(spoken) / len(spoken) >= 0.8
        assert found.low <= sum(spoken) / len(spoken) <= found.high


def test_the_lower_bound_asks_for_more_than_a_lucky_run() -> None:
    """Thirty of thirty is 100 %, and proves 88.6 %."""
    lucky = [0.9] * 30, [True] * 30
    assert threshold_for(*lucky, target=0.95).confidence == 0.9
    assert threshold_for(*lucky, target=0.95, lower_bound=True).confidence == NEVER


def test_nineteen_rows_prove_nothing() -> None:
    assert threshold_for([0.9] * 19, [True] * 19, target=0.5).confidence == NEVER
