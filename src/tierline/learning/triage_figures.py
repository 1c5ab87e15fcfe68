"""How good is a classifier on rows that it has never seen? Figures with their intervals."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tierline.domain.confidence import (
    Rate,
    bootstrap,
    expected_calibration_error,
    macro_f1,
    percentile,
    rate,
    risk_coverage,
)
from tierline.learning.classifier import Classifier, Prediction
from tierline.learning.embedding.base import Embedder
from tierline.learning.rows import OOS, Labelled

# Texts that are asked one by one for the time they take.
TIMED = 200
_CURVE = 40


@dataclass(frozen=True, slots=True)
class Measured:
    predictions: list[Prediction]
    figures: dict[str, Any]


def measure(classifier: Classifier, rows: Sequence[Labelled], embedder: Embedder | None) -> Measured:
    """``coverage_at_95`` is what the threshold of the training rows lets through here, with the precision it got."""
    predictions = classifier.predict([row.text for row in rows], embedder)
    labels, said = [row.label for row in rows], [one.label for one in predictions]
    sure = [one.confidence for one in predictions]
    hits = [a == b for a, b in zip(labels, said, strict=True)]
    spoken = [hit for hit, one in zip(hits, predictions, strict=True) if not one.abstains]
    strange = [one for one, label in zip(predictions, labels, strict=True) if label == OOS]
    known = [hit for hit, label in zip(hits, labels, strict=True) if label != OOS]
    threshold = classifier.threshold
    figures = {
        "n": len(rows),
        "accuracy": shown(rate(sum(hits), len(hits))),
        "accuracy_in_scope": shown(rate(sum(known), len(known))),
        "macro_f1": interval(macro_f1(labels, said), len(rows), lambda at: f1_of(at, labels, said)),
        "coverage_at_95": shown(rate(len(spoken), len(rows))),
        "precision_at_95": shown(rate(sum(spoken), len(spoken))),
        "promised": {"precision": [threshold.low, threshold.high], "threshold": threshold.confidence},
        "oos_recall": shown(rate(sum(one.label == OOS for one in strange), len(strange))),
        "oos_recall_with_abstentions": shown(
            rate(sum(one.label == OOS or one.abstains for one in strange), len(strange))
        ),
        "hit_at_1": None,
        "hit_at_5": None,
        "mrr": None,
        "ece": interval(
            expected_calibration_error(sure, hits),
            len(rows),
            lambda at: expected_calibration_error([sure[i] for i in at], [hits[i] for i in at]),
        ),
        "latency_ms": latency(classifier, [row.text for row in rows[:TIMED]], embedder),
        "model": {
            "labels": len(classifier.labels),
            "training_rows": classifier.rows,
            "kind": type(classifier.machine).__name__.lower(),
            "embeddings": classifier.embedder or "none: words only",
        },
        "curve": curve(sure, hits),
    }
    return Measured(predictions, figures)


def latency(classifier: Classifier, texts: Sequence[str], embedder: Embedder | None) -> dict[str, float]:
    """Milliseconds of one text at a time, after a first one."""
    taken = []
    for text in [*texts[:1], *texts]:
        began = time.perf_counter()
        classifier.predict([text], embedder)
        taken.append((time.perf_counter() - began) * 1000)
    return {"p50": round(percentile(taken[1:], 0.5), 2), "p95": round(percentile(taken[1:], 0.95), 2)}


def shown(measured: Rate) -> dict[str, Any]:
    return {
        "value": None if measured.value is None else round(measured.value, 4),
        "interval": [round(measured.low, 4), round(measured.high, 4)],
        "n": measured.n,
    }


def curve(sure: Sequence[float], hits: Sequence[bool]) -> list[dict[str, float]]:
    """The risk-coverage curve, thinned to forty points."""
    points = risk_coverage(sure, hits)
    step = max(len(points) // _CURVE, 1)
    return [
        {"confidence": round(p.confidence, 4), "coverage": round(p.coverage, 4), "precision": round(p.precision, 4)}
        for p in points[step - 1 :: step]
    ]


def f1_of(at: Sequence[int], labels: Sequence[str], said: Sequence[str]) -> float:
    return macro_f1([labels[i] for i in at], [said[i] for i in at])


def interval(value: float, n: int, figure: Callable[[Sequence[int]], float]) -> dict[str, Any]:
    """A figure that is no share, with its bootstrap interval."""
    low, high = bootstrap(n, figure, draws=100)
    return {"value": round(value, 4), "interval": [round(low, 4), round(high, 4)], "n": n}
