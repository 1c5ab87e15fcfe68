"""Words shared with a question, rare ones counting more: BM25 as one sparse matrix."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import log

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from tierline.domain.textmatch import tokens

Scores = NDArray[np.float64]

_K, _B = 1.2, 0.75
_ENDINGS = (
    ("ies", "y"),
    ("ied", "y"),
    ("edly", ""),
    ("ing", ""),
    ("ers", ""),
    ("er", ""),
    ("ed", ""),
    ("es", ""),
    ("ly", ""),
    ("s", ""),
)
_SHORTEST = 3


def terms(text: str) -> list[str]:
    """The words of a text; English ones without their endings, roughly, on both sides alike."""
    return [_stem(word) for word in tokens(text)]


def _stem(word: str) -> str:
    if not word.isascii() or len(word) <= _SHORTEST or not word.isalpha():
        return word
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            word = word[: -len(ending)] + instead
            if len(word) > _SHORTEST and word[-1] == word[-2] and word[-1] not in "lsz":
                word = word[:-1]
            break
    return word.rstrip("e") if len(word) > _SHORTEST else word


class Bm25:
    """Of a fixed set of texts, given as their terms."""

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        counts = [Counter(text) for text in texts]
        self.n = len(texts)
        self._lengths = np.asarray([len(text) for text in texts], dtype=np.float64)
        self._mean = max(float(self._lengths.mean()), 1.0) if self.n else 1.0
        held = Counter(term for one in counts for term in one)
        self._column = {term: place for place, term in enumerate(sorted(held))}
        self._rarity = {term: log(1 + (self.n - n + 0.5) / (n + 0.5)) for term, n in held.items()}
        self._unknown = log(1 + (self.n + 0.5) / 0.5)
        self._matrix = self._weighed(counts)

    def scores(self, question: Sequence[str]) -> Scores:
        """One number per text: 0 for no word shared, about 1 for all of them, often."""
        wanted = sorted({self._column[term] for term in question if term in self._column})
        if not wanted:
            return np.zeros(self.n)
        return np.asarray(self._matrix[wanted].sum(axis=0)).ravel() / self._most(question)

    def _most(self, question: Sequence[str]) -> float:
        return max(sum(self._rarity.get(term, self._unknown) for term in set(question)), 1e-9)

    def _norm(self, length: float) -> float:
        return _K * (1 - _B + _B * length / self._mean)

    def _weighed(self, counts: Sequence[Counter[str]]) -> sparse.csr_matrix:
        """Terms by texts."""
        rows, columns, values = [], [], []
        for place, one in enumerate(counts):
            norm = self._norm(float(self._lengths[place]))
            for term, n in one.items():
                rows.append(self._column[term])
                columns.append(place)
                values.append(self._rarity[term] * n * (_K + 1) / (n + norm))
        shape = (max(len(self._column), 1), self.n)
        return sparse.csr_matrix((np.asarray(values, dtype=np.float64), (rows, columns)), shape=shape)
