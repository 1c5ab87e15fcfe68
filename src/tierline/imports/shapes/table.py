"""A table of anybody's, by a mapping that says which column is what: one row a ticket, or one a message of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tierline.domain.errors import Invalid, Missing
from tierline.domain.priority import Impact, Urgency
from tierline.imports.base import Case, Row, Step

NEEDED = ("key", "opened_at")
COLUMNS = (*NEEDED, "subject", "text", "requester", "priority", "answered_at", "resolved_at", "closed_at", "resolution")
SETTINGS = ("zone", "time_format", "blank", "priorities")


class Table:
    """``mapping``: our name -> their column, and besides ``zone``, ``time_format`` (as strptime, or several of which
    the first that fits is right; empty is ISO 8601), ``blank`` (what they write for nothing) and ``priorities`` (their
    word -> [impact, urgency]). Raises Invalid or Missing for a mapping that does not fit the header.
    """

    def __init__(self, mapping: Mapping[str, Any], header: Sequence[str], *, name: str = "table") -> None:
        self.name = name
        for name in mapping:
            if name not in (*COLUMNS, *SETTINGS):
                raise Invalid(field=f"mapping.{name}", value=name, allowed=[*COLUMNS, *SETTINGS])
        for name in NEEDED:
            if not mapping.get(name):
                raise Missing(field=f"mapping.{name}")
        self._column = {name: str(mapping[name]) for name in COLUMNS if mapping.get(name)}
        for name, column in self._column.items():
            if column not in header:
                raise Invalid(field=f"mapping.{name}", value=column, allowed=list(header)[:40])
        self._formats = _words(mapping.get("time_format", ""))
        self._blank = {"", *_words(mapping.get("blank", ""))}
        self._zone = _zone(str(mapping.get("zone", "UTC")))
        self._stated = _stated(mapping.get("priorities", {}))

    def key(self, row: Row) -> str:
        # GLPI shows its numbers in groups of three.
        told = row[self._column["key"]].strip()
        bare = "".join(told.split())
        return bare if bare.isdecimal() else told

    def figures(self) -> TableFigures:
        return TableFigures(self)

    def case(self, rows: Sequence[Row]) -> Case:
        first = rows[0]
        key = self.key(first)
        if not key:
            raise Missing(field=self._column["key"])
        opened_at = self._instant(first, "opened_at")
        assert opened_at is not None
        texts = [text for row in rows if (text := self._text(row, "text"))]
        return Case(
            key=key,
            subject=self._text(first, "subject") or key,
            text="\n\n".join(texts) or self._text(first, "subject") or key,
            opened_at=opened_at,
            requester=self._text(first, "requester") or f"{''.join(key.split()).lower()}@import.invalid",
            stated=self._stated.get(self._text(first, "priority"), ("", "")),
            steps=self._steps(rows[-1]),
        )

    def opened_at(self, row: Row) -> datetime:
        at = self._instant(row, "opened_at")
        assert at is not None
        return at

    def _steps(self, row: Row) -> list[Step]:
        answered, resolved, closed = (
            self._instant(row, name, is_needed=False) for name in ("answered_at", "resolved_at", "closed_at")
        )
        resolved = resolved or closed
        steps = []
        if answered:
            steps.append(Step("public_message", answered, {"automatic": False}, {"text": "-"}, "public"))
        if resolved:
            words = {"resolution": self._text(row, "resolution") or "-"}
            steps.append(Step("resolved", resolved, {"cause": "unknown", "replied": False}, words))
        if closed:
            steps.append(Step("verified", closed, {"by": "silence"}))
            steps.append(Step("archived", closed, {"knowledge": "none"}))
        return steps

    def _text(self, row: Row, name: str) -> str:
        told = row[self._column[name]].strip() if name in self._column else ""
        return "" if told in self._blank else told

    def _instant(self, row: Row, name: str, *, is_needed: bool = True) -> datetime | None:
        text = self._text(row, name)
        if not text:
            if is_needed:
                raise Missing(field=self._column[name])
            return None
        for form in self._formats:
            read = _read(text, form)
            if read is not None:
                return read if read.tzinfo else read.replace(tzinfo=self._zone)
        raise Invalid(field=self._column[name], value=text[:60])


class _Dated(Protocol):
    def opened_at(self, row: Row) -> datetime: ...


class TableFigures:
    """How many cases and rows, opened from when to when."""

    def __init__(self, table: _Dated) -> None:
        self._table = table
        self._cases = self._rows = 0
        self._ends: list[datetime] = []

    def take(self, rows: Sequence[Row]) -> None:
        self._cases += 1
        self._rows += len(rows)
        at = self._table.opened_at(rows[0])
        self._ends = [min([*self._ends[:1], at]), max([*self._ends[1:], at])]

    def result(self) -> dict[str, Any]:
        first, last = (end.isoformat() for end in self._ends) if self._ends else (None, None)
        return {"cases": self._cases, "rows": self._rows, "opened_from": first, "opened_to": last}


def _read(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form) if form else datetime.fromisoformat(text)  # noqa: DTZ007
    except ValueError:
        return None


def _words(given: Any) -> list[str]:
    return [str(word) for word in given] if isinstance(given, list) else [str(given)]


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as wrong:
        raise Invalid(field="mapping.zone", value=name) from wrong


def _stated(given: Any) -> dict[str, tuple[str, str]]:
    if not isinstance(given, Mapping):
        raise Invalid(field="mapping.priorities", value=str(given)[:60])
    stated = {}
    for word, pair in given.items():
        allowed = [[i.value for i in Impact], [u.value for u in Urgency]]
        if not (isinstance(pair, list) and len(pair) == 2 and all(p in a for p, a in zip(pair, allowed, strict=True))):
            raise Invalid(field=f"mapping.priorities.{word}", value=str(pair)[:60], allowed=allowed)
        stated[str(word)] = (pair[0], pair[1])
    return stated
