"""Which spellings are one and the same?"""

from __future__ import annotations

import unicodedata

import opencc

_HAN = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF))


def fold(text: str) -> str:
    """Compatibility forms, full width, case and traditional characters folded; what is neither letter, mark, number

    nor print is a blank. Longer or shorter than ``text``: one character may become eighteen (U+FDFA) or join its
    neighbour.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in folded).translate(_SIMPLER)


def _simpler() -> dict[int, str]:
    """Each traditional character's simplified one. Character by character, so that no phrase changes a length.

    One traditional character may stand for several simplified ones; both sides of a comparison fold alike, so
    which of them is chosen does not matter. 帐 and 账 are written for each other in the same firm's papers.
    """
    every = [chr(n) for first, last in _HAN for n in range(first, last + 1)]
    simple = opencc.OpenCC("t2s").convert("\n".join(every)).split("\n")
    one = {ord(a): b for a, b in zip(every, simple, strict=True) if a != b and len(b) == 1}
    return {**one, ord("帳"): "账", ord("帐"): "账"}


_SIMPLER = _simpler()
