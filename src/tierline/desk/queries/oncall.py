"""What somebody on duty looks at first: what burns, and what is one's own."""

from __future__ import annotations

from tierline.desk import policies
from tierline.desk.models import Ticket
from tierline.plumbing.actor import Actor


def mine(actor: Actor, *, limit: int) -> list[Ticket]:
    """One's own open tickets, least slack first."""
    rows = Ticket.objects.filter(policies.visible_tickets(actor), is_open=True, assignee_id=actor.person_id)
    return list(rows.order_by("order_at", "id")[:limit])


def burning(actor: Actor, *, limit: int) -> list[Ticket]:
    """P1 that are not restored, least slack first."""
    rows = Ticket.objects.filter(
        policies.visible_tickets(actor), is_open=True, priority="P1", restored_at=None, merged_into_id=None
    )
    return list(rows.order_by("order_at", "id")[:limit])
