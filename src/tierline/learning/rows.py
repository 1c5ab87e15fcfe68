"""Texts with labels, articles and questions, as people keep them in files."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tierline.learning.errors import ColumnsMissing, RowsUnreadable

# The label that means none of the others.
OOS = "oos"
# A cell may hold a whole mail.
_CELL = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Labelled:
    text: str
    label: str


@dataclass(frozen=True, slots=True)
class Article:
    id: str
    title: str
    text: str
    lang: str


@dataclass(frozen=True, slots=True)
class Question:
    """``article_ids`` is empty when no article answers it."""

    text: str
    article_ids: tuple[str, ...]


def read_labelled(path: Path) -> list[Labelled]:
    """Rows of a CSV (also .gz) with the columns text and label; those without a label are left out."""
    csv.field_size_limit(_CELL)
    try:
        reader = csv.DictReader(io.StringIO(_text(path), newline=""))
        missing = [name for name in ("text", "label") if name not in (reader.fieldnames or ())]
        if missing:
            raise ColumnsMissing(path=str(path), missing=missing)
        rows = [Labelled(row["text"] or "", (row["label"] or "").strip()) for row in reader]
    except csv.Error as wrong:
        raise RowsUnreadable(path=str(path), reason=str(wrong)) from None
    return [row for row in rows if row.label]


def read_articles(path: Path) -> list[Article]:
    """Lines of JSON with id, title, text and lang. The first of several with one id counts."""
    found: dict[str, Article] = {}
    for line, value in _lines(path):
        _need(path, line, value, ("id", "title", "text"))
        one = Article(str(value["id"]), _str(value["title"]), _str(value["text"]), _str(value.get("lang")))
        found.setdefault(one.id, one)
    return list(found.values())


def read_questions(path: Path) -> list[Question]:
    """Lines of JSON with text and article_ids."""
    questions = []
    for line, value in _lines(path):
        _need(path, line, value, ("text", "article_ids"))
        ids = value["article_ids"]
        if not isinstance(ids, list):
            raise RowsUnreadable(path=str(path), reason=f"line {line}: article_ids is not a list")
        questions.append(Question(_str(value["text"]), tuple(str(i) for i in ids)))
    return questions


def _need(path: Path, line: int, value: dict[str, Any], names: tuple[str, ...]) -> None:
    missing = [name for name in names if name not in value]
    if missing:
        raise ColumnsMissing(path=str(path), missing=missing, line=line)


def _lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except ValueError as wrong:
            raise RowsUnreadable(path=str(path), reason=f"line {number}: {wrong}") from None
        if not isinstance(value, dict):
            raise RowsUnreadable(path=str(path), reason=f"line {number}: not an object")
        yield number, value


def _str(value: object) -> str:
    return "" if value is None else str(value)


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
        if raw[:2] == b"\x1f\x8b":
            raw = gzip.decompress(raw)
        return raw.decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError) as wrong:
        raise RowsUnreadable(path=str(path), reason=str(wrong)) from None
