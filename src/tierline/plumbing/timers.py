"""When does something fall due? Durable rows, swept as a set, with the effects in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

import structlog
from django.db import connection

from tierline.plumbing import tenancy

log = structlog.get_logger(__name__)

BATCH = 500
_COLUMNS = "id, provider_id, enterprise_id, kind, subject_id, key, due_at, generation"
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
Lock = Callable[[Sequence[int]], Collection[int]]


@dataclass(frozen=True, slots=True)
class Fires:
    """``lock`` takes the subjects that are free right now (SKIP LOCKED) and says which those are.

    A verb locks its subject and then sets its timers; a sweep must take them in the same order, or the
    two would wait for each other. A busy subject is left for the next look.
    """

    handler: Handler
    lock: Lock | None = None


_fires: dict[str, Fires] = {}


def use(table: Mapping[str, Fires]) -> None:
    """Handed down once at start-up by the composition root: what a due timer of each kind sets off."""
    _fires.clear()
    _fires.update(table)


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
    """Fire what is due at ``now``, oldest first; how many timers were dealt with. One transaction a group.

    Many workers share the load and none fires a timer twice. A handler that fails keeps its timers, put
    off by 30 s, and stops no other group.
    """
    dealt = 0
    due = sorted(_due(now, limit), key=lambda r: (r.provider_id, r.enterprise_id, r.kind, r.due_at, r.id))
    for _, group in groupby(due, key=lambda r: (r.provider_id, r.enterprise_id, r.kind)):
        dealt += _fire(list(group), now)
    return dealt


def _due(now: datetime, limit: int) -> list[Due]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM plumbing_timer WHERE due_at <= %s ORDER BY due_at, id LIMIT %s", [now, limit]
        )
        return [Due(*row) for row in cursor.fetchall()]


def _fire(due: Sequence[Due], now: datetime) -> int:
    """One transaction for the group; where that fails, one per subject, so that only the faulty one is put off."""
    try:
        return _fire_together(due, now)
    except Exception:  # the worker's loop: log, go on with the others
        subjects = {d.subject_id for d in due}
        log.exception("timer_handler_failed", kind=due[0].kind, timers=[d.id for d in due])
        if len(subjects) > 1:
            return sum(_fire([d for d in due if d.subject_id == subject], now) for subject in sorted(subjects))
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE plumbing_timer SET due_at = %s WHERE id = ANY(%s)", [now + RETRY_AFTER, [d.id for d in due]]
            )
        return len(due)


def _fire_together(due: Sequence[Due], now: datetime) -> int:
    first = due[0]
    with tenancy.scoped(first.provider_id, (first.enterprise_id,), durable=True):
        fires = _fires[first.kind]
        subjects = list(dict.fromkeys(d.subject_id for d in due))
        free = set(fires.lock(subjects)) if fires.lock else set(subjects)
        mine = _take([d.id for d in due if d.subject_id in free], now)
        if mine:
            fires.handler(mine, now)
        return len(mine)


def _take(ids: Sequence[int], now: datetime) -> list[Due]:
    """Remove the rows that are still due, so that the handler's own ``set_timers`` writes the next instant."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM plumbing_timer WHERE id IN (SELECT id FROM plumbing_timer"
            f" WHERE id = ANY(%s) AND due_at <= %s FOR UPDATE SKIP LOCKED) RETURNING {_COLUMNS}",
            [list(ids), now],
        )
        return sorted((Due(*row) for row in cursor.fetchall()), key=lambda d: (d.due_at, d.id))
