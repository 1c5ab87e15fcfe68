"""解决: service restored with evidence, then the cause dealt with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tierline.desk import wording
from tierline.desk.events import TicketResolved
from tierline.desk.models import Task, Ticket
from tierline.desk.operations import Draft
from tierline.desk.operations.speaking import announce_words, public_message
from tierline.desk.services.act import Seen, each, load
from tierline.domain.errors import DomainError, Invalid, Missing, NotFound
from tierline.domain.lifecycle import Move
from tierline.domain.text import TEXT_LIMIT, clean
from tierline.knowledge import queries as knowledge
from tierline.plumbing.actor import Actor
from tierline.plumbing.announce import announce
from tierline.plumbing.service import service


class BlockedByTask(DomainError):
    """A blocking task of another department is still open."""

    code = "blocked_by_task"


@service
def restore_tickets(*, actor: Actor, seen: Seen, evidence: Sequence[str], at: datetime) -> list[Ticket]:
    """The service works again; the evidence says how we know."""
    proof = evidence_of(evidence)
    tickets = load(actor, seen, "restore", Move.RESTORE)
    for ticket in tickets:
        if ticket.restored_at is not None:
            raise AlreadyRestored(ticket=ticket.number)
    return each(actor, tickets, "restore", lambda t: [Draft("restored", {}, {"evidence": proof})], at=at)


class AlreadyRestored(DomainError):
    code = "already_restored"


@service
def resolve_tickets(
    *,
    actor: Actor,
    seen: Seen,
    cause: str,
    resolution: str,
    at: datetime,
    known_error: int | None = None,
    article: int | None = None,
    reply: str = "",
) -> list[Ticket]:
    """Close the work and ask the requester to verify.

    Only ``reply``, a public word of the engineer, counts as an answer; the request to verify is automatic.
    """
    why = clean(cause, field="cause", limit=60).strip()
    how = clean(resolution, field="resolution", limit=20_000)
    said = clean(reply, field="reply", limit=TEXT_LIMIT, required=False)
    tickets = load(actor, seen, "resolve", Move.RESOLVE)
    _require_unblocked(tickets)
    _require_citable(tickets, article)
    seqs = {t.id: t.last_seq + 1 for t in tickets}

    def drafts(ticket: Ticket) -> list[Draft]:
        message = public_message(said) if said else _ask_to_verify(ticket, how)
        facts = {"cause": why, "known_error": known_error, "article": article, "replied": bool(said)}
        return [message, Draft("resolved", facts, {"resolution": how})]

    each(actor, tickets, "resolve", drafts, at=at)
    announce_words(tickets, seqs, at)
    announce(
        *(
            TicketResolved(provider_id=t.provider_id, enterprise_id=t.enterprise_id, at=at, ticket_id=t.id)
            for t in tickets
        )
    )
    return tickets


def evidence_of(evidence: object) -> list[str]:
    if not isinstance(evidence, list | tuple):
        raise Invalid(field="evidence", value=type(evidence).__name__)
    proof = [clean(item, field="evidence", limit=20_000) for item in evidence]
    if not proof:
        raise Missing(field="evidence")
    return proof


def _ask_to_verify(ticket: Ticket, resolution: str) -> Draft:
    return public_message(wording.to_requester(ticket, "please_verify", resolution=resolution), automatic=True)


def _require_citable(tickets: Sequence[Ticket], article: int | None) -> None:
    """A draft or a retired article covers nothing."""
    for ticket in tickets:
        if article is not None and not knowledge.citable(ticket.enterprise_id, article):
            raise NotFound(what="article", value=article)


def _require_unblocked(tickets: Sequence[Ticket]) -> None:
    blocking = Task.objects.filter(ticket_id__in=[t.id for t in tickets], blocking=True, finished_at=None)
    first = blocking.order_by("ticket_id", "number").first()
    if first is not None:
        raise BlockedByTask(task=first.number, department=first.department or first.supplier)
