"""From which confidence on do we speak?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tierline.domain.confidence.intervals import wilson

# Nothing reaches it: keep still always.
NEVER = 2.0
_FEWEST = 20


@dataclass(frozen=True, slots=True)
class Point:
    """Of the rows at or above ``confidence``: which share of all they are, and which share of them is right."""

    confidence: float
    coverage: float
    precision: float
    hits: int
    n: int


@dataclass(frozen=True, slots=True)
class Threshold:
    """``low`` and ``high`` are the promise: the interval of the precision on the rows it was set on."""

    confidence: float
    target: float
    coverage: float
    low: float
    high: float


def risk_coverage(confidences: Sequence[float], hits: Sequence[bool]) -> list[Point]:
    """One point per distinct confidence, the highest first."""
    return list(_points(confidences, hits))


def threshold_for(
    confidences: Sequence[float], hits: Sequence[bool], *, target: float, lower_bound: bool = False
) -> Threshold:
    """The lowest confidence from which on the precision reaches ``target``; NEVER when there is none.

    With ``lower_bound`` the lower end of the Wilson interval has to reach it: for what acts by itself. Fewer
    than twenty rows prove nothing.
    """
    best: Point | None = None
    for point in _points(confidences, hits):
        reached = wilson(point.hits, point.n)[0] if lower_bound else point.precision
        if point.n >= _FEWEST and reached >= target:
            best = point
    if best is None:
        return Threshold(NEVER, target, 0.0, 0.0, 1.0)
    low, high = wilson(best.hits, best.n)
    return Threshold(best.confidence, target, best.coverage, low, high)


def coverage_at(threshold: float, confidences: Sequence[float]) -> int:
    """How many rows reach the threshold."""
    return sum(c >= threshold for c in confidences)


def _points(confidences: Sequence[float], hits: Sequence[bool]) -> Iterator[Point]:
    order = sorted(range(len(confidences)), key=lambda i: -confidences[i])
    right = 0
    for seen, place in enumerate(order, start=1):
        right += hits[place]
        if seen == len(order) or confidences[order[seen]] < confidences[place]:
            yield Point(confidences[place], seen / len(order), right / seen, right, seen)
