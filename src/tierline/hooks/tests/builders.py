"""What tests of the web hooks need: a subscription, what was delivered, and time that passes."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.db import connection

from tests.support.receiver import Receiver, run_jobs
from tests.support.world import AT, Place
from tierline.hooks import services
from tierline.hooks.models import Delivery, Subscription
from tierline.hooks.services import Wish
from tierline.plumbing import tenancy, timers
from tierline.plumbing.actor import Actor


def subscribed(
    place: Place, receiver: Receiver, *, who: str = "manager", at: datetime = AT, **told: Any
) -> Subscription:
    wish = Wish(**{"url": receiver.url, "is_internal": True, **told})
    return services.subscribe(actor=place.people[who], enterprise_id=place.enterprise_id, wish=wish, at=at)


def heard(receiver: Receiver) -> list[dict[str, Any]]:
    return [json.loads(body) for _, body in receiver.calls]


def types(receiver: Receiver) -> list[str]:
    return [told["type"] for told in heard(receiver)]


def deliveries(place: Place, **wanted: Any) -> list[Delivery]:
    with tenancy.reading(place.system):
        return list(Delivery.objects.filter(**wanted).order_by("id"))


def again(row: Subscription, reader: Actor) -> Subscription:
    with tenancy.reading(reader):
        return Subscription.objects.get(id=row.id)


def work(at: datetime) -> None:
    """Jobs and timers of the web hooks until nothing is due at ``at``; the tickets' own clocks stand still."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM plumbing_timer WHERE kind LIKE 'ticket.%'")
    run_jobs()
    while timers.sweep(at):
        run_jobs()
