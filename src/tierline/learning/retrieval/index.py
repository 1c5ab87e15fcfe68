"""Articles, cut into parts, as words and as vectors; five views of a question beside each article."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tierline.learning.embedding.base import CAP, Embedder, Vectors, unit
from tierline.learning.errors import EmbedderFailed
from tierline.learning.retrieval.bm25 import Bm25, terms
from tierline.learning.rows import Article

Views = NDArray[np.float64]

# What a view weighs, chosen on the development halves of stackfaq and emanual_tv, and flat around it:
# words of the article, words of its best part, meaning of its title, of its best part, of all its parts.
WITH_MEANING = np.asarray([0.27, 0.25, 0.13, 0.24, 0.28])
WORDS_ONLY = np.asarray([0.5, 0.5, 0.0, 0.0, 0.0])

PART, MOST_PARTS = 400, 12
# Of a text's characters; beyond them nobody is answered by it.
_READ = 40_000
# Characters that are embedded (a Chinese one counts twice): about five minutes of one core. Titles may take as many.
EMBEDDED_CHARACTERS = 600_000
_TITLE = 200
_HAN = re.compile("[\u3400-\u9fff]")
_SENTENCE = re.compile(r"(?<=[。！？!?；;])|(?<=[.:])\s+|\n")


@dataclass(frozen=True, slots=True)
class Part:
    article: int
    text: str


class Index:
    """``embedder`` is None for words alone, also after it failed; of each article ``parts_embedded`` parts at most."""

    def __init__(self, articles: Sequence[Article], embedder: Embedder | None) -> None:
        self.articles = list(articles)
        self.parts = [Part(place, text) for place, one in enumerate(articles) for text in parts_of(one)]
        self.owner = np.asarray([part.article for part in self.parts], dtype=np.intp)
        titles = [terms(one.title[:_READ]) for one in articles]
        self.whole = Bm25([title * 2 + terms(one.text[:_READ]) for title, one in zip(titles, articles, strict=True)])
        self.by_part = Bm25([titles[part.article] + terms(part.text) for part in self.parts])
        self.embedder: Embedder | None = None
        self.parts_embedded = 0
        self.title_vectors: Vectors | None = None
        self.part_vectors: Vectors | None = None
        self.mean_vectors: Vectors | None = None
        self.vector_owner = np.empty(0, dtype=np.intp)
        if embedder is not None and articles:
            self._embed(embedder)

    @property
    def weights(self) -> Views:
        return WITH_MEANING if self.embedder is not None else WORDS_ONLY

    def asked(self, questions: Sequence[str]) -> Vectors | None:
        """The vectors of questions; raises EmbedderFailed."""
        return None if self.embedder is None else self.embedder.embed(questions, as_query=True)

    def views(self, question: Sequence[str], vector: Vectors | None) -> Views:
        """Articles by five."""
        n = len(self.articles)
        found = np.zeros((n, 5))
        found[:, 0] = self.whole.scores(question)
        by_part = self.by_part.scores(question)
        if len(self.parts):
            np.maximum.at(found[:, 1], self.owner, by_part)
        else:
            found[:, 1] = found[:, 0]
        if vector is not None and self.title_vectors is not None:
            found[:, 2] = self.title_vectors @ vector
            found[:, 3:] = found[:, 2:3]
            if self.part_vectors is not None and len(self.part_vectors):
                self._meaning(found, vector)
        return found

    def _meaning(self, found: Views, vector: Vectors) -> None:
        assert self.part_vectors is not None and self.mean_vectors is not None
        best = np.full(len(found), -np.inf)
        np.maximum.at(best, self.vector_owner, self.part_vectors @ vector)
        has = np.isfinite(best)
        found[has, 3] = best[has]
        found[has, 4] = (self.mean_vectors @ vector)[has]

    def _embed(self, embedder: Embedder) -> None:
        titles = [(one.title or one.text)[:_TITLE] for one in self.articles]
        if sum(map(_weight, titles)) > EMBEDDED_CHARACTERS:
            return
        self.parts_embedded = self._affordable()
        chosen = self._first_parts(self.parts_embedded)
        texts = [self._shown(self.parts[place]) for place in chosen]
        try:
            vectors = embedder.embed([*titles, *texts], as_query=False)
        except EmbedderFailed:
            return
        self.embedder = embedder
        self.title_vectors, self.part_vectors = vectors[: len(titles)], vectors[len(titles) :]
        self.vector_owner = np.asarray([self.parts[place].article for place in chosen], dtype=np.intp)
        sums = np.zeros((len(titles), vectors.shape[1]), dtype=np.float32)
        np.add.at(sums, self.vector_owner, self.part_vectors)
        self.mean_vectors = unit(sums)

    def _affordable(self) -> int:
        """How many parts of each article may be embedded within the limit."""
        for most in range(MOST_PARTS, 0, -1):
            if sum(_weight(self._shown(self.parts[place])) for place in self._first_parts(most)) <= EMBEDDED_CHARACTERS:
                return most
        return 0

    def _first_parts(self, most: int) -> list[int]:
        seen = np.zeros(len(self.articles), dtype=int)
        chosen = []
        for place, part in enumerate(self.parts):
            if seen[part.article] < most:
                seen[part.article] += 1
                chosen.append(place)
        return chosen

    def _shown(self, part: Part) -> str:
        return f"{self.articles[part.article].title[:_TITLE]}. {part.text}"[:CAP]


def parts_of(article: Article) -> list[str]:
    """Paragraphs, joined up to four hundred characters and cut beyond; none where the text says but the title."""
    text = article.text[:_READ].strip()
    if not text or text == article.title.strip():
        return []
    parts: list[str] = []
    for paragraph in text.split("\n"):
        paragraph = paragraph.strip()
        if parts and paragraph and len(parts[-1]) + len(paragraph) < PART:
            parts[-1] += " " + paragraph
        elif paragraph:
            parts.append(paragraph)
    return [part[i : i + PART] for part in parts for i in range(0, len(part), PART)]


def sentences(text: str) -> list[str]:
    """Those that say something, in order."""
    whole = [one.strip() for one in _SENTENCE.split(text[:_READ])]
    return [one for one in whole if len(one) >= (8 if _HAN.search(one) else 24)]


def _weight(text: str) -> int:
    return len(text) + len(_HAN.findall(text))
