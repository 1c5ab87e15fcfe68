"""分流: who has it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from tierline.accounts import queries as accounts
from tierline.desk.events import TicketAssigned
from tierline.desk.models import Ticket
from tierline.desk.operations import Draft
from tierline.desk.services.act import Seen, each, load
from tierline.domain.errors import DomainError, NotAllowed
from tierline.domain.lifecycle import Move
from tierline.plumbing.actor import ENGINEER, Actor
from tierline.plumbing.announce import announce
from tierline.plumbing.service import service


class NotAssignable(DomainError):
    """The person is no engineer with a live assignment to the ticket's enterprise in its tier or a higher one."""

    code = "not_assignable"


class NobodyHasIt(DomainError):
    """Only a ticket that somebody has can be released."""

    code = "nobody_has_it"


@service
def assign_tickets(*, actor: Actor, seen: Seen, assignee_id: int, at: datetime) -> list[Ticket]:
    tickets = load(actor, seen, "assign", Move.ASSIGN)
    tiers = {e: _tiers_in(e, at) for e in {t.enterprise_id for t in tickets}}
    for ticket in tickets:
        _require_assignable(ticket, assignee_id, tiers[ticket.enterprise_id])
    each(actor, tickets, "assign", lambda t: [_assigned(t, assignee_id)], at=at)
    announce(
        *(
            TicketAssigned(
                provider_id=t.provider_id,
                enterprise_id=t.enterprise_id,
                at=at,
                ticket_id=t.id,
                assignee_id=assignee_id,
                by_id=actor.person_id,
            )
            for t in tickets
        )
    )
    return tickets


@service
def claim_tickets(*, actor: Actor, seen: Seen, at: datetime) -> list[Ticket]:
    """Take it oneself."""
    tickets = load(actor, seen, "claim", Move.CLAIM)
    if actor.role != ENGINEER or actor.person_id is None:
        raise NotAllowed(right="ticket.claim", role=actor.role)
    for ticket in tickets:
        _require_assignable(ticket, actor.person_id, {actor.person_id: actor.tiers.get(ticket.enterprise_id)})
    me = actor.person_id
    return each(actor, tickets, "claim", lambda t: [_assigned(t, me)], at=at)


@service
def release_tickets(*, actor: Actor, seen: Seen, at: datetime) -> list[Ticket]:
    """Back to the queue of its tier, for whoever is free."""
    tickets = load(actor, seen, "release", Move.ASSIGN)
    for ticket in tickets:
        if ticket.assignee_id is None:
            raise NobodyHasIt(ticket=ticket.number)
    return each(actor, tickets, "release", lambda t: [_assigned(t, None)], at=at)


def _assigned(ticket: Ticket, assignee_id: int | None) -> Draft:
    return Draft("assigned", {"assignee": assignee_id, "was": ticket.assignee_id})


def _tiers_in(enterprise_id: int, at: datetime) -> Mapping[int, int | None]:
    return {p.id: tier for p, tier in accounts.engineers(enterprise_id, at=at) if p.role == ENGINEER}


def _require_assignable(ticket: Ticket, person_id: int, tiers: Mapping[int, int | None]) -> None:
    tier = tiers.get(person_id)
    if tier is None or tier < ticket.tier:
        raise NotAssignable(assignee=person_id, ticket=ticket.number, tier=ticket.tier)
