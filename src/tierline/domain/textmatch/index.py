"""Words in the notation of PostgreSQL's full text search: documents and questions as literals."""

from __future__ import annotations

from collections.abc import Iterable

from tierline.domain.textmatch.tokens import tokens

# tsvector keeps positions up to this one, and 256 of them for a word.
_LAST_POSITION = 16_383
_POSITIONS = 250


def document(title: str, body: str) -> str:
    """A ``tsvector`` literal: words of the title weigh A, words of the body D."""
    positions: dict[str, list[str]] = {}
    place = 0
    for text, weight in ((title, "A"), (body, "")):
        for word in tokens(text):
            place = min(place + 1, _LAST_POSITION)
            seen = positions.setdefault(word, [])
            if len(seen) < _POSITIONS:
                seen.append(f"{place}{weight}")
    return " ".join(f"{term(word)}:{','.join(places)}" for word, places in positions.items())


def query(words: Iterable[str]) -> str:
    """A ``tsquery`` literal: any of the words. Empty for none, and an empty one matches nothing."""
    return " | ".join(term(word) for word in words)


def term(word: str) -> str:
    """One word, quoted: it can hold no operator."""
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"
