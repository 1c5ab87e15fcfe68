"""HTML as Markdown: headings, lists, tables, links, pictures and code; of everything else the words."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_SILENT = frozenset({"script", "style", "head", "template", "noscript", "svg", "math", "iframe", "object", "form"})
_BLOCKS = frozenset(
    "p div section article main header footer aside nav figure figcaption blockquote dl dt dd address hr".split()
)
_MARKS = {"strong": "**", "b": "**", "em": "*", "i": "*", "del": "~~", "s": "~~", "code": "`"}
_SPACE = re.compile(r"\s+")
_SAFE = re.compile(r"(?:https?|mailto|tel):|[^:]*$", re.IGNORECASE)
_SPECIAL = re.compile(r"([\\`*_\[\]<>#|])")


def markdown(html: str) -> tuple[str, str]:
    """(title, Markdown). The title is the page's ``<title>``, else its first heading, else empty.

    Scripts, styles and what they hold go. Never raises: broken markup is read as far as it makes sense.
    """
    reader = _Reader()
    reader.feed(html.replace("\x00", ""))
    reader.close()
    body = re.sub(r"[ \t]+\n", "\n", "".join(reader.out))
    return reader.title.strip() or reader.first_heading.strip(), re.sub(r"\n{3,}", "\n\n", body).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.title = self.first_heading = ""
        self._silent: list[str] = []
        self._lists: list[int | None] = []
        self._links: list[str] = []
        self._cells: int | None = None
        self._rows = 0
        self._in_cell = False
        self._heading = ""
        self._in_pre = self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "title":
            self._in_title = True
        elif tag in _SILENT:
            self._silent.append(tag)
        elif not self._silent:
            self._open(tag, told)

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False
        elif tag in _SILENT:
            if tag in self._silent:
                del self._silent[self._silent.index(tag) :]
        elif not self._silent:
            self._close(tag)

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
        elif not self._silent:
            self._say(data)

    def _say(self, data: str) -> None:
        if self._in_pre:
            self.out.append(data)
            return
        words = _SPACE.sub(" ", data)
        if self._heading == "h1" or (self._heading and not self.first_heading):
            self.first_heading += words
        if words == " " and (not self.out or self.out[-1].endswith(("\n", " "))):
            return
        self.out.append(_SPECIAL.sub(r"\\\1", words))

    def _open(self, tag: str, told: dict[str, str]) -> None:
        if re.fullmatch("h[1-6]", tag):
            self._heading = tag
            self.out.append(f"\n\n{'#' * int(tag[1])} ")
        elif tag in ("ul", "ol"):
            self._lists.append(1 if tag == "ol" else None)
            self.out.append("\n" if len(self._lists) > 1 else "\n\n")
        elif tag == "li":
            self.out.append(f"\n{self._bullet()}")
        elif tag == "br":
            self.out.append("\n" if self._in_pre else "  \n")
        elif tag == "pre":
            self._in_pre = True
            self.out.append("\n\n```\n")
        elif tag == "a":
            self._links.append(told.get("href", "") if _SAFE.match(told.get("href", "").strip()) else "")
            self.out.append("[" if self._links[-1] else "")
        elif tag == "img":
            self.out.append(_picture(told))
        elif tag == "tr":
            self._end_row()
            self.out.append("\n|")
            self._cells = 0
        elif tag == "table":
            self._rows = 0
            self.out.append("\n\n")
        elif tag in ("td", "th"):
            self._end_cell()
            self._in_cell = True
            self.out.append(" ")
        elif tag in _MARKS and not self._in_pre:
            self.out.append(_MARKS[tag])
        elif tag in _BLOCKS:
            self.out.append("\n\n> " if tag == "blockquote" else "\n\n---\n\n" if tag == "hr" else "\n\n")

    def _close(self, tag: str) -> None:
        if re.fullmatch("h[1-6]", tag):
            self._heading = ""
            self.out.append("\n\n")
        elif tag in ("ul", "ol") and self._lists:
            self._lists.pop()
            self.out.append("" if self._lists else "\n\n")
        elif tag == "pre" and self._in_pre:
            self._in_pre = False
            self.out.append("\n```\n\n")
        elif tag == "a" and self._links:
            target = self._links.pop()
            self.out.append(f"]({target.strip().replace(' ', '%20').replace(')', '%29')})" if target else "")
        elif tag in ("td", "th"):
            self._end_cell()
        elif tag == "tr":
            self._end_row()
        elif tag in _MARKS and not self._in_pre:
            self.out.append(_MARKS[tag])
        elif tag == "table":
            self._end_row()
            self.out.append("\n\n")
        elif tag in _BLOCKS:
            self.out.append("\n\n")

    def _end_cell(self) -> None:
        """Cells and rows may end without saying so."""
        if self._in_cell:
            self._in_cell = False
            self._cells = (self._cells or 0) + 1
            self.out.append(" |")

    def _end_row(self) -> None:
        self._end_cell()
        if self._cells is not None:
            self._rows += 1
            self.out.append("\n|" + " --- |" * self._cells if self._rows == 1 else "")
            self._cells = None

    def _bullet(self) -> str:
        if not self._lists:
            return "- "
        number = self._lists[-1]
        indent = "   " * (len(self._lists) - 1)
        if number is None:
            return f"{indent}- "
        self._lists[-1] = number + 1
        return f"{indent}{number}. "


def _picture(told: dict[str, str]) -> str:
    source = told.get("src", "").strip()
    if not source or source.lower().startswith(("data:", "javascript:")):
        return ""
    alt = _SPECIAL.sub(r"\\\1", _SPACE.sub(" ", told.get("alt", "")))
    return f"![{alt}]({source.replace(' ', '%20').replace(')', '%29')})"
