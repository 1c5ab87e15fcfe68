"""Embeddings of a service that speaks OpenAI's protocol, through the product's own way out."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

import numpy as np

from tierline.domain.errors import DomainError
from tierline.learning.embedding.base import Vectors, readable, unit
from tierline.learning.errors import EmbedderFailed

_AT_ONCE = 64

# The body of the answer to a POST of this body; raises a DomainError. The caller has checked the address.
Post = Callable[[bytes], bytes]


class EndpointEmbedder:
    """``post`` is the way out (plumbing/outward.py): the address, the key and the limits are its concern."""

    def __init__(self, *, post: Post, model: str, dimension: int) -> None:
        self._post, self._model, self.dimension = post, model, dimension

    @property
    def name(self) -> str:
        return f"endpoint/{self._model}"

    def embed(self, texts: Sequence[str], *, as_query: bool) -> Vectors:
        """``as_query`` is not told: the protocol has no word for it."""
        prepared = [readable(text) or "." for text in texts]
        parts = [self._batch(prepared[i : i + _AT_ONCE]) for i in range(0, len(prepared), _AT_ONCE)]
        return unit(np.vstack(parts)) if parts else np.empty((0, self.dimension), dtype=np.float32)

    def close(self) -> None:
        pass

    def _batch(self, texts: list[str]) -> Vectors:
        asked = {"model": self._model, "input": texts, "encoding_format": "float"}
        try:
            answer = json.loads(self._post(json.dumps(asked, ensure_ascii=False).encode()))
            rows = sorted(answer["data"], key=lambda row: row["index"])
            vectors = np.asarray([row["embedding"] for row in rows], dtype=np.float32)
        except DomainError as refused:
            raise EmbedderFailed(provider=self.name, reason=refused.code) from None
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
            raise EmbedderFailed(provider=self.name, reason="not the answer that was asked for") from None
        if [row["index"] for row in rows] != list(range(len(texts))) or vectors.shape != (len(texts), self.dimension):
            raise EmbedderFailed(provider=self.name, reason="not as many vectors as texts")
        if not np.isfinite(vectors).all():
            raise EmbedderFailed(provider=self.name, reason="not numbers")
        return vectors
