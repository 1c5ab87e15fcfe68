"""One line of a body, with what its source already said about it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum


class Origin(Enum):
    """What the markup of the sender's program says a line belongs to."""

    BODY = "body"
    QUOTED = "quoted"
    QUOTED_AFTER = "quoted_after"
    SIGNATURE = "signature"


@dataclass(slots=True)
class Line:
    """``depth`` counts the quote marks that the markup implies; plain text carries them in ``text``."""

    text: str
    depth: int = 0
    origin: Origin = Origin.BODY
    is_rule: bool = False
    is_torn_end: bool = False

    @property
    def shown(self) -> str:
        return ("> " * self.depth + self.text).rstrip() if self.depth else self.text


# Bodies beyond this are shown whole: nobody writes a reply of 2 MB, logs are pasted at that size.
MAX_CHARACTERS = 2_000_000
MAX_LINES = 40_000
_INVISIBLE = re.compile("[\u200b\u200c\u2060\ufeff]")
_QUOTE_MARK = re.compile(r"\s{0,3}((?:[>＞]\s?)+)")


def lines_of_text(text: str) -> list[Line]:
    """The lines of plain text, without trailing blanks and invisible marks; huge text stays in one piece."""
    if not text.isascii():
        text = _INVISIBLE.sub("", text).replace("\xa0", " ")
    if len(text) > MAX_CHARACTERS or text.count("\n") > MAX_LINES:
        return [Line(text)]
    return [Line(line.rstrip()) for line in text.split("\n")]


def unflowed(text: str, *, is_delsp: bool = False) -> str:
    """RFC 3676 text with its soft line breaks joined and its space-stuffing removed."""
    paragraphs: list[list[str]] = []
    open_depth = -1
    for line in text.split("\n"):
        marks = _QUOTE_MARK.match(line) if line[:4].lstrip()[:1] in (">", "＞") else None
        depth = marks[1].count(">") if marks else 0
        content = line[marks.end(1) :] if marks and depth else line.removeprefix(" ")
        is_flowed = content.endswith(" ") and content != "-- "
        kept = content[:-1] if is_flowed and is_delsp else content
        if open_depth == depth and content != "-- ":
            paragraphs[-1].append(kept)
        else:
            paragraphs.append([">" * depth + (" " if depth else ""), kept])
        open_depth = depth if is_flowed else -1
    return "\n".join("".join(pieces) for pieces in paragraphs)
