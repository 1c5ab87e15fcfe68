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
_SWEEP_LOCK = 0x7E51 << 44


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


_SET = """
WITH w AS (
    SELECT * FROM unnest(%s::text[], %s::bigint[], %s::bigint[], %s::text[], %s::timestamptz[])
    AS w(kind, enterprise_id, subject_id, key, due_at)
), gone AS (
    DELETE FROM plumbing_timer t WHERE t.kind = ANY(%s::text[]) AND t.subject_id = ANY(%s::bigint[])
    AND NOT EXISTS (SELECT FROM w WHERE w.kind = t.kind AND w.subject_id = t.subject_id AND w.key = t.key)
)
INSERT INTO plumbing_timer (provider_id, enterprise_id, kind, subject_id, key, due_at, generation)
SELECT %s, w.enterprise_id, w.kind, w.subject_id, w.key, w.due_at, 1 FROM w
ON CONFLICT (kind, subject_id, key) DO UPDATE
SET due_at = EXCLUDED.due_at, generation = plumbing_timer.generation + 1
WHERE plumbing_timer.due_at <> EXCLUDED.due_at
"""


def set_timers(subjects: Iterable[int], wanted: Mapping[str, Sequence[Wanted]]) -> None:
    """After this the subjects have exactly the wanted timers of these kinds; an unchanged row is not touched."""
    rows = [(kind, w) for kind, group in wanted.items() for w in group]
    with connection.cursor() as cursor:
        cursor.execute(
            _SET,
            [
                [kind for kind, _ in rows],
                [w.enterprise_id for _, w in rows],
                [w.subject_id for _, w in rows],
                [w.key for _, w in rows],
                [w.due_at for _, w in rows],
                list(wanted),
                list(subjects),
                tenancy.current().provider_id,
            ],
        )


def waking(kinds: Collection[str], subjects: Sequence[int]) -> dict[tuple[str, int, str], datetime]:
    """(kind, subject, key) -> when that timer falls due."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, subject_id, key, due_at FROM plumbing_timer"
            " WHERE kind = ANY(%s::text[]) AND subject_id = ANY(%s::bigint[])",
            [list(kinds), list(subjects)],
        )
        return {(row[0], row[1], row[2]): row[3] for row in cursor.fetchall()}


# Answered by the index on (due_at, id) alone, however many timers there are.
NEXT_DUE = "SELECT due_at FROM plumbing_timer ORDER BY due_at, id LIMIT 1"


def next_due() -> datetime | None:
    with connection.cursor() as cursor:
        cursor.execute(NEXT_DUE)
        row = cursor.fetchone()
    return row[0] if row else None


def sweep(now: datetime, *, limit: int = BATCH, leaves: timedelta = timedelta()) -> int:
    """Fire what is due at ``now``, oldest first; how many timers were dealt with. One transaction a kind.

    Processes take turns and none fires a timer twice; ``leaves``: what is overdue by less is another's.
    A handler that fails keeps its timers, put off by 30 s, and stops no other group.
    """
    groups: dict[tuple[int, str], list[Due]] = {}
    for due in _due(now - leaves, limit):
        groups.setdefault((due.provider_id, due.kind), []).append(due)
    return sum(_fire(group, now) for group in groups.values())


def settle(kinds: str, subjects: Sequence[int], now: datetime) -> int:
    """Fire what is due at ``now`` for these subjects, inside the caller's transaction; how many were dealt with.

    ``kinds`` is the part before the dot that the subject's timers share. For histories written after the fact:
    nobody else may find a timer of a story that is half told.
    """
    dealt = 0
    while due := _due_of(kinds, subjects, now):
        for kind, group in groupby(due, key=lambda d: d.kind):
            mine = _take([d.id for d in group], now)
            if mine:
                _fires[kind].handler(mine, now)
        dealt += len(due)
    return dealt


def _due_of(kinds: str, subjects: Sequence[int], now: datetime) -> list[Due]:
    scope = tenancy.current()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM plumbing_timer WHERE due_at <= %s AND subject_id = ANY(%s::bigint[])"
            " AND starts_with(kind, %s) AND provider_id = %s AND enterprise_id = ANY(%s::bigint[])"
            " ORDER BY kind, due_at, id",
            [now, list(subjects), f"{kinds}.", scope.provider_id, list(scope.enterprises)],
        )
        return [Due(*row) for row in cursor.fetchall()]


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
    with tenancy.scoped(first.provider_id, sorted({d.enterprise_id for d in due}), durable=True):
        if not _is_alone(first.provider_id):
            return 0
        fires = _fires[first.kind]
        subjects = list(dict.fromkeys(d.subject_id for d in due))
        free = set(fires.lock(subjects)) if fires.lock else set(subjects)
        mine = _take([d.id for d in due if d.subject_id in free], now)
        if mine:
            fires.handler(mine, now)
        return len(mine)


def _is_alone(provider_id: int) -> bool:
    """Whether no other process fires timers of this provider now: what is overdue goes in the order it fell due."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_SWEEP_LOCK + provider_id])
        return bool(cursor.fetchone()[0])


def _take(ids: Sequence[int], now: datetime) -> list[Due]:
    """Remove the rows that are still due, so that the handler's own ``set_timers`` writes the next instant."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM plumbing_timer WHERE id IN (SELECT id FROM plumbing_timer"
            f" WHERE id = ANY(%s) AND due_at <= %s FOR UPDATE SKIP LOCKED) RETURNING {_COLUMNS}",
            [list(ids), now],
        )
        return sorted((Due(*row) for row in cursor.fetchall()), key=lambda d: (d.due_at, d.id))
