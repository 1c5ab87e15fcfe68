"""Escalation and alert steps, decided as a value: the page draws the plan, the worker does what is due."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from tierline.domain.events import Event, in_fold_order, standing
from tierline.domain.sla import Due, Reading, planned
from tierline.domain.terms import Terms

# P1 is worked by the tiers together: L2 is paged when it is graded, L3 after this unless it is restored.
PAGE_L3_AFTER = timedelta(minutes=15)
PAGE = "page"


def plan(readings: Iterable[Reading], terms: Mapping[int, Terms] | Terms) -> tuple[Due, ...]:
    """Every step of every open clock with the instant it falls due, in order. The ticket page draws exactly this."""
    return tuple(sorted(due for reading in readings for due in planned(reading, terms)))


def overdue(plan: Iterable[Due], *, done: Collection[str], now: datetime) -> tuple[Due, ...]:
    """Planned steps that have fallen due and were not done, by key. The worker runs exactly this."""
    return tuple(due for due in plan if due.at <= now and due.key not in done)


def pages(*, priority: str, graded_at: datetime, restored_at: datetime | None) -> tuple[Due, ...]:
    """Whom a P1 pages and when: L2 when it is graded, L3 after 15 minutes unless restored by then. Others: nobody."""
    if priority != "P1":
        return ()
    second = Due(graded_at, PAGE, "L2", 1, PAGE, "L2")
    third_at = graded_at + PAGE_L3_AFTER
    if restored_at is not None and restored_at <= third_at:
        return (second,)
    return second, Due(third_at, PAGE, "L3", 1, PAGE, "L3")


def owed_pages(events: Iterable[Event]) -> tuple[Due, ...]:
    """The pages of a P1 that are not on the record yet, those of the future too; none once it is resolved.

    Each time the ticket becomes a P1 - graded so, raised later, reopened as one - it pages anew.
    """
    priority, graded_at, restored_at = "", None, None
    is_alive, paged = True, set[str]()
    for event in in_fold_order(standing(events)):
        told, before = event.payload, (priority, graded_at)
        if event.type == "opened":
            priority = str(told.get("priority", ""))
            graded_at = event.occurred_at if told.get("impact") and told.get("urgency") else None
        elif event.type == "prioritised":
            is_new = graded_at is None or priority != told["priority"]
            priority, graded_at = str(told["priority"]), event.occurred_at if is_new else graded_at
        elif event.type == "reopened":
            is_alive, restored_at = True, None
            graded_at = event.occurred_at if graded_at is not None else None
        elif event.type in ("restored", "resolved"):
            is_alive, restored_at = event.type != "resolved", restored_at or event.occurred_at
        elif event.type in ("merged", "unmerged"):
            is_alive = event.type == "unmerged"
        if event.type == "paged":
            paged.add(f"L{told['tier']}")
        elif (priority, graded_at) != before:
            paged = set()
    if graded_at is None or not is_alive:
        return ()
    return tuple(
        d for d in pages(priority=priority, graded_at=graded_at, restored_at=restored_at) if d.party not in paged
    )
