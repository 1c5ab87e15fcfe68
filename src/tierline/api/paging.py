"""Keyset pages: the reader goes on behind what it saw last, however much is added before it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from tierline.domain.errors import Invalid

T = TypeVar("T")
_DIGITS = 18


def number(cursor: str) -> int:
    """The id or number that a cursor stands for; 0 for none. Raises Invalid."""
    if not cursor:
        return 0
    if not (cursor.isascii() and cursor.isdecimal()) or len(cursor) > _DIGITS:
        raise Invalid(field="cursor", value=cursor)
    return int(cursor)


def cut(rows: Sequence[T], limit: int) -> tuple[list[T], bool]:
    """The page of the rows, one of which may be too many, and whether more follow."""
    return list(rows[:limit]), len(rows) > limit
