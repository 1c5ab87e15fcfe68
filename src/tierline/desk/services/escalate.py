"""升级与交接: a ticket climbs with a complete package, and the receiving tier accepts or returns it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tierline.desk import policies
from tierline.desk.events import TicketEscalated
from tierline.desk.models import Ticket, TicketEvent
from tierline.desk.operations import Draft
from tierline.desk.services.act import Seen, each, load
from tierline.domain import handover
from tierline.domain.errors import DomainError, Invalid, NotAllowed
from tierline.domain.lifecycle import Move
from tierline.domain.text import clean
from tierline.plumbing.actor import Actor
from tierline.plumbing.announce import announce
from tierline.plumbing.service import service

TIERS = {"L2": 2, "L3": 3}


class NotHigher(DomainError):
    """Escalation goes up only."""

    code = "not_higher"


@service
def escalate_ticket(*, actor: Actor, seen: Seen, to: str, package: Any, at: datetime) -> list[Ticket]:
    """Offer the ticket to L2 or L3 with its package. The sender keeps it until the tier accepts."""
    if to not in TIERS:
        raise Invalid(field="to", value=to, allowed=list(TIERS))
    tier = TIERS[to]
    tickets = load(actor, seen, "escalate", Move.ESCALATE)
    whole = handover.complete(package)
    for ticket in tickets:
        if tier <= ticket.tier:
            raise NotHigher(ticket=ticket.number, tier=ticket.tier, to=tier)
    each(
        actor,
        tickets,
        "escalate",
        lambda t: [Draft("escalated", {"to": tier, "was": t.tier, "from": t.assignee_id}, {"package": whole})],
        at=at,
    )
    announce(
        *(
            TicketEscalated(provider_id=t.provider_id, enterprise_id=t.enterprise_id, at=at, ticket_id=t.id, tier=tier)
            for t in tickets
        )
    )
    return tickets


@service
def accept_tickets(*, actor: Actor, seen: Seen, at: datetime) -> list[Ticket]:
    """The receiving tier takes it over. Raises NotAllowed for an engineer of a lower tier."""
    tickets = load(actor, seen, "accept", Move.ACCEPT)
    for ticket in tickets:
        _require_tier(actor, ticket, ticket.pending_tier or ticket.tier, "accept")
    return each(
        actor,
        tickets,
        "accept",
        lambda t: [Draft("accepted", {"tier": t.pending_tier, "was": t.tier, "assignee": actor.person_id})],
        at=at,
    )


@service
def hand_back_ticket(*, actor: Actor, seen: Seen, reason: str, text: str, at: datetime) -> list[Ticket]:
    """Return it to the tier that sent it, with a reason code. Also how an offer is declined."""
    if reason not in handover.RETURN_REASONS:
        raise Invalid(field="reason", value=reason, allowed=list(handover.RETURN_REASONS))
    words = clean(text, field="text", limit=20_000)
    tickets = load(actor, seen, "hand-back", Move.HAND_BACK)
    for ticket in tickets:
        _require_tier(actor, ticket, ticket.pending_tier or ticket.tier, "hand-back")
    return each(actor, tickets, "hand-back", lambda t: [_handed_back(t, reason, words)], at=at)


def _handed_back(ticket: Ticket, reason: str, words: str) -> Draft:
    returning = ticket.pending_tier or ticket.tier
    offers = TicketEvent.objects.filter(ticket_id=ticket.id, type="escalated").order_by("-seq")
    offer = next(e for e in offers if e.payload["to"] == returning)
    facts = {"to": offer.payload["was"], "from": returning, "reason": reason, "assignee": offer.payload.get("from")}
    return Draft("handed_back", facts, {"text": words})


def _require_tier(actor: Actor, ticket: Ticket, tier: int, verb: str) -> None:
    if not policies.works_in_tier(actor, ticket, tier):
        raise NotAllowed(right=f"ticket.{verb}", role=actor.role, tier=tier)
