"""A folder of Markdown and HTML files as articles-to-be: titles, languages, and the pictures they name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

import nh3

from tierline.domain.htmltext import markdown
from tierline.domain.text import SUBJECT_LIMIT

_MARKDOWN, _HTML = (".md", ".markdown"), (".html", ".htm")
_SIZE_LIMIT = 4 << 20
_PICTURE = re.compile(r"!\[([^\]\n]{0,500})\]\(\s*<?([^)\s>]{1,1000})>?(?:\s+[\"'][^)\n]*)?\)")
_FRONT = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*\n", re.DOTALL)
_HEADING = re.compile(r"\A\s*#[ \t]+([^\n]+)\n?")
_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Page:
    """``source`` is the path inside the folder; ``pictures`` are name in the text -> file on disk."""

    source: str
    title: str
    body: str
    language: str
    told: Mapping[str, str] = field(default_factory=dict)
    pictures: Mapping[str, Path] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that is no article: ``why`` is too_large, empty or not_text."""

    source: str
    why: str


def pages(folder: Path) -> Iterator[Page | Unread]:
    """Every Markdown and HTML file below the folder, in the order of their paths. Links out of it are not followed."""
    root = folder.resolve()
    for path in sorted(root.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
        if path.suffix.lower() in (*_MARKDOWN, *_HTML) and not hidden and _inside(path, root) and path.is_file():
            yield _page(path, root)


def _page(path: Path, root: Path) -> Page | Unread:
    source = path.relative_to(root).as_posix()
    if path.stat().st_size > _SIZE_LIMIT:
        return Unread(source, "too_large")
    try:
        text = path.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return Unread(source, "not_text")
    told: dict[str, str] = {}
    if path.suffix.lower() in _HTML:
        # Cleaned first: what the reader below makes of the rest is words and links only.
        title = markdown(text)[0]
        body = markdown(nh3.clean(text))[1]
    else:
        told, text = _front(text)
        title, body = told.get("title", ""), text
    if heading := _HEADING.match(body):
        title = title or heading[1].strip()
        body = body[heading.end() :] if title == heading[1].strip() else body
    if not body.strip():
        return Unread(source, "empty")
    body, pictures = _pictures(body, path.parent, root)
    name = title or path.stem.replace("_", " ").replace("-", " ")
    return Page(source, name[:SUBJECT_LIMIT], body.strip(), _language(told, name + body), told, pictures)


def _front(text: str) -> tuple[dict[str, str], str]:
    """The ``key: value`` lines at the top, and what follows them."""
    found = _FRONT.match(text)
    if found is None:
        return {}, text
    lines = (line.partition(":") for line in found[1].splitlines())
    told = {key.strip().lower(): value.strip().strip("\"'") for key, sep, value in lines if sep}
    return told, text[found.end() :]


def _pictures(body: str, folder: Path, root: Path) -> tuple[str, dict[str, Path]]:
    """The text with its own pictures named ``files/<name>``; one that is elsewhere becomes its words."""
    kept: dict[str, Path] = {}

    def place(found: re.Match[str]) -> str:
        target = folder / unquote(found[2].split("#")[0].split("?")[0])
        if "://" in found[2] or not _inside(target, root) or not target.is_file():
            return found[1]
        name = re.sub(r"[^\w.\-]+", "_", target.name)
        while name in kept and kept[name].resolve() != target.resolve():
            name = f"_{name}"
        kept[name] = target
        return f"![{found[1]}](files/{name})"

    return _PICTURE.sub(place, body), kept


def _inside(path: Path, root: Path) -> bool:
    return path.resolve().is_relative_to(root)


def _language(told: Mapping[str, str], text: str) -> str:
    said = told.get("language", told.get("lang", "")).lower()
    if said:
        return "en" if said.startswith("en") else "zh-hans"
    return "zh-hans" if len(_HAN.findall(text)) * 20 > len(text) else "en"
