"""Small training sets: real rows of the shared data, and an embedder that needs no model."""

import csv
import json
from collections.abc import Sequence
from zlib import crc32

import numpy as np

from tests.support.shared_data import shared_data
from tierline.learning.embedding.base import Vectors, unit
from tierline.learning.errors import EmbedderFailed
from tierline.learning.features import words
from tierline.learning.rows import Article, Labelled, Question


def banking(labels: int, every: int = 1) -> list[Labelled]:
    """The first so many intents of banking77."""
    with shared_data("banking77", "train.csv").open(encoding="utf-8") as file:
        rows = [Labelled(row["text"], row["category"]) for row in csv.DictReader(file)]
    wanted = sorted({row.label for row in rows})[:labels]
    return [row for row in rows if row.label in wanted][::every]


def strange(n: int) -> list[Labelled]:
    with shared_data("clinc150_oos", "data_full_train_val.json").open(encoding="utf-8") as file:
        return [Labelled(text, "oos") for text, _ in json.load(file)["oos_train"][:n]]


def faq() -> tuple[list[Article], list[Question]]:
    with shared_data("stackfaq", "faq_bank.json").open(encoding="utf-8") as file:
        bank = json.load(file)
    articles = [Article(str(one["faq_id"]), one["question"], "\n".join(one["answers"]), "en") for one in bank]
    with shared_data("stackfaq", "queries_group_a.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return articles, [Question(row["query"], (row["relevant_faq_id"],)) for row in rows]


class Hashed:
    """A stand-in at the edge: words thrown into 64 buckets."""

    name, dimension = "hashed", 64

    def embed(self, texts: Sequence[str], *, as_query: bool) -> Vectors:
        found = np.full((len(texts), self.dimension), 0.01, dtype=np.float32)
        for place, text in enumerate(texts):
            for word in words(text.casefold()):
                found[place, crc32(word.encode()) % self.dimension] += 1
        return unit(found)

    def close(self) -> None:
        pass


class Broken(Hashed):
    def embed(self, texts: Sequence[str], *, as_query: bool) -> Vectors:
        raise EmbedderFailed(provider=self.name, reason="broken on purpose")
