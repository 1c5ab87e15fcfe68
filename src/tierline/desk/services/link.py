"""Linking a ticket to another ticket or to a named record."""

from __future__ import annotations

from datetime import datetime

from tierline.desk import policies
from tierline.desk.models import Link, Ticket
from tierline.desk.operations import Draft
from tierline.desk.services.act import Seen, each, load
from tierline.domain.errors import Invalid, NotFound
from tierline.domain.lifecycle import Move
from tierline.domain.text import clean
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import service

KINDS = ("duplicate", "problem", "related")


@service
def link_ticket(*, actor: Actor, seen: Seen, kind: str, target: str, at: datetime) -> list[Ticket]:
    """``target`` is a ticket's number or id; for ``problem`` the problem's number."""
    if kind not in KINDS:
        raise Invalid(field="kind", value=kind, allowed=list(KINDS))
    name = clean(str(target), field="target", limit=40).strip()
    tickets = load(actor, seen, "link", Move.LINK)
    other = None if kind == "problem" else _ticket(actor, name)
    for ticket in tickets:
        if other is not None and (other.id == ticket.id or other.enterprise_id != ticket.enterprise_id):
            raise Invalid(field="target", value=name)
        Link.objects.get_or_create(
            ticket_id=ticket.id,
            kind=kind,
            target=other.number if other else name,
            defaults={
                "provider_id": ticket.provider_id,
                "enterprise_id": ticket.enterprise_id,
                "target_id": other.id if other else None,
                "at": at,
            },
        )
    facts = {"kind": kind, "target": other.number if other else name, "target_id": other.id if other else None}
    return each(actor, tickets, "link", lambda t: [Draft("linked", facts)], at=at)


def _ticket(actor: Actor, name: str) -> Ticket:
    rows = Ticket.objects.filter(policies.visible_tickets(actor))
    is_id = name.isascii() and name.isdecimal() and len(name) <= 18
    found = rows.filter(number=name.upper()).first() or (rows.filter(id=int(name)).first() if is_id else None)
    if found is None:
        raise NotFound(what="ticket", value=name)
    return found
