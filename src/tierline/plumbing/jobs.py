"""Work that happens after commit: enqueued in the same transaction, run at least once by a worker."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import structlog
from procrastinate.contrib.django import app

log = structlog.get_logger(__name__)

QUEUE = "work"


def path_of(function: Callable[..., Any]) -> str:
    return f"{function.__module__}:{function.__qualname__}"


def defer(function: Callable[..., Any], **facts: Any) -> None:
    """Run ``function(**facts)`` in a worker once this transaction commits. Facts are JSON values.

    ``function`` is a module-level callable; it may run more than once and must be idempotent.
    """
    defer_many([(function, facts)])


def defer_many(calls: Iterable[tuple[Callable[..., Any], Mapping[str, Any]]]) -> None:
    rows: list[dict[str, Any]] = [{"call": path_of(function), "facts": dict(facts)} for function, facts in calls]
    if rows:
        app.configure_task("tierline.run", queue=QUEUE).batch_defer(*rows)


def resolve(call: str) -> Callable[..., Any]:
    module, _, name = call.partition(":")
    if not module.startswith("tierline."):
        raise LookupError(f"not ours: {call}")
    found = getattr(importlib.import_module(module), name)
    assert callable(found)
    return found  # type: ignore[no-any-return]  # narrowed by the line above, mypy sees Any
