"""Texts as weighted words and pieces of words: one sparse row of length 1 per text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

from tierline.domain.textmatch import fold

# Characters of one text that are read, of a long one its beginning and its end.
HEAD, TAIL = 6000, 2000

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_WORD = re.compile(rf"[{_HAN}]|[^\W_{_HAN}]+|'[^\W_]+")


@dataclass(frozen=True, slots=True)
class Recipe:
    """``pieces`` are lengths of character runs inside words; ``least`` texts must have a feature."""

    pieces: tuple[int, int]
    least_words: int
    least_pieces: int
    most_pieces: int | None


# Many rows: what occurs once teaches nothing and costs time. Few rows: it may be all there is.
FEW = Recipe((2, 5), 1, 2, None)
MANY = Recipe((3, 5), 2, 5, 200_000)


def prepared(text: str) -> str:
    """Folded, at most 8,000 characters."""
    if len(text) > HEAD + TAIL:
        text = f"{text[:HEAD]} {text[-TAIL:]}"
    return fold(text)[: 2 * (HEAD + TAIL)]


def words(folded: str) -> list[str]:
    """Words and pairs of neighbours; a Chinese character is a word."""
    single = _WORD.findall(folded)
    return single + [f"{a} {b}" for a, b in pairwise(single)]


class Lexical:
    """The vectoriser of a training set. ``state`` and ``restored`` carry it to a file and back without code."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self._parts = [
            TfidfVectorizer(analyzer=words, sublinear_tf=True, min_df=recipe.least_words, dtype=np.float32),
            TfidfVectorizer(
                analyzer="char_wb",
                lowercase=False,
                ngram_range=recipe.pieces,
                sublinear_tf=True,
                min_df=recipe.least_pieces,
                max_features=recipe.most_pieces,
                dtype=np.float32,
            ),
        ]
        self._used = [True, True]

    def fit(self, texts: Sequence[str]) -> sparse.csr_matrix:
        folded = [prepared(text) for text in texts]
        found = [self._fit(place, part, folded) for place, part in enumerate(self._parts)]
        return _joined([one for one in found if one is not None], len(folded))

    def transform(self, texts: Sequence[str]) -> sparse.csr_matrix:
        folded = [prepared(text) for text in texts]
        used = [part for part, is_used in zip(self._parts, self._used, strict=True) if is_used]
        return _joined([part.transform(folded) for part in used], len(folded))

    def names(self) -> list[str]:
        """What each column stands for; pieces of words start with a mark that no word has."""
        found: list[str] = []
        for mark, part, is_used in zip(("", "~"), self._parts, self._used, strict=True):
            found += [mark + str(name) for name in part.get_feature_names_out()] if is_used else []
        return found

    def state(self) -> dict[str, Any]:
        parts = [
            {"terms": [str(t) for t in part.get_feature_names_out()], "weights": part.idf_} if is_used else None
            for part, is_used in zip(self._parts, self._used, strict=True)
        ]
        return {"pieces": list(self.recipe.pieces), "parts": parts}

    @classmethod
    def restored(cls, state: dict[str, Any]) -> Lexical:
        low, high = state["pieces"]
        lexical = cls(Recipe((int(low), int(high)), 1, 1, None))
        for place, kept in enumerate(state["parts"]):
            lexical._used[place] = kept is not None
            if kept is not None:
                part = lexical._parts[place]
                part.vocabulary_ = {term: column for column, term in enumerate(kept["terms"])}
                part.idf_ = np.asarray(kept["weights"], dtype=np.float32)
        return lexical

    def _fit(self, place: int, part: TfidfVectorizer, folded: list[str]) -> sparse.csr_matrix | None:
        try:
            return part.fit_transform(folded)
        except ValueError:  # no text has a feature, or none has it often enough
            self._used[place] = False
            return None


def _joined(parts: list[sparse.csr_matrix], rows: int) -> sparse.csr_matrix:
    if not parts:
        return sparse.csr_matrix((rows, 1), dtype=np.float32)
    return normalize(sparse.hstack(parts).tocsr())
