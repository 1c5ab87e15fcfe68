"""Markdown to HTML that may stand on a page: rendered without raw HTML, then cleaned by an allow list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import nh3
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

_TAGS = {
    "h2", "h3", "h4", "h5", "p", "ul", "ol", "li", "blockquote", "pre", "code", "hr", "br",
    "em", "strong", "s", "a", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto", "tel"}

_writer = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])


def render(text: str, pictures: Mapping[str, str] | None = None) -> SafeString:
    """The page has an h1 of its own, so the highest heading is an h2.

    ``pictures``: the source that the text names -> the address of our own that shows it. Every other picture goes:
    no request leaves the origin.
    """
    tokens = _writer.parse(text)
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    highest = min((int(token.tag[1]) for token in headings), default=1)
    for token in headings:
        token.tag = f"h{min(int(token.tag[1]) - highest + 2, 5)}"
    for token in tokens:
        if token.children is not None:
            token.children = [child for child in token.children if _kept(child, pictures or {})]
    shown = _writer.renderer.render(tokens, _writer.options, {})
    tags, attributes = (_TAGS | {"img"}, {**_ATTRIBUTES, "img": {"src", "alt"}}) if pictures else (_TAGS, _ATTRIBUTES)
    return SafeString(
        nh3.clean(
            shown, tags=tags, attributes=attributes, url_schemes=_SCHEMES, link_rel="noopener noreferrer nofollow"
        )
    )


def _kept(token: Any, pictures: Mapping[str, str]) -> bool:
    if token.type != "image":
        return True
    source = str(token.attrs.get("src", ""))
    token.attrs["src"] = pictures.get(source, "")
    return source in pictures
