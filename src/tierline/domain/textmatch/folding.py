"""Which spellings are one and the same?"""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """Compatibility forms, full width and case folded; what is neither letter, mark, number nor print is a blank.

    Longer or shorter than ``text``: one character may become eighteen (U+FDFA) or join its neighbour.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in folded)
