"""Many texts: a linear machine on words and pieces, blended with trees on words, which remember whole patterns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.svm import LinearSVC

Scores = NDArray[np.float32]

# Chosen on training folds of it_tickets_47k.
_COST, _FOLDS = 0.6, 5
_TREES, _TREES_TO_CALIBRATE, _FEATURES_A_SPLIT, _WORDS = 40, 16, 600, 8000
SHARES = (0.0, 0.2, 0.3, 0.4, 0.5, 0.6)
SHARPNESS = (1.0, 2.0, 3.0, 4.0, 6.0)
_FLOOR = 1e-4


@dataclass
class Trees:
    """All nodes of all trees in one table; ``left`` of a leaf is -1. ``words`` are columns of the lexical rows."""

    words: NDArray[np.int32]
    roots: NDArray[np.int32]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    feature: NDArray[np.int32]
    cut: NDArray[np.float32]
    share: NDArray[np.float16]

    def shares(self, lexical: sparse.csr_matrix) -> Scores:
        """The mean of the leaves' shares: walked for all trees of a text at once."""
        rows = lexical[:, self.words].toarray()
        found = np.empty((len(rows), self.share.shape[1]), dtype=np.float32)
        for place, row in enumerate(rows):
            nodes = self.roots
            while True:
                inner = self.left[nodes] >= 0
                if not inner.any():
                    break
                goes_left = row[self.feature[nodes]] <= self.cut[nodes]
                nodes = np.where(inner, np.where(goes_left, self.left[nodes], self.right[nodes]), nodes)
            found[place] = self.share[nodes].astype(np.float32).mean(axis=0)
        return found


@dataclass
class Forest:
    """``slope`` and ``offset`` of the linear machine; ``blend`` is the trees' share of the answer."""

    slope: Scores
    offset: Scores
    sharpness: float
    blend: float
    trees: Trees | None

    def scores(self, lexical: sparse.csr_matrix) -> Scores:
        """Logarithms of shares, one column per class."""
        linear = np.asarray(lexical @ self.slope + self.offset, dtype=np.float32)
        trees = self.trees.shares(lexical) if self.trees is not None else None
        return _blended(linear, trees, self.sharpness, self.blend)


def fit(
    lexical: sparse.csr_matrix, classes: NDArray[np.intp], n: int, words: NDArray[np.intp]
) -> tuple[Forest, Scores, NDArray[np.intp]]:
    """The model of all rows; and the places of a fifth of them with their scores by a model of the others.

    The fifth sets the blend and everything that calibrates it. ``words`` are the columns of single words.
    """
    held = held_back(classes)
    others = np.setdiff1d(np.arange(len(classes)), held)
    slope, offset = _linear(lexical[others], classes[others], n)
    outside = np.asarray(lexical[held] @ slope + offset, dtype=np.float32)
    shares = _trees(lexical[others], classes[others], n, words, grown=_TREES_TO_CALIBRATE).shares(lexical[held])
    sharpness = max(SHARPNESS, key=lambda k: _likelihood(_blended(outside, None, k, 0.0), classes[held]))
    blend = max(SHARES, key=lambda share: _right(_blended(outside, shares, sharpness, share), classes[held]))
    slope, offset = _linear(lexical, classes, n)
    trees = _trees(lexical, classes, n, words, grown=_TREES) if blend else None
    return Forest(slope, offset, sharpness, blend, trees), _blended(outside, shares, sharpness, blend), held


def held_back(classes: NDArray[np.intp]) -> NDArray[np.intp]:
    """A fifth of each class's rows, drawn the same way every time; none of a class with fewer than five."""
    order = np.random.default_rng(0).permutation(len(classes))
    by_class = order[np.argsort(classes[order], kind="stable")]
    _, starts = np.unique(classes[by_class], return_index=True)
    within = np.arange(len(by_class)) - np.repeat(starts, np.diff([*starts, len(by_class)]))
    return np.sort(by_class[within % _FOLDS == _FOLDS - 1])


def _linear(lexical: sparse.csr_matrix, classes: NDArray[np.intp], n: int) -> tuple[Scores, Scores]:
    machine = LinearSVC(C=_COST, random_state=0).fit(lexical, classes)
    slope, offset = np.zeros((lexical.shape[1], n), dtype=np.float32), np.full(n, -1, dtype=np.float32)
    if len(machine.classes_) == 2:
        slope[:, machine.classes_[1]], offset[machine.classes_[1]] = machine.coef_[0], machine.intercept_[0]
        slope[:, machine.classes_[0]], offset[machine.classes_[0]] = -machine.coef_[0], -machine.intercept_[0]
    else:
        slope[:, machine.classes_], offset[machine.classes_] = machine.coef_.T, machine.intercept_
    return slope, offset


def _trees(
    lexical: sparse.csr_matrix, classes: NDArray[np.intp], n: int, words: NDArray[np.intp], *, grown: int
) -> Trees:
    frequent = np.asarray((lexical[:, words] > 0).sum(axis=0)).ravel()
    columns = np.sort(words[np.argsort(-frequent, kind="stable")[:_WORDS]]).astype(np.int32)
    rows = lexical[:, columns]
    at_a_split = min(_FEATURES_A_SPLIT, rows.shape[1])
    grower = ExtraTreesClassifier(grown, max_features=at_a_split, n_jobs=2, random_state=0).fit(rows, classes)
    return _flat(grower, columns, n)


def _flat(grower: ExtraTreesClassifier, columns: NDArray[np.int32], n: int) -> Trees:
    roots, left, right, feature, cut, share = [], [], [], [], [], []
    start = 0
    for one in grower.estimators_:
        tree = one.tree_
        roots.append(start)
        inner = tree.children_left >= 0
        left.append(np.where(inner, tree.children_left + start, -1))
        right.append(np.where(inner, tree.children_right + start, -1))
        feature.append(np.where(inner, tree.feature, 0))
        cut.append(tree.threshold)
        values = np.zeros((tree.node_count, n))
        values[:, grower.classes_] = tree.value[:, 0, :] / tree.value[:, 0, :].sum(axis=1, keepdims=True)
        share.append(values)
        start += tree.node_count
    return Trees(
        words=columns,
        roots=np.asarray(roots, dtype=np.int32),
        left=np.concatenate(left).astype(np.int32),
        right=np.concatenate(right).astype(np.int32),
        feature=np.concatenate(feature).astype(np.int32),
        cut=np.concatenate(cut).astype(np.float32),
        share=np.vstack(share).astype(np.float16),
    )


def _blended(linear: Scores, trees: Scores | None, sharpness: float, blend: float) -> Scores:
    raised = np.exp(sharpness * (linear - linear.max(axis=1, keepdims=True)))
    shares = raised / raised.sum(axis=1, keepdims=True)
    if trees is not None and blend:
        shares = (1 - blend) * shares + blend * trees
    return np.asarray(np.log(np.maximum(shares, _FLOOR)), dtype=np.float32)


def _likelihood(logs: Scores, classes: NDArray[np.intp]) -> float:
    return float(logs[np.arange(len(classes)), classes].mean())


def _right(logs: Scores, classes: NDArray[np.intp]) -> float:
    return float((logs.argmax(axis=1) == classes).mean())
