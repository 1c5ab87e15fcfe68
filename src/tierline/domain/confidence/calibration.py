"""A score as a probability: isotonic regression by pooling adjacent violators, held back where rows are few."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# A step of the curve stands on at least so many rows, and at most so many steps are asked for.
_FEWEST, _STEPS = 30, 60
# Rows of each outcome that a step is given before any is seen: no step says 0 or 1.
_PRIOR = 0.5


@dataclass(frozen=True, slots=True)
class Calibration:
    """Rises with the score; between two places straight, beyond the ends flat."""

    scores: tuple[float, ...]
    values: tuple[float, ...]

    def __call__(self, score: float) -> float:
        place = bisect_right(self.scores, score)
        if place == 0:
            return self.values[0]
        if place == len(self.scores):
            return self.values[-1]
        x0, x1 = self.scores[place - 1], self.scores[place]
        y0, y1 = self.values[place - 1], self.values[place]
        return y0 + (y1 - y0) * (score - x0) / (x1 - x0)

    def many(self, scores: Iterable[float]) -> list[float]:
        return [self(score) for score in scores]


def calibrated(scores: Sequence[float], hits: Sequence[bool]) -> Calibration:
    """The curve of rows whose outcome is known; they must not be rows that the scores were learned from.

    Scores are first grouped into bins of equal mass, a bin per thirty rows and sixty at most, because a curve
    through single rows follows their noise. Without rows everything is a coin's toss.
    """
    if not scores:
        return Calibration((0.0,), (0.5,))
    places: list[float] = []
    values: list[float] = []
    for score, value in _pooled(_bins(scores, hits)):
        if places and score <= places[-1]:
            continue
        places.append(score)
        values.append(value)
    return Calibration(tuple(places), tuple(values))


@dataclass(slots=True)
class _Block:
    score: float
    hits: float
    n: float
    parts: list[float]

    @property
    def share(self) -> float:
        return self.hits / self.n


def _bins(scores: Sequence[float], hits: Sequence[bool]) -> list[_Block]:
    order = sorted(range(len(scores)), key=lambda i: scores[i])
    n = len(order)
    count = max(1, min(_STEPS, n // _FEWEST))
    blocks: list[_Block] = []
    for b in range(count):
        places = order[b * n // count : (b + 1) * n // count]
        mean = sum(scores[i] for i in places) / len(places)
        right = sum(hits[i] for i in places) + _PRIOR
        blocks.append(_Block(mean, right, len(places) + 2 * _PRIOR, [mean]))
    return blocks


def _pooled(blocks: list[_Block]) -> list[tuple[float, float]]:
    stack: list[_Block] = []
    for block in blocks:
        stack.append(block)
        while len(stack) > 1 and stack[-2].share >= stack[-1].share:
            last = stack.pop()
            before = stack[-1]
            stack[-1] = _Block(before.score, before.hits + last.hits, before.n + last.n, before.parts + last.parts)
    # A pooled block is flat between its first and its last place.
    return [
        (score, block.share)
        for block in stack
        for score in (block.parts if len(block.parts) < 2 else (block.parts[0], block.parts[-1]))
    ]
