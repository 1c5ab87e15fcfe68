"""What is this text about, how sure is that, and when is it none of what we know?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tierline.domain.confidence import Threshold
from tierline.learning import forest, kernel
from tierline.learning.decision import Decision, learn_decision
from tierline.learning.embedding.base import Embedder, Vectors
from tierline.learning.errors import EmbedderFailed, NothingToLearn, OneLabelOnly
from tierline.learning.features import FEW, MANY, Lexical
from tierline.learning.rows import OOS, Labelled

Scores = NDArray[np.float32]

# Characters of a training set up to which its texts are embedded: about five minutes of one core.
EMBEDDED_CHARACTERS = 1_500_000


@dataclass(frozen=True, slots=True)
class Prediction:
    """``label`` is the best one or ``oos``; ``abstains`` when its confidence is below the promise."""

    label: str
    confidence: float
    abstains: bool


@dataclass
class Classifier:
    """``embedder`` is the name of the vectors it was trained on, or None: it then reads words alone."""

    labels: list[str]
    lexical: Lexical
    machine: kernel.Kernel | forest.Forest
    decision: Decision
    embedder: str | None
    rows: int

    @property
    def threshold(self) -> Threshold:
        return self.decision.threshold

    def predict(self, texts: Sequence[str], embedder: Embedder | None) -> list[Prediction]:
        """Raises EmbedderFailed when it was trained with vectors and gets none of that name."""
        if not texts:
            return []
        outcomes = self.decision.outcomes(self.scores(texts, embedder))
        return [
            Prediction(
                OOS if one.place < 0 else self.labels[one.place],
                one.confidence,
                one.confidence < self.threshold.confidence,
            )
            for one in outcomes
        ]

    def scores(self, texts: Sequence[str], embedder: Embedder | None) -> Scores:
        rows = self.lexical.transform(texts)
        if isinstance(self.machine, forest.Forest):
            return self.machine.scores(rows)
        return self.machine.scores(rows, self._vectors(texts, embedder))

    def _vectors(self, texts: Sequence[str], embedder: Embedder | None) -> Vectors | None:
        if self.embedder is None:
            return None
        if embedder is None or embedder.name != self.embedder:
            raise EmbedderFailed(provider=self.embedder, reason="not there")
        return embedder.embed(texts, as_query=True)


def train(rows: Sequence[Labelled], embedder: Embedder | None) -> Classifier:
    """Everything, thresholds and calibration too, from these rows alone: no other is ever read.

    Raises NothingToLearn, OneLabelOnly. A provider of embeddings that fails is done without.
    """
    labels = sorted(Counter(row.label for row in rows))
    if not labels:
        raise NothingToLearn()
    if len(labels) == 1:
        raise OneLabelOnly(label=labels[0], rows=len(rows))
    texts = [row.text for row in rows]
    place_of = {label: place for place, label in enumerate(labels)}
    classes = np.asarray([place_of[row.label] for row in rows], dtype=np.intp)
    many = len(rows) > kernel.MOST_ROWS
    lexical = Lexical(MANY if many else FEW)
    features = lexical.fit(texts)
    vectors = None if many else _training_vectors(texts, embedder)
    machine: kernel.Kernel | forest.Forest
    if many:
        words = np.flatnonzero([not name.startswith("~") and " " not in name for name in lexical.names()])
        machine, unseen, places = forest.fit(features, classes, len(labels), words)
        decision = learn_decision(unseen, classes[places], labels)
    else:
        machine, unseen = kernel.fit(features, vectors, classes, len(labels))
        decision = learn_decision(unseen, classes, labels)
    name = embedder.name if embedder is not None and vectors is not None else None
    return Classifier(labels, lexical, machine, decision, name, len(rows))


def _training_vectors(texts: Sequence[str], embedder: Embedder | None) -> Vectors | None:
    if embedder is None or sum(min(len(text), 1500) for text in texts) > EMBEDDED_CHARACTERS:
        return None
    try:
        return embedder.embed(texts, as_query=True)
    except EmbedderFailed:
        return None
