"""Scores the separation of replies on the shared samples: ``python tests/bench/mail_reply.py``.

A reply counts when its whole text is exactly the stated one. Folders of samples say no word on white space at
the ends; the HTML samples compare without any white space, as their source does.
"""

from __future__ import annotations

import html
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tierline.channels.base import Raw
from tierline.channels.types.email import adapter
from tierline.channels.types.email.separation import separate, separate_html

BAR = 0.9


@dataclass(frozen=True)
class Stated:
    """A reply text that a sample's source states, and what we make of the sample."""

    source: str
    name: str
    wanted: str
    got: str

    @property
    def is_exact(self) -> bool:
        return self.wanted.strip() == self.got.strip()


def stated_replies(folder: Path) -> Iterator[Stated]:
    for read in (_discourse, _crisp, _zapier, _talon):
        yield from read(folder)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8").replace("\r\n", "\n")


def _discourse(folder: Path) -> Iterator[Stated]:
    for path in sorted((folder / "discourse" / "emails").glob("*.txt")):
        wanted = _text(folder / "discourse" / "trimmed" / path.name)
        yield Stated("discourse", path.name, wanted, separate(_text(path)).text)


def _crisp(folder: Path) -> Iterator[Stated]:
    for case in json.loads(_text(folder / "crisp" / "expected.json")):
        expected = case["expected"]
        wanted = expected.get("visible_text_equals") or expected.get("first_fragment_stripped_equals")
        wanted = wanted or expected.get("fragment_equals", {}).get("0")
        if wanted is not None:
            yield Stated("crisp", case["file"], wanted, separate(_text(folder / "crisp" / case["file"])).text)


def _zapier(folder: Path) -> Iterator[Stated]:
    for case in json.loads(_text(folder / "zapier" / "expected.json")):
        expected, got = case["expected"], separate(_text(folder / "zapier" / case["file"])).text
        wanted = expected.get("reply_equals") or expected.get("reply_stripped_equals")
        if wanted is not None:
            yield Stated("zapier", case["file"], wanted, got)
        for piece in expected.get("reply_contains", []):
            yield Stated("zapier", case["file"], piece, piece if piece in got else got)
        for piece in expected.get("reply_not_contains", []):
            yield Stated("zapier", case["file"], "", piece if piece in got else "")


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _talon(folder: Path) -> Iterator[Stated]:
    folder /= "talon"
    readers: dict[str, Callable[[dict[str, Any]], tuple[str, str]]] = {
        "html_reply": lambda case: (
            _squeezed(case["expected_text_ignoring_whitespace"]),
            _squeezed(separate_html(_text(folder / case["file"])).text),
        ),
        "html_inline": lambda case: (
            _squeezed(html.unescape(re.sub(r"<[^>]*>", "", case["expected_html_all_whitespace_removed"]))),
            _squeezed(separate_html(case["body"]).text.replace("> ", "")),
        ),
        "plain_inline": lambda case: (case["expected_text"], separate(case["body"]).text),
        "standard_reply_eml": lambda case: (
            case["expected_reply_stripped"],
            adapter.parse(Raw((folder / case["file"]).read_bytes()))[0].text,
        ),
    }
    for case in json.loads(_text(folder / "cases.json")):
        if case["kind"] in readers:
            wanted, got = readers[case["kind"]](case)
            yield Stated(f"talon {case['kind']}", case.get("file") or case["test"], wanted, got)


def main() -> int:
    folder = Path(os.environ.get("TIERLINE_DATA") or Path(__file__).parents[3] / "shared" / "data") / "email_reply"
    replies = list(stated_replies(folder))
    out = sys.stdout.write
    for source in dict.fromkeys(reply.source for reply in replies):
        of_source = [reply.is_exact for reply in replies if reply.source == source]
        out(f"{source:28} {sum(of_source):4} of {len(of_source):4}\n")
    exact = sum(reply.is_exact for reply in replies)
    out(f"{'all':28} {exact:4} of {len(replies):4}  {exact / len(replies):.1%} (bar {BAR:.0%})\n")
    for reply in replies:
        if not reply.is_exact:
            out(
                f"differs: {reply.source} {reply.name}\n  wanted {reply.wanted[-80:]!r}\n  got    {reply.got[-80:]!r}\n"
            )
    return 0 if exact >= BAR * len(replies) else 1


if __name__ == "__main__":
    sys.exit(main())
