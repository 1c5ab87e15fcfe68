"""A ticket has new events: each subscription of its enterprise gets a delivery for those that it wants."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from tierline.desk import queries as desk
from tierline.domain import hooks as rules
from tierline.domain.events import Event
from tierline.hooks import operations, signing
from tierline.hooks.models import Delivery, Subscription
from tierline.hooks.services import calling
from tierline.plumbing.actor import Actor
from tierline.plumbing.rows import insert_new
from tierline.plumbing.service import service

# So far back a job looks for events whose own job has not run yet, so that none overtakes another.
LOOK_BACK = timedelta(hours=24)
# Deliveries are kept that long; longer than any look back, or an old event would be told anew.
KEPT_FOR = timedelta(days=30)


@service
def queue_events(*, actor: Actor, ticket_id: int, from_seq: int, at: datetime) -> int:
    """How many deliveries were made. Done twice, the second time makes none: an event is one for a subscription."""
    rows = list(Subscription.objects.filter(removed_at=None).order_by("id"))
    if not rows:
        return 0
    ticket = desk.ticket(actor, ticket_id)
    events = [e for e in desk.events(actor, ticket) if e.seq >= from_seq or e.recorded_at > at - LOOK_BACK]
    made = 0
    for row in rows:
        if row.enterprise_id != ticket.enterprise_id:
            continue
        made += len(insert_new(_wanted(row, ticket_id, events, at)))
        locked = operations.locked(row.id)
        if locked is not None:
            calling.pump(locked, at=at)
    return made


def _wanted(row: Subscription, ticket_id: int, events: Sequence[Event], at: datetime) -> list[Delivery]:
    return [
        Delivery(
            provider_id=row.provider_id,
            enterprise_id=row.enterprise_id,
            subscription_id=row.id,
            ticket_id=ticket_id,
            seq=event.seq,
            type=f"{rules.PREFIX}{event.type}",
            key=str(signing.key_of(row, ticket_id, event.seq)),
            at=event.recorded_at,
            first_at=at,
            due_at=at,
        )
        for event in events
        if event.recorded_at >= row.since and rules.is_wanted(event, row.types, is_internal=row.is_internal)
    ]


def prune(row: Subscription, *, at: datetime) -> None:
    """Inside the sweep's transaction: what is old goes, whatever became of it."""
    Delivery.objects.filter(subscription_id=row.id, at__lt=at - KEPT_FOR).delete()
    if row.removed_at is None or Delivery.objects.filter(subscription_id=row.id).exists():
        operations.prune_at(row, at + timedelta(days=1))
