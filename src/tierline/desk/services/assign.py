"""分流: who has it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from tierline.accounts import queries as accounts
from tierline.desk.events import TicketAssigned
from tierline.desk.models import Ticket
from tierline.desk.operations import Draft
from tierline.desk.operations.giving import keep_decisions
from tierline.desk.queries import routing
from tierline.desk.queries.routing import MANUAL
from tierline.desk.services.act import Seen, each, load
from tierline.domain.errors import DomainError, NotAllowed
from tierline.domain.lifecycle import Move
from tierline.domain.routing import Decision, decide
from tierline.plumbing.actor import ENGINEER, Actor
from tierline.plumbing.announce import announce
from tierline.plumbing.service import service
from tierline.workforce import queries as workforce

# Of so many at once the comparison is kept; beyond that the choice alone.
EXPLAINED = 20


class NotAssignable(DomainError):
    """The person is no engineer with a live assignment to the ticket's enterprise in its tier or a higher one."""

    code = "not_assignable"


class CredentialMissing(DomainError):
    """The enterprise asks for a certificate or an undertaking that the person does not hold. ``lacks``: kind:code."""

    code = "credential_missing"


class NobodyHasIt(DomainError):
    """Only a ticket that somebody has can be released."""

    code = "nobody_has_it"


@service
def assign_tickets(*, actor: Actor, seen: Seen, assignee_id: int, at: datetime) -> list[Ticket]:
    tickets = load(actor, seen, "assign", Move.ASSIGN)
    tiers = {e: _tiers_in(e, at) for e in {t.enterprise_id for t in tickets}}
    for ticket in tickets:
        _require_assignable(ticket, assignee_id, tiers[ticket.enterprise_id])
    require_credentials(assignee_id, tickets, at=at)
    keep_decisions(actor, {t.id: t for t in tickets}, _by_hand(tickets, assignee_id, at), trigger=MANUAL, at=at)
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
    require_credentials(me, tickets, at=at)
    return each(actor, tickets, "claim", lambda t: [_assigned(t, me)], at=at)


@service
def release_tickets(*, actor: Actor, seen: Seen, at: datetime) -> list[Ticket]:
    """Back to the queue of its tier, for whoever is free."""
    tickets = load(actor, seen, "release", Move.ASSIGN)
    for ticket in tickets:
        if ticket.assignee_id is None:
            raise NobodyHasIt(ticket=ticket.number)
    return each(actor, tickets, "release", lambda t: [_assigned(t, None)], at=at)


def require_credentials(person_id: int, tickets: Iterable[Ticket], *, at: datetime) -> None:
    """Raises CredentialMissing: what an enterprise asks for holds whoever gives out the work."""
    enterprises = {t.enterprise_id for t in tickets}
    if not workforce.requirements(enterprises):
        return
    lacking = workforce.unmet({(person_id, e) for e in enterprises}, on=routing.today(at))
    if lacking:
        raise CredentialMissing(assignee=person_id, lacks=sorted({name for own in lacking.values() for name in own}))


def _by_hand(tickets: Sequence[Ticket], assignee_id: int, at: datetime) -> list[Decision]:
    """How the choice compares with everybody else's, as things stood; for many at once only the choice itself."""
    if len(tickets) > EXPLAINED or len({t.enterprise_id for t in tickets}) != 1:
        return [Decision(t.id, assignee_id, (), ()) for t in tickets]
    found = routing.rule_of(tickets[0].enterprise_id)
    people = routing.crew([tickets[0].enterprise_id], found.rule, at=at)
    on = routing.today(at)
    decided = (decide(w, people, rule=found.rule, at=at, on=on) for w in routing.works_of(tickets, at=at))
    return [d._replace(chosen=assignee_id) for d in decided]


def _assigned(ticket: Ticket, assignee_id: int | None) -> Draft:
    return Draft("assigned", {"assignee": assignee_id, "was": ticket.assignee_id})


def _tiers_in(enterprise_id: int, at: datetime) -> Mapping[int, int | None]:
    return {p.id: tier for p, tier in accounts.engineers(enterprise_id, at=at) if p.role == ENGINEER}


def _require_assignable(ticket: Ticket, person_id: int, tiers: Mapping[int, int | None]) -> None:
    tier = tiers.get(person_id)
    if tier is None or tier < ticket.tier:
        raise NotAssignable(assignee=person_id, ticket=ticket.number, tier=ticket.tier)
