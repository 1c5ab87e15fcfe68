"""Figures and intervals, against the slow and obvious way."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierline.domain.confidence import (
    accuracy,
    bootstrap,
    expected_calibration_error,
    macro_f1,
    mean_reciprocal_rank,
    percentile,
    rate,
    wilson,
)

LABELS = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd")), min_size=1, max_size=60)


def slow_f1(pairs, name):
    right = sum(a == b == name for a, b in pairs)
    precision = Fraction(right, max(sum(b == name for _, b in pairs), 1))
    recall = Fraction(right, max(sum(a == name for a, _ in pairs), 1))
    return 2 * precision * recall / (precision + recall) if right else Fraction(0)


@given(LABELS)
def test_macro_f1_is_the_mean_of_every_labels_own(pairs) -> None:
    names = {name for pair in pairs for name in pair}
    wanted = sum(slow_f1(pairs, name) for name in names) / len(names)
    labels, predicted = zip(*pairs, strict=True)
    assert macro_f1(labels, predicted) == pytest.approx(float(wanted))
    assert accuracy(labels, predicted) == pytest.approx(sum(a == b for a, b in pairs) / len(pairs))


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_solves_its_own_equation(pair) -> None:
    """The ends are the shares from which the measured one is exactly z standard errors away."""
    hits, n = pair
    low, high = wilson(hits, n, z=2.0)
    assert 0 <= low <= hits / n <= high <= 1
    for end in (low, high):
        if 0 < end < 1:
            assert (hits / n - end) ** 2 == pytest.approx(4 * end * (1 - end) / n, abs=1e-9)


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [
        pytest.param(0, 0, 0.0, 1.0, id="nothing counted says nothing"),
        pytest.param(0, 10, 0.0, 0.2775, id="no hit has a ceiling"),
        pytest.param(10, 10, 0.7225, 1.0, id="ten of ten do not prove 95 %"),
        pytest.param(95, 100, 0.8882, 0.9785, id="the textbook's 95 of 100"),
    ],
)
def test_wilson_at_its_ends(hits, n, low, high) -> None:
    assert wilson(hits, n) == pytest.approx((low, high), abs=1e-4)
    assert rate(hits, n).value == (hits / n if n else None)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=80))
def test_calibration_error_lies_between_the_bias_and_the_mean_distance(rows) -> None:
    confidences, hits = [c for c, _ in rows], [h for _, h in rows]
    error = expected_calibration_error(confidences, hits)
    assert abs(sum(confidences) - sum(hits)) / len(rows) - 1e-9 <= error
    assert error <= sum(abs(c - h) for c, h in rows) / len(rows) + 1e-9
    assert expected_calibration_error(confidences, hits, bins=1) == pytest.approx(
        abs(sum(confidences) - sum(hits)) / len(rows)
    )


def test_calibration_error_takes_bins_of_equal_mass() -> None:
    confidences = [0.1] * 50 + [0.9] * 50
    hits = [False] * 45 + [True] * 5 + [True] * 40 + [False] * 10
    assert expected_calibration_error(confidences, hits, bins=2) == pytest.approx(0.05)


@given(st.lists(st.one_of(st.none(), st.integers(1, 9)), min_size=1))
def test_reciprocal_rank_is_one_only_when_all_are_first(ranks) -> None:
    assert (mean_reciprocal_rank(ranks) == 1) == all(rank == 1 for rank in ranks)


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0.01, 1))
def test_a_percentile_is_a_value_that_enough_do_not_exceed(values, share) -> None:
    value = percentile(values, share)
    assert value in values
    assert sum(v <= value for v in values) >= share * len(values) - 1e-6


def test_nothing_to_count_is_no_error() -> None:
    assert (accuracy([], []), macro_f1([], []), percentile([], 0.5)) == (0, 0, 0)
    assert (expected_calibration_error([], []), mean_reciprocal_rank([])) == (0, 0)


def test_the_bootstrap_is_the_same_every_time_and_holds_the_figure() -> None:
    values = [i % 7 / 7 for i in range(200)]

    def mean(places):
        return sum(values[i] for i in places) / len(places)

    low, high = bootstrap(200, mean)
    assert low < sum(values) / 200 < high
    assert (low, high) == bootstrap(200, mean)
    assert 0.05 < high - low < 0.12
