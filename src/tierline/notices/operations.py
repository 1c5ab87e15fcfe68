"""Writing what is owed: messages, what is held, and when to look again, inside another transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from tierline.domain.notices import EXEMPT
from tierline.notices.models import HELD, LEFT, Delivery, Hook, Message
from tierline.plumbing import timers
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import require_transaction

RELEASE = "notices.release"
_KEY = "held"


def lock_people(actor: Actor, person_ids: Sequence[int]) -> None:
    """One after the other decides about a person, so that no two spend the same place in the budget."""
    require_transaction()
    names = [f"notices:{actor.provider_id}:{person_id}" for person_id in person_ids]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(k) FROM"
            " (SELECT DISTINCT hashtextextended(n, 0) k FROM unnest(%s::text[]) n ORDER BY 1) AS locks",
            [names],
        )


def leave(
    actor: Actor, deliveries: Sequence[Delivery], *, channel: str, hook: Hook | None, key: str, at: datetime
) -> Message:
    """The deliveries of one person and channel become one message, which counts unless all of it is P1."""
    require_transaction()
    message: Message = Message.objects.create(
        provider_id=actor.provider_id,
        person_id=deliveries[0].person_id,
        channel=channel,
        hook=hook,
        key=key,
        is_counted=any(delivery.step.priority != EXEMPT for delivery in deliveries),
        created_at=at,
    )
    for delivery in deliveries:
        delivery.state, delivery.message, delivery.release_at = LEFT, message, None
        if delivery._state.adding:
            delivery.save(force_insert=True)
        else:
            delivery.save(update_fields=["state", "message", "release_at"])
    return message


def wake(person_id: int, enterprise_id: int, at: datetime) -> None:
    """Look at what is held for the person at ``at``, or earlier where that is planned already."""
    planned = timers.waking([RELEASE], [person_id]).get((RELEASE, person_id, _KEY))
    set_wake(person_id, enterprise_id, at if planned is None else min(at, planned))


def set_wake(person_id: int, enterprise_id: int, at: datetime | None) -> None:
    """Look at ``at`` and not before; None: nothing is held."""
    wanted = [] if at is None else [timers.Wanted(enterprise_id, person_id, _KEY, at)]
    timers.set_timers([person_id], {RELEASE: wanted})


def held(person_id: int) -> list[Delivery]:
    rows = Delivery.objects.filter(person_id=person_id, state=HELD).select_related("step", "hook")
    return list(rows.order_by("release_at", "id"))
