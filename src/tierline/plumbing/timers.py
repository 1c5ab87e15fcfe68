"""When does something fall due? Durable rows, swept as a set, with the effects in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

import structlog
from django.db import connection, transaction

from tierline.plumbing import tenancy

log = structlog.get_logger(__name__)

BATCH = 500
RETRY_AFTER = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Due:
    """``generation`` changes whenever the timer is set anew; the sweep holds the row's lock."""

    id: int
    provider_id: int
    enterprise_id: int
    kind: str
    subject_id: int
    key: str
    due_at: datetime
    generation: int


@dataclass(frozen=True, slots=True)
class Wanted:
    enterprise_id: int
    subject_id: int
    key: str
    due_at: datetime


Handler = Callable[[Sequence[Due], datetime], None]
_handlers: dict[str, Handler] = {}


def use(table: Mapping[str, Handler]) -> None:
    """Handed down once at start-up by the composition root: timer kind -> handler of a set of due rows."""
    _handlers.clear()
    _handlers.update(table)


def set_timers(kind: str, subjects: Iterable[int], wanted: Sequence[Wanted]) -> None:
    """After this the subjects have exactly the wanted timers of this kind; an unchanged row is not touched."""
    provider = tenancy.current().provider_id
    columns = (
        [w.enterprise_id for w in wanted],
        [w.subject_id for w in wanted],
        [w.key for w in wanted],
        [w.due_at for w in wanted],
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM plumbing_timer t WHERE t.kind = %s AND t.subject_id = ANY(%s::bigint[]) AND NOT EXISTS ("
            " SELECT 1 FROM unnest(%s::bigint[], %s::text[]) w(subject_id, key)"
            " WHERE w.subject_id = t.subject_id AND w.key = t.key)",
            [kind, list(subjects), columns[1], columns[2]],
        )
        if wanted:
            cursor.execute(
                "INSERT INTO plumbing_timer (provider_id, enterprise_id, kind, subject_id, key, due_at, generation)"
                " SELECT %s, w.enterprise_id, %s, w.subject_id, w.key, w.due_at, 1"
                " FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::timestamptz[])"
                " AS w(enterprise_id, subject_id, key, due_at)"
                " ON CONFLICT (kind, subject_id, key) DO UPDATE"
                " SET due_at = EXCLUDED.due_at, generation = plumbing_timer.generation + 1"
                " WHERE plumbing_timer.due_at <> EXCLUDED.due_at",
                [provider, kind, *columns],
            )


def waking(kind: str, subjects: Sequence[int]) -> dict[tuple[int, str], datetime]:
    """(subject, key) -> when its timer of this kind falls due."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT subject_id, key, due_at FROM plumbing_timer WHERE kind = %s AND subject_id = ANY(%s::bigint[])",
            [kind, list(subjects)],
        )
        return {(row[0], row[1]): row[2] for row in cursor.fetchall()}


def next_due() -> datetime | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT due_at FROM plumbing_timer ORDER BY due_at, id LIMIT 1")
        row = cursor.fetchone()
    return row[0] if row else None


def sweep(now: datetime, *, limit: int = BATCH) -> int:
    """Fire what is due at ``now``, oldest first; how many rows were dealt with. One transaction a group.

    Rows are claimed with SKIP LOCKED, so many workers share the load and none fires a row twice. A
    handler that fails keeps its rows, put off by 30 s, and stops no other group.
    """
    with transaction.atomic(durable=True):
        rows = _claim(now, limit)
        for (provider_id, enterprise_id, kind), group in groupby(
            sorted(rows, key=lambda r: (r.provider_id, r.enterprise_id, r.kind, r.due_at, r.id)),
            key=lambda r: (r.provider_id, r.enterprise_id, r.kind),
        ):
            _fire(provider_id, enterprise_id, kind, list(group), now)
    return len(rows)


def _claim(now: datetime, limit: int) -> list[Due]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, provider_id, enterprise_id, kind, subject_id, key, due_at, generation FROM plumbing_timer"
            " WHERE due_at <= %s ORDER BY due_at, id LIMIT %s FOR UPDATE SKIP LOCKED",
            [now, limit],
        )
        return [Due(*row) for row in cursor.fetchall()]


def _fire(provider_id: int, enterprise_id: int, kind: str, due: Sequence[Due], now: datetime) -> None:
    ids = [d.id for d in due]
    try:
        with tenancy.scoped(provider_id, (enterprise_id,)):
            _delete(due)
            _handlers[kind](due, now)
    except Exception:  # the worker's loop: log, put off, go on with the others
        log.exception("timer_handler_failed", kind=kind, timers=ids)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE plumbing_timer SET due_at = %s WHERE id = ANY(%s)", [now + RETRY_AFTER, ids])


def _delete(due: Sequence[Due]) -> None:
    """Before the handler runs, so that the handler's own ``set_timers`` writes the next instant."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM plumbing_timer WHERE id = ANY(%s)", [[d.id for d in due]])
