"""Zammad: the first article is the request, the others are messages and notes; the state says how it ended."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from datetime import datetime

import nh3

from tierline.domain.errors import Missing
from tierline.imports import zammad
from tierline.imports.base import Case, Row, Step
from tierline.imports.shapes.table import TableFigures
from tierline.imports.shapes.tiered import instant

_STATED = {
    "1 low": ("minor", "low"),
    "2 normal": ("moderate", "medium"),
    "3 high": ("significant", "high"),
}
_OVER = {"closed", "merged", "removed"}
_PENDING = {"pending reminder", "pending close"}
_BREAK = re.compile(r"<br\s*/?>|</(?:p|div|li|tr|h[1-6]|blockquote)>", re.IGNORECASE)


class Zammad:
    name = "zammad"
    columns = zammad.COLUMNS

    def key(self, row: Row) -> str:
        return row["number"] or row["id"]

    def figures(self) -> TableFigures:
        return TableFigures(self)

    def opened_at(self, row: Row) -> datetime:
        if not row["created_at"]:
            raise Missing(field="created_at")
        return instant(row["created_at"])

    def case(self, rows: Sequence[Row]) -> Case:
        first, key = rows[0], self.key(rows[0])
        return Case(
            key=key,
            subject=first["title"] or key,
            text=_words(first) or first["title"] or key,
            opened_at=self.opened_at(first),
            requester=first["customer"] or f"{key.lower()}@import.invalid",
            stated=_STATED.get(first["priority"], ("", "")),
            steps=[*(_said(row) for row in rows[1:] if _words(row)), *_ended(first, rows[-1])],
        )


def _said(row: Row) -> Step:
    at, words = instant(row["article.created_at"]), {"text": _words(row)}
    if row["article.sender"] == "Customer":
        return Step("customer_message", at, {}, words, "public", by="requester")
    by = "system" if row["article.sender"] == "System" else "engineer"
    if row["article.internal"] == "true":
        return Step("note", at, {"kind": "work"}, words, by=by)
    return Step("public_message", at, {"automatic": by == "system"}, words, "public", by=by)


def _ended(ticket: Row, last: Row) -> list[Step]:
    """Zammad keeps when a ticket was closed; of any other state only that the ticket was changed since."""
    told = ticket["close_at"] or ticket["updated_at"] or last["article.created_at"] or ticket["created_at"]
    if ticket["state"] in _OVER:
        at = instant(told)
        cause = "unknown" if ticket["state"] == "closed" else "cancelled"
        return [
            Step("resolved", at, {"cause": cause, "replied": False}),
            Step("verified", at, {"by": "silence"}, by="system"),
            Step("archived", at, {"knowledge": "none"}, by="system"),
        ]
    if ticket["state"] in _PENDING:
        until = instant(ticket["pending_time"]).isoformat() if ticket["pending_time"] else None
        waits = {"on": "date", "reason": "imported", "until": until}
        return [Step("waited", instant(ticket["updated_at"] or told), waits)]
    return []


def _words(row: Row) -> str:
    body = row["article.body"]
    if row["article.content_type"].startswith("text/html"):
        body = html.unescape(nh3.clean(_BREAK.sub("\n", body), tags=set()))
    return body.strip()
