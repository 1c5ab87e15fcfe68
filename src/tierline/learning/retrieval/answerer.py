"""Ranking with a confidence that no question ever taught: the articles ask themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from tierline.domain.confidence import Calibration, Threshold, calibrated, threshold_for
from tierline.learning.decision import OOS_SHARE, TARGET
from tierline.learning.embedding.base import Vectors
from tierline.learning.features import words
from tierline.learning.retrieval.bm25 import terms
from tierline.learning.retrieval.index import Index, Views, sentences

Action = Literal["answer", "ask", "hand_over"]

# Questions that the articles are made to ask, spread evenly over them.
MOST_ASKED = 400
# Below an even chance nothing is worth another question to the person.
ASK_FROM = 0.5
_RANKED = 10
_SENTENCE = 160


@dataclass(frozen=True, slots=True)
class Answer:
    """``ranked`` are ids of articles, the best first. ``action``: answer, ask one question, or hand over."""

    ranked: tuple[str, ...]
    confidence: float
    action: Action


@dataclass
class Answerer:
    """``centre`` and ``scale`` of each view come from the articles' own questions, like everything else here."""

    index: Index
    centre: NDArray[np.float64]
    scale: NDArray[np.float64]
    slopes: NDArray[np.float64]
    offset: float
    curve: Calibration
    threshold: Threshold
    asked: int

    def answer(self, questions: Sequence[str]) -> list[Answer]:
        """Raises EmbedderFailed."""
        if not self.index.articles:
            return [Answer((), 0.0, "hand_over") for _ in questions]
        vectors = self.index.asked(questions)
        return [self._one(text, None if vectors is None else vectors[i]) for i, text in enumerate(questions)]

    def likeness(self, views: Views) -> NDArray[np.float64]:
        """One number per article, comparable between questions."""
        return np.asarray(((views - self.centre) / self.scale) @ self.index.weights)

    def _one(self, text: str, vector: Vectors | None) -> Answer:
        likeness = self.likeness(self.index.views(terms(text), vector))
        order = np.argsort(-likeness, kind="stable")
        ranked = tuple(self.index.articles[place].id for place in order[:_RANKED])
        if not text.strip():
            return Answer(ranked, 0.0, "hand_over")
        confidence = self.curve(float(facts(likeness) @ self.slopes + self.offset))
        return Answer(ranked, confidence, self._action(confidence))

    def _action(self, confidence: float) -> Action:
        if confidence >= self.threshold.confidence:
            return "answer"
        return "ask" if confidence >= ASK_FROM else "hand_over"


@dataclass(frozen=True, slots=True)
class Pseudo:
    """A question that this article answers."""

    text: str
    article: int


def learn_answerer(index: Index) -> Answerer:
    """Scales, confidence and the threshold, from questions made of the articles; raises EmbedderFailed."""
    even = np.ones(5)
    blank = Answerer(
        index, even * 0, even, np.array([1.0, 1.0]), 0.0, calibrated([], []), threshold_for([], [], target=TARGET), 0
    )
    pseudo = pseudo_questions(index)
    if len(index.articles) < 2 or not pseudo:
        return blank
    vectors = index.asked([one.text for one in pseudo])
    views = [index.views(terms(one.text), None if vectors is None else vectors[i]) for i, one in enumerate(pseudo)]
    every = np.vstack(views)
    scaled = replace(blank, centre=every.mean(axis=0), scale=np.maximum(every.std(axis=0), 1e-6), asked=len(pseudo))
    return _calibrated(scaled, pseudo, views)


def pseudo_questions(index: Index) -> list[Pseudo]:
    """Of an article a sentence that no other article has, half of its words left out; of a mere title the same.

    A whole sentence would find itself; half of one finds its article about as often as a person's question does
    (64 % against 65 % on emanual_tv).
    """
    step = max(len(index.articles) / MOST_ASKED, 1.0)
    places = sorted({int(i * step) for i in range(min(len(index.articles), MOST_ASKED))})
    shared = Counter(sentence for one in index.articles for sentence in set(sentences(one.text)))
    found = []
    for number, place in enumerate(places):
        one = index.articles[place]
        own = [sentence for sentence in sentences(one.text) if shared[sentence] == 1] or [one.title or one.text]
        found.append(Pseudo(thinned(own[number % len(own)]), place))
    return [one for one in found if one.text.strip()]


def thinned(sentence: str) -> str:
    """About half of the words, the same ones every time."""
    single = [word for word in words(sentence.casefold()[:_SENTENCE]) if " " not in word]
    kept = [word for place, word in enumerate(single) if crc32(f"{place}{word}".encode()) % 2] or single[:1]
    han = sum("\u3400" <= c <= "\u9fff" for c in sentence)
    return ("" if han * 2 > len(sentence) else " ").join(kept)


def facts(likeness: NDArray[np.float64]) -> NDArray[np.float64]:
    """What a confidence is read from: how like the best one is, and how far ahead of the next."""
    best = np.sort(likeness)[::-1][:2]
    return np.asarray([best[0], best[0] - best[1] if len(best) > 1 else 0.0])


def _calibrated(answerer: Answerer, pseudo: Sequence[Pseudo], views: Sequence[Views]) -> Answerer:
    """Each question counts as answerable, and once more, with its article taken away, as one without an answer."""
    rows, hits = [], []
    answerable = round((1 - OOS_SHARE) / OOS_SHARE)
    for one, seen in zip(pseudo, views, strict=True):
        likeness = answerer.likeness(seen)
        rows += [facts(likeness)] * answerable
        hits += [int(likeness.argmax()) == one.article] * answerable
        rows.append(facts(np.delete(likeness, one.article)))
        hits.append(False)
    table = np.asarray(rows)
    model = LogisticRegression(C=10.0, max_iter=1000).fit(table, hits) if any(hits) else None
    slopes = answerer.slopes if model is None else model.coef_[0]
    offset = 0.0 if model is None else float(model.intercept_[0])
    scores = (table @ slopes + offset).tolist()
    curve = calibrated(scores, hits)
    threshold = threshold_for(curve.many(scores), hits, target=TARGET)
    return replace(answerer, slopes=slopes, offset=offset, curve=curve, threshold=threshold)
