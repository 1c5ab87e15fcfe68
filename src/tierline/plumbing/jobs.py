"""Work that happens after commit: enqueued in the same transaction, run at least once by a worker."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import structlog
from django.db import connection

log = structlog.get_logger(__name__)

QUEUE, TASK = "work", "tierline.run"


def path_of(function: Callable[..., Any]) -> str:
    return f"{function.__module__}:{function.__qualname__}"


def defer(function: Callable[..., Any], **facts: Any) -> None:
    """Run ``function(**facts)`` in a worker once this transaction commits. Facts are JSON values.

    ``function`` is a module-level callable; it may run more than once and must be idempotent.
    """
    defer_many([(function, facts)])


# procrastinate's own function, with the jobs as one JSON parameter: its Python layer took half of the time of firing
# a thousand timers, most of it for a log record of each job.
_DEFER = """
SELECT procrastinate_defer_jobs_v1(ARRAY(
    SELECT ROW(%s, %s, 0, NULL, NULL, args, NULL)::procrastinate_job_to_defer_v1
    FROM jsonb_array_elements(%s::jsonb) args
))
"""


def defer_many(calls: Iterable[tuple[Callable[..., Any], Mapping[str, Any]]]) -> None:
    rows: list[dict[str, Any]] = [{"call": path_of(function), "facts": dict(facts)} for function, facts in calls]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_DEFER, [QUEUE, TASK, json.dumps(rows)])


def resolve(call: str) -> Callable[..., Any]:
    module, _, name = call.partition(":")
    if not module.startswith("tierline."):
        raise LookupError(f"not ours: {call}")
    found = getattr(importlib.import_module(module), name)
    assert callable(found)
    return found  # type: ignore[no-any-return]  # narrowed by the line above, mypy sees Any
