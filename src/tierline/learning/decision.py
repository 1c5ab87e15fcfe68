"""From scores to a decision: which label, or none of them, and with which probability that is right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from tierline.domain.confidence import Calibration, Threshold, calibrated, threshold_for
from tierline.learning.rows import OOS

Scores = NDArray[np.float32]

TARGET = 0.95
# What a strange text pulls against: its score for ``oos`` counts twice beside the best known label's.
_PULL = 2.0
# Fewer strange rows than this teach no threshold of their own.
_FEWEST_OOS = 5
# A training set's share of strange texts says nothing about a desk's: they are weighed as one in seven.
OOS_SHARE = 0.15
# Without strange rows: the share of rightly labelled ones that may be given up for catching some.
_GIVEN_UP = 0.0005


@dataclass(frozen=True, slots=True)
class Outcome:
    place: int
    confidence: float


@dataclass
class Decision:
    """``oos`` is the place of that label, None where it was not taught; then ``strange`` bounds the best score."""

    oos: int | None
    strange: float
    slopes: NDArray[np.float64]
    offset: float
    curve: Calibration
    oos_curve: Calibration | None
    threshold: Threshold

    def outcomes(self, scores: Scores) -> list[Outcome]:
        strangeness, place, facts = read(scores, self.oos)
        sure = self.curve.many((facts @ self.slopes + self.offset).tolist())
        found = []
        for row, known in enumerate(place):
            if strangeness[row] > self.strange:
                curve = self.oos_curve
                confidence = curve(float(strangeness[row])) if curve else 1 - sure[row]
                found.append(Outcome(-1 if self.oos is None else self.oos, confidence))
            else:
                found.append(Outcome(int(known), sure[row]))
        return found


def read(scores: Scores, oos: int | None) -> tuple[NDArray[np.float64], NDArray[np.intp], NDArray[np.float64]]:
    """How strange each row is, the best label but ``oos``, and the facts that its confidence is read from."""
    known = scores.astype(np.float64).copy()
    pull = np.zeros(len(known)) if oos is None else _PULL * known[:, oos]
    if oos is not None:
        known[:, oos] = -np.inf
    place = known.argmax(axis=1)
    best = known[np.arange(len(known)), place]
    rest = known.copy()
    rest[np.arange(len(known)), place] = -np.inf
    second = rest.max(axis=1)
    margin = np.where(np.isfinite(second), best - second, best)
    strangeness = pull - best
    return strangeness, place, np.column_stack([best, margin, strangeness if oos is not None else margin * best])


def learn_decision(unseen: Scores, classes: NDArray[np.intp], labels: Sequence[str]) -> Decision:
    """From scores of rows that their model had not seen."""
    oos = labels.index(OOS) if OOS in labels else None
    if oos is not None and (classes == oos).sum() < _FEWEST_OOS:
        oos = None
    strangeness, place, facts = read(unseen, oos)
    is_right = place == classes
    if oos is None:
        strange = _kept(strangeness, is_right)
        weights = np.ones(len(classes), dtype=int)
    else:
        is_oos = classes == oos
        strange = _parting(strangeness, is_oos, is_right)
        weights = np.where(is_oos, _weight(int(is_oos.sum()), int((~is_oos).sum())), 1)
    heavy = np.repeat(np.arange(len(classes)), weights)
    slopes, offset, curve = _sure(facts, is_right, heavy[strangeness[heavy] <= strange])
    oos_curve = None
    if oos is not None:
        called = heavy[strangeness[heavy] > strange]
        oos_curve = calibrated(strangeness[called].tolist(), (classes[called] == oos).tolist())
    decision = Decision(oos, strange, slopes, offset, curve, oos_curve, threshold_for([], [], target=TARGET))
    found = decision.outcomes(unseen)
    hits = [one.place == wanted for one, wanted in zip(found, classes.tolist(), strict=True)]
    decision.threshold = threshold_for([found[i].confidence for i in heavy], [hits[i] for i in heavy], target=TARGET)
    return decision


def _sure(
    facts: NDArray[np.float64], is_right: NDArray[np.bool_], rows: NDArray[np.intp]
) -> tuple[NDArray[np.float64], float, Calibration]:
    """Two steps: a logistic model makes one number of the facts, a curve makes it a probability."""
    hits = is_right[rows]
    if len(rows) == 0 or hits.all() or not hits.any():
        slopes, offset = np.array([1.0, 1.0, 0.0]), 0.0
    else:
        model = LogisticRegression(C=10.0, max_iter=1000).fit(facts[rows], hits)
        slopes, offset = model.coef_[0], float(model.intercept_[0])
    return slopes, offset, calibrated((facts[rows] @ slopes + offset).tolist(), hits.tolist())


def _weight(strange: int, known: int) -> int:
    return max(1, round(OOS_SHARE / (1 - OOS_SHARE) * known / strange))


def _parting(strangeness: NDArray[np.float64], is_oos: NDArray[np.bool_], is_right: NDArray[np.bool_]) -> float:
    """Where the share of strange rows caught and of known rows rightly kept are together the greatest.

    Between places that do equally well the one that catches most: strange rows are few and look easier than they are.
    """
    places = np.unique(strangeness)
    cuts = np.concatenate([[places[0] - 1], (places[:-1] + places[1:]) / 2, [places[-1] + 1]])
    strange = np.sort(strangeness[is_oos])
    kept = np.sort(strangeness[~is_oos & is_right])
    caught = 1 - np.searchsorted(strange, cuts, side="right") / len(strange)
    right = np.searchsorted(kept, cuts, side="right") / max(int((~is_oos).sum()), 1)
    sums = caught + right
    return float(cuts[np.argmax(sums >= sums.max() - 0.002)])


def _kept(strangeness: NDArray[np.float64], is_right: NDArray[np.bool_]) -> float:
    """So that all but five in ten thousand of the rightly labelled rows stay what they are."""
    if not is_right.any():
        return float(strangeness.max()) + 1
    ordered = np.sort(strangeness[is_right])
    return float(ordered[max(int(np.ceil((1 - _GIVEN_UP) * len(ordered))) - 1, 0)])
