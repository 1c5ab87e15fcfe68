"""What may go out next, and when to look again, inside another transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection

from tierline.hooks.models import Subscription
from tierline.plumbing import timers
from tierline.plumbing.service import require_transaction

PUMP, PRUNE = "hooks.pump", "hooks.prune"
_KEY = "next"
# Whoever began to call that long ago and did not finish is dead.
CLAIM = timedelta(minutes=2)

# The first of each ticket's queued deliveries. Nothing waits behind one that the other side has seen and refused.
_HEADS = """
SELECT d.id, d.due_at FROM hooks_delivery d
WHERE d.subscription_id = %(subscription)s AND d.state = 'queued'
    AND (d.claimed_at IS NULL OR d.claimed_at <= %(stale)s)
    AND NOT EXISTS (
        SELECT FROM hooks_delivery e
        WHERE e.subscription_id = d.subscription_id AND e.ticket_id = d.ticket_id AND e.state = 'queued'
            AND e.seq < d.seq AND NOT e.is_refused
    )
ORDER BY d.due_at, d.id LIMIT %(limit)s
"""


def locked(subscription_id: int) -> Subscription | None:
    """One after the other decides what an address is sent next."""
    require_transaction()
    row: Subscription | None = Subscription.objects.filter(id=subscription_id).select_for_update(of=("self",)).first()
    return row


def free_subscriptions(ids: Sequence[int]) -> list[int]:
    """Those that nobody decides about at this moment, locked until commit."""
    require_transaction()
    rows = Subscription.objects.filter(id__in=ids).order_by("id").select_for_update(skip_locked=True, of=("self",))
    return list(rows.values_list("id", flat=True))


def wake(row: Subscription, at: datetime | None) -> None:
    """Look at what waits at ``at`` and not before; None: only when something happens."""
    wanted = [] if at is None else [timers.Wanted(row.enterprise_id, row.id, _KEY, at)]
    timers.set_timers([row.id], {PUMP: wanted})


def prune_at(row: Subscription, at: datetime) -> None:
    timers.set_timers([row.id], {PRUNE: [timers.Wanted(row.enterprise_id, row.id, _KEY, at)]})


def heads(row: Subscription, at: datetime, limit: int) -> list[tuple[int, datetime]]:
    """(delivery, when it is due) of those that wait for no other and that nobody is calling with, soonest first."""
    with connection.cursor() as cursor:
        cursor.execute(_HEADS, {"subscription": row.id, "stale": at - CLAIM, "limit": limit})
        return [(found, due_at) for found, due_at in cursor.fetchall()]
