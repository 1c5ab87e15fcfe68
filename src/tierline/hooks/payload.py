"""What a subscription is told of one event, in bytes: made of the event log anew for each try, and always the same."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings

from tierline.accounts import queries as accounts
from tierline.desk import queries as desk
from tierline.domain import hooks as rules
from tierline.hooks.models import Delivery, Subscription
from tierline.plumbing.actor import system


def body_of(row: Subscription, delivery: Delivery) -> bytes:
    """Raises NotFound when the ticket is no longer there."""
    return json.dumps(_body(row, delivery), ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _body(row: Subscription, delivery: Delivery) -> dict[str, Any]:
    enterprise = accounts.enterprise(row.enterprise_id)
    head: dict[str, Any] = {
        "version": rules.VERSION,
        "id": str(delivery.key),
        "type": delivery.type,
        "webhook": row.id,
        "enterprise": {"id": enterprise.id, "slug": enterprise.slug},
    }
    if delivery.ticket_id is None or delivery.seq is None:
        return {**head, "event": {"occurred_at": delivery.at.isoformat()}}
    actor = system(row.provider_id, (row.enterprise_id,))
    ticket = desk.ticket(actor, delivery.ticket_id)
    events = [e for e in desk.events(actor, ticket) if e.seq <= delivery.seq]
    link = f"{settings.BASE_URL.rstrip('/')}/api/v1/tickets/{ticket.id}"
    return {
        **head,
        "ticket": {
            "id": ticket.id,
            "number": ticket.number,
            "url": link,
            **rules.standing(events, is_internal=row.is_internal),
        },
        "event": rules.told(events[-1], is_internal=row.is_internal, with_words=row.with_words),
    }
