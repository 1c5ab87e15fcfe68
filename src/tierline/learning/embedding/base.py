"""What a provider of embeddings is, and what it is given to read."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

# Characters of one text that are read. Beyond it an embedding says less, not more.
CAP = 1500


class Embedder(Protocol):
    """``name`` is stored beside every vector: vectors of two names are not compared."""

    @property
    def name(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    def embed(self, texts: Sequence[str], *, as_query: bool) -> Vectors:
        """One row of length 1 per text, in its order. Raises EmbedderFailed."""
        ...

    def close(self) -> None: ...


def readable(text: str) -> str:
    """What may be shown to a provider: compatibility forms resolved, no control character, 1,500 characters.

    Resolved before the cap: U+FDFA is one character before and eighteen after, and an engine that resolves it itself
    ran over its own memory. What is not a character (a lone surrogate, an unassigned code) is a blank.
    """
    folded = unicodedata.normalize("NFKC", text[: 4 * CAP])
    kept = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in folded)
    return " ".join(kept.split())[:CAP]


def unit(vectors: Vectors) -> Vectors:
    """Every row at length 1; a row of nothing stays nothing."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), dtype=np.float32)
