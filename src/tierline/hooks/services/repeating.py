"""Sent once more: one delivery, all of a span of time, or a trial that shows whether the address answers."""

from __future__ import annotations

import uuid
from datetime import datetime

from tierline.audit.operations import Act
from tierline.audit.operations import record as audit
from tierline.domain import hooks as rules
from tierline.domain.errors import Invalid, NotFound
from tierline.hooks import payload, policies
from tierline.hooks.models import FAILED, QUEUED, SENT, Delivery, Subscription
from tierline.hooks.services import calling
from tierline.hooks.services.subscribing import own
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import service

REPLAY_LIMIT = 10_000


class TooManyDeliveries(Invalid):
    """More deliveries than one replay sends again: name a shorter span. ``limit``."""

    code = "too_many_deliveries"


@service
def try_now(*, actor: Actor, subscription_id: int, at: datetime) -> Delivery:
    """Send a trial at once, also to a paused address. It is tried once."""
    row = own(actor, subscription_id)
    trial: Delivery = Delivery.objects.create(
        provider_id=row.provider_id,
        enterprise_id=row.enterprise_id,
        subscription=row,
        type=rules.PING,
        key=uuid.uuid4(),
        at=at,
        first_at=at,
        due_at=at,
    )
    calling.hand_over(row, [trial.id], at=at)
    return trial


@service
def repeat(*, actor: Actor, delivery_id: int, at: datetime) -> Delivery:
    """The same event under the same delivery id, at once and for a whole day again. Raises NotFound, NotAllowed."""
    policies.require(actor, "webhook.change")
    found = Delivery.objects.filter(id=delivery_id).values_list("subscription_id", flat=True).first()
    if found is None:
        raise NotFound(what="delivery", value=delivery_id)
    row = own(actor, found)
    _again(row, [delivery_id], at)
    calling.pump(row, at=at)
    _record(actor, row, {"delivery": delivery_id}, at)
    again: Delivery = Delivery.objects.get(id=delivery_id)
    return again


@service
def replay(*, actor: Actor, subscription_id: int, since: datetime, until: datetime, at: datetime) -> int:
    """Send all events recorded in [since, until) again, of each ticket in their order; how many. Trials stay out."""
    row = own(actor, subscription_id)
    if since >= until:
        raise Invalid(field="until", value=until.isoformat())
    rows = Delivery.objects.filter(subscription_id=row.id, at__gte=since, at__lt=until, state__in=(SENT, FAILED))
    wanted = list(rows.exclude(type=rules.PING).order_by("id").values_list("id", flat=True)[: REPLAY_LIMIT + 1])
    if len(wanted) > REPLAY_LIMIT:
        raise TooManyDeliveries(field="since", limit=REPLAY_LIMIT)
    _again(row, wanted, at)
    calling.pump(row, at=at)
    span = {"since": since.isoformat(), "until": until.isoformat(), "deliveries": len(wanted)}
    _record(actor, row, span, at)
    return len(wanted)


@service
def see_body(*, actor: Actor, delivery_id: int, at: datetime) -> bytes:
    """What was, or will be, sent; the look is on the record. For who may read the enterprise's tickets."""
    policies.require(actor, "webhook.see")
    found = Delivery.objects.filter(id=delivery_id).select_related("subscription").first()
    if found is None:
        raise NotFound(what="delivery", value=delivery_id)
    policies.require(actor, "webhook.see", found.enterprise_id)
    policies.require_reader(actor, found.enterprise_id)
    facts = {"delivery": found.id, "ticket": found.ticket_id}
    audit(actor, [Act(f"webhook:{found.subscription_id}", "webhook.body_seen", found.enterprise_id, facts)], at=at)
    return payload.body_of(found.subscription, found)


def _again(row: Subscription, delivery_ids: list[int], at: datetime) -> None:
    Delivery.objects.filter(id__in=delivery_ids, subscription_id=row.id).update(
        state=QUEUED, first_at=at, due_at=at, claimed_at=None, attempts=0, is_refused=False, ended_at=None
    )


def _record(actor: Actor, row: Subscription, facts: dict[str, object], at: datetime) -> None:
    audit(actor, [Act(f"webhook:{row.id}", "webhook.replayed", row.enterprise_id, facts)], at=at)
