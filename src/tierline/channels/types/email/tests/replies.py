"""Reads the tables of bodies and what they should part into (fixtures/replies_*.txt)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FIXTURES = Path(__file__).parents[1] / "fixtures"
_HEAD = re.compile(r"^@@ (html )?case (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Reply:
    name: str
    is_html: bool
    body: str
    text: str
    signature: str | None


def replies(name: str) -> Iterator[Reply]:
    """A ``@@ case`` line, the body, ``@@ text`` and, where it is stated, ``@@ signature``."""
    pieces = _HEAD.split((FIXTURES / name).read_text(encoding="utf-8"))[1:]
    for is_html, title, content in zip(pieces[::3], pieces[1::3], pieces[2::3], strict=True):
        body, _, expected = content.partition("\n@@ text\n")
        if body.endswith("\n@@ plain nbsp"):
            body = body.removesuffix("\n@@ plain nbsp").replace("&nbsp;", "\xa0")
        text, has_signature, signature = expected.partition("\n@@ signature\n")
        yield Reply(
            title, bool(is_html), body.strip("\n"), text.strip("\n"), signature.strip("\n") if has_signature else None
        )
