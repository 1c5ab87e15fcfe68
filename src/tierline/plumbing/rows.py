"""Very many rows in one short statement: the values travel as one JSON parameter.

Django's own bulk writing spends most of its time building a statement with a placeholder per value
(1,000 tickets with their events: 2.0 s of 2.9 s); this is the same set-based write without it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection, models

_BATCH = 5000


def insert(rows: Sequence[models.Model]) -> None:
    """Insert rows of one model. An unset primary key is the database's to give and is not read back."""
    for start in range(0, len(rows), _BATCH):
        part = rows[start : start + _BATCH]
        columns, names = _columns(type(part[0]), part[0].pk is not None)
        table = type(part[0])._meta.db_table
        _run(
            f"INSERT INTO {table} ({columns}) SELECT {columns} FROM jsonb_populate_recordset(NULL::{table}, %s)",
            [{name: _plain(getattr(row, name)) for name in names} for row in part],
        )


def insert_new(rows: Sequence[models.Model]) -> set[int]:
    """Insert those that no unique key refuses; the keys of what was inserted by this call and no other."""
    if not rows:
        return set()
    columns, names = _columns(type(rows[0]), rows[0].pk is not None)
    table = type(rows[0])._meta.db_table
    values = [{name: _plain(getattr(row, name)) for name in names} for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({columns}) SELECT {columns} FROM jsonb_populate_recordset(NULL::{table}, %s)"
            " ON CONFLICT DO NOTHING RETURNING id",
            [json.dumps(values, separators=(",", ":"))],
        )
        return {row[0] for row in cursor.fetchall()}


def update(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Write the named columns of rows that the caller has locked."""
    if rows:
        table = type(rows[0])._meta.db_table
        _run(
            f"UPDATE {table} t SET ({', '.join(names)}) = ROW({', '.join(f'r.{name}' for name in names)})"
            f" FROM jsonb_populate_recordset(NULL::{table}, %s) r WHERE t.id = r.id",
            [{"id": row.pk} | {name: _plain(getattr(row, name)) for name in names} for row in rows],
        )


def _run(statement: str, values: list[dict[str, Any]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [json.dumps(values, separators=(",", ":"))])


@lru_cache(maxsize=64)
def _columns(model: type[models.Model], with_key: bool) -> tuple[str, tuple[str, ...]]:
    names = tuple(f.attname for f in model._meta.concrete_fields if with_key or not f.primary_key)
    return ", ".join(names), names


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return "\\x" + bytes(value).hex()
    return value
