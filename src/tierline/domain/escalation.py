"""Escalation and alert steps, decided as a value: the page draws the plan, the worker does what is due."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

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
