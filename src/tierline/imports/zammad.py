"""Tickets as Zammad's REST API gives them with ``expand=true``, each with its ``articles``: one row per article.

A list in one file, or one ticket a line. Fields that are not named here are passed over unread.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

import msgspec

from tierline.imports.base import Row, UnreadableExport

FILE_LIMIT = 200 * 1024 * 1024
LINE_LIMIT = 32 * 1024 * 1024


class Article(msgspec.Struct):
    created_at: str = ""
    sender: str | None = None
    type: str | None = None
    internal: bool | None = None
    content_type: str | None = None
    body: str | None = None


class Ticket(msgspec.Struct):
    id: int | str
    created_at: str
    number: str | int | None = None
    title: str | None = None
    state: str | None = None
    priority: str | None = None
    customer: str | None = None
    updated_at: str | None = None
    close_at: str | None = None
    pending_time: str | None = None
    articles: list[Article] = []


_LIST = msgspec.json.Decoder(list[Ticket])
_ONE = msgspec.json.Decoder(Ticket)
_TICKET = (
    "id",
    "number",
    "title",
    "state",
    "priority",
    "customer",
    "created_at",
    "updated_at",
    "close_at",
    "pending_time",
)
_ARTICLE = ("created_at", "sender", "type", "internal", "content_type", "body")
COLUMNS = frozenset({*_TICKET, *(f"article.{name}" for name in _ARTICLE)})


def rows(raw: IO[bytes], *, is_list: bool) -> Iterator[Row]:
    """Raises UnreadableExport for what is no such ticket, or is larger than the limits."""
    for n, ticket in enumerate(_all(raw) if is_list else _by_line(raw), start=1):
        if not str(ticket.id).strip():
            raise UnreadableExport(why="id", line=n)
        own = {name: _text(getattr(ticket, name)) for name in _TICKET}
        for article in ticket.articles or [Article()]:
            yield own | {f"article.{name}": _text(getattr(article, name)) for name in _ARTICLE}


def _all(raw: IO[bytes]) -> list[Ticket]:
    body = raw.read(FILE_LIMIT + 1)
    if len(body) > FILE_LIMIT:
        raise UnreadableExport(why="too_large", limit=FILE_LIMIT)
    try:
        return _LIST.decode(body.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
        raise UnreadableExport(why=str(wrong)[:200]) from wrong


def _by_line(raw: IO[bytes]) -> Iterator[Ticket]:
    n = 0
    while line := raw.readline(LINE_LIMIT + 1):
        n += 1
        if len(line) > LINE_LIMIT:
            raise UnreadableExport(why="too_large", line=n, limit=LINE_LIMIT)
        if not line.strip():
            continue
        try:
            yield _ONE.decode(line.removeprefix(b"\xef\xbb\xbf"))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
            raise UnreadableExport(line=n, why=str(wrong)[:200]) from wrong


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    text = "" if value is None else str(value)
    if "\x00" in text:
        raise UnreadableExport(why="nul")
    return text
