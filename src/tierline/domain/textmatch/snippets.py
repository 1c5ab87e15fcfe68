"""The part of a text that shows why it was found."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from tierline.domain.textmatch.folding import fold

WIDTH = 120
_READ = 20_000
_LEAD = 20

_MARKDOWN = (
    (re.compile(r"```[^\n]*\n?|`"), ""),
    (re.compile(r"!?\[([^\]\n]*)\]\([^)\n]*\)"), r"\1"),
    (re.compile(r"^[ \t]*(?:#{1,6}|>|[-*+]|\d+\.)[ \t]+", re.MULTILINE), ""),
    (re.compile(r"\*\*|__|~~"), ""),
    (re.compile(r"\s+"), " "),
)


@dataclass(frozen=True, slots=True)
class Snippet:
    """``hits`` are [start, end) offsets into ``text``, in order and apart."""

    text: str
    hits: tuple[tuple[int, int], ...] = ()


def snippet(markdown: str, words: Collection[str], *, width: int = WIDTH) -> Snippet:
    """At most ``width`` characters around the first of ``words`` (folded, as ``tokens`` gives them)."""
    text = plain(markdown[:_READ])
    hits = _hits(text, words)
    start = max(hits[0][0] - _LEAD, 0) if hits else 0
    start = max(min(start, len(text) - width), 0)
    end = start + width
    inside = tuple((max(a, start) - start, min(b, end) - start) for a, b in hits if a < end and b > start)
    return Snippet(text[start:end], inside)


def plain(markdown: str) -> str:
    """The words of Markdown without its marks, on one line."""
    for pattern, instead in _MARKDOWN:
        markdown = pattern.sub(instead, markdown)
    return markdown.strip()


def _hits(text: str, words: Collection[str]) -> list[tuple[int, int]]:
    longest_first = sorted(set(words), key=lambda w: (-len(w), w))
    if not longest_first:
        return []
    folded, origin = _folded(text)
    # Looked at from every place, because the pairs of a Chinese run overlap.
    wanted = re.compile("(?=(" + "|".join(re.escape(w) for w in longest_first) + "))")
    found: list[tuple[int, int]] = []
    for match in wanted.finditer(folded):
        start, end = origin[match.start(1)], origin[match.end(1) - 1] + 1
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _folded(text: str) -> tuple[str, list[int]]:
    """The folded text and, for each of its characters, the place in ``text`` that it came from."""
    pieces, origin = [], []
    for place, character in enumerate(text):
        piece = fold(character)
        pieces.append(piece)
        origin.extend([place] * len(piece))
    return "".join(pieces), origin
