"""Figures of a prediction, from plain lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import ceil

BINS = 15


def accuracy(labels: Sequence[str], predicted: Sequence[str]) -> float:
    """0 for no rows."""
    return sum(a == b for a, b in zip(labels, predicted, strict=True)) / len(labels) if labels else 0.0


def macro_f1(labels: Sequence[str], predicted: Sequence[str]) -> float:
    """The mean F1 of every label that occurs or was predicted; 0 for no rows."""
    hits = Counter(a for a, b in zip(labels, predicted, strict=True) if a == b)
    meant, said = Counter(labels), Counter(predicted)
    names = meant.keys() | said.keys()
    return sum(2 * hits[name] / (meant[name] + said[name]) for name in names) / len(names) if names else 0.0


def expected_calibration_error(confidences: Sequence[float], hits: Sequence[bool], bins: int = BINS) -> float:
    """Mean distance between confidence and share of hits over bins of equal mass; 0 for no rows.

    Rows of one confidence may fall into two bins: the order in which they stand decides, and hits do not.
    """
    n = len(confidences)
    order = sorted(range(n), key=lambda i: confidences[i])
    sums = 0.0
    for b in range(min(bins, n)):
        places = order[b * n // min(bins, n) : (b + 1) * n // min(bins, n)]
        sums += abs(sum(confidences[i] for i in places) - sum(hits[i] for i in places))
    return sums / n if n else 0.0


def mean_reciprocal_rank(ranks: Sequence[int | None]) -> float:
    """``ranks`` count from 1; None is not found. 0 for no questions."""
    return sum(1 / rank for rank in ranks if rank) / len(ranks) if ranks else 0.0


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least ``share`` of them do not exceed; 0 for none."""
    if not values:
        return 0.0
    return sorted(values)[max(ceil(share * len(values)) - 1, 0)]
