"""Reads of the outgoing web hooks: subscriptions, what went out, and which enterprises have any."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.db.models import Avg, Count, Max, Q

from tierline.desk.events import EventsRecorded
from tierline.domain.errors import NotFound
from tierline.hooks import payload, policies, signing
from tierline.hooks.models import FAILED, QUEUED, SENT, Delivery, Subscription
from tierline.plumbing.actor import Actor

PAGE_LIMIT = 200
STATES = (QUEUED, SENT, FAILED)
DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Figures:
    """Of the last 24 hours, and ``waiting`` now. ``last_at``: the last event of all. ``milliseconds``: the mean."""

    sent: int = 0
    failed: int = 0
    waiting: int = 0
    last_at: datetime | None = None
    milliseconds: int | None = None


def listening(events: Iterable[EventsRecorded]) -> list[EventsRecorded]:
    """Those of an enterprise that has a subscription: of the others nobody is told. Asked inside every write."""
    told = list(events)
    rows = Subscription.objects.filter(removed_at=None, enterprise_id__in={e.enterprise_id for e in told})
    heard = set(rows.values_list("enterprise_id", flat=True).distinct())
    return [e for e in told if e.enterprise_id in heard]


def may_see(actor: Actor) -> bool:
    return policies.may(actor, "webhook.see")


def may_change(actor: Actor) -> bool:
    return policies.may(actor, "webhook.change")


def subscriptions(
    actor: Actor, *, enterprise_id: int | None = None, after: int = 0, limit: int = PAGE_LIMIT
) -> list[Subscription]:
    """By id, those after ``after``. Raises NotAllowed."""
    policies.require(actor, "webhook.see", enterprise_id)
    rows = Subscription.objects.filter(removed_at=None, enterprise_id__in=actor.enterprises, id__gt=after)
    if enterprise_id is not None:
        rows = rows.filter(enterprise_id=enterprise_id)
    return list(rows.order_by("id")[:limit])


def subscription(actor: Actor, subscription_id: int) -> Subscription:
    """Raises NotFound, NotAllowed."""
    policies.require(actor, "webhook.see")
    found: Subscription | None = Subscription.objects.filter(id=subscription_id, removed_at=None).first()
    if found is None:
        raise NotFound(what="webhook", value=subscription_id)
    policies.require(actor, "webhook.see", found.enterprise_id)
    return found


def deliveries(
    actor: Actor, subscription_id: int, *, state: str = "", before: int = 0, limit: int = 50
) -> list[Delivery]:
    """Newest first, those before the id ``before``; only of ``state`` if one is given."""
    row = subscription(actor, subscription_id)
    rows = Delivery.objects.filter(subscription_id=row.id)
    if state:
        rows = rows.filter(state=state)
    if before:
        rows = rows.filter(id__lt=before)
    return list(rows.order_by("-id")[: min(limit, PAGE_LIMIT + 1)])


def delivery(actor: Actor, delivery_id: int) -> Delivery:
    policies.require(actor, "webhook.see")
    found: Delivery | None = Delivery.objects.filter(id=delivery_id).select_related("subscription").first()
    if found is None or found.subscription.removed_at is not None:
        raise NotFound(what="delivery", value=delivery_id)
    policies.require(actor, "webhook.see", found.enterprise_id)
    return found


def body(actor: Actor, delivery_id: int) -> bytes:
    """What was, or will be, sent. For those who may read the enterprise's tickets. Raises NotFound, NotAllowed."""
    found = delivery(actor, delivery_id)
    policies.require_reader(actor, found.enterprise_id)
    return payload.body_of(found.subscription, found)


def reads_bodies(actor: Actor, enterprise_id: int) -> bool:
    return policies.reads_tickets(actor, enterprise_id)


def figures(subscription_ids: Iterable[int], *, at: datetime) -> Mapping[int, Figures]:
    """subscription -> its figures at ``at``."""
    wanted = set(subscription_ids)
    recent = Q(ended_at__gt=at - DAY)
    rows = (
        Delivery.objects.filter(subscription_id__in=wanted)
        .values_list("subscription_id")
        .annotate(
            sent=Count("id", filter=recent & Q(state=SENT)),
            failed=Count("id", filter=recent & Q(state=FAILED)),
            waiting=Count("id", filter=Q(state=QUEUED)),
            last_at=Max("at"),
            milliseconds=Avg("milliseconds", filter=recent & Q(state=SENT)),
        )
    )
    found = {n: Figures(s, f, w, last, None if ms is None else round(ms)) for n, s, f, w, last, ms in rows}
    return {n: found.get(n, Figures()) for n in wanted}


def secret(row: Subscription) -> str:
    """The signing key, for who has just made it."""
    return signing.secret_of(row)


def host(subscription_id: int) -> str:
    """The name of the machine that the address leads to; for the product itself."""
    found = Subscription.objects.filter(id=subscription_id).values_list("url", flat=True).first()
    return urlsplit(found or "").hostname or ""
