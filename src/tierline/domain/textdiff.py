"""What changed between two wordings: lines that stayed, went and came, and in a changed line the words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

SAME, GONE, NEW = "same", "gone", "new"
# Above this many lines the comparison's cost grows with the square; the rest is compared as one block.
_LINES = 4000
_PIECES = re.compile(r"[A-Za-z0-9_]+|\s+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Line:
    """``kind``: same, gone or new. ``marks`` are [start, end) of what changed inside the line."""

    kind: str
    text: str
    marks: tuple[tuple[int, int], ...] = ()


def lines(before: str, after: str) -> list[Line]:
    """The whole of both, in reading order: of a changed place first what went, then what came."""
    old, new = before.split("\n"), after.split("\n")
    if max(len(old), len(new)) > _LINES:
        return [Line(SAME, t) for t in new] if old == new else [*_all(GONE, old), *_all(NEW, new)]
    found: list[Line] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        found += _all(SAME, old[a:b]) if tag == "equal" else _changed(old[a:b], new[c:d])
    return found


def counts(told: Sequence[Line]) -> tuple[int, int]:
    """(lines that came, lines that went)."""
    return sum(line.kind == NEW for line in told), sum(line.kind == GONE for line in told)


def _all(kind: str, texts: Sequence[str]) -> list[Line]:
    return [Line(kind, text) for text in texts]


def _changed(old: Sequence[str], new: Sequence[str]) -> list[Line]:
    gone, came = [], []
    for a, b in zip_longest(old, new):
        marks_a, marks_b = _marks(a, b) if a is not None and b is not None else ((), ())
        if a is not None:
            gone.append(Line(GONE, a, marks_a))
        if b is not None:
            came.append(Line(NEW, b, marks_b))
    return [*gone, *came]


_Marks = tuple[tuple[int, int], ...]


def _marks(a: str, b: str) -> tuple[_Marks, _Marks]:
    """None where the lines have little in common: then all of it changed."""
    if len(a) + len(b) > 2000:
        return (), ()
    pa, pb = _PIECES.findall(a), _PIECES.findall(b)
    matcher = SequenceMatcher(None, pa, pb, autojunk=False)
    if matcher.ratio() < 0.4:
        return (), ()
    changed = [code for code in matcher.get_opcodes() if code[0] != "equal"]
    return _spans(pa, [(c[1], c[2]) for c in changed]), _spans(pb, [(c[3], c[4]) for c in changed])


def _spans(pieces: Sequence[str], ranges: Sequence[tuple[int, int]]) -> _Marks:
    starts = [0]
    for piece in pieces:
        starts.append(starts[-1] + len(piece))
    return tuple((starts[a], starts[b]) for a, b in ranges if b > a)
