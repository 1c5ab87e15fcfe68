"""验证与归档: the requester or evidence verifies, knowledge is decided, the ticket rests, or comes back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tierline.desk.models import Ticket, TicketEvent
from tierline.desk.operations import Draft
from tierline.desk.operations.closing import announce_reopened, announce_verified, archived, verified
from tierline.desk.operations.receiving import reopen_deadline
from tierline.desk.services.act import Seen, each, load
from tierline.desk.services.resolve import evidence_of
from tierline.domain.errors import DomainError, Invalid, Missing
from tierline.domain.lifecycle import Move
from tierline.domain.redaction import redacted
from tierline.domain.text import TEXT_LIMIT, clean
from tierline.knowledge import operations as articles_of
from tierline.plumbing.actor import REQUESTER, Actor
from tierline.plumbing.service import service

KNOWLEDGE = ("deposit", "covered", "none")


class ReopenWindowOver(DomainError):
    """The agreement's reopen window has passed; a follow-up ticket is the way."""

    code = "reopen_window_over"


@service
def verify_tickets(
    *, actor: Actor, seen: Seen, accepted: bool, at: datetime, comment: str = "", evidence: Sequence[str] = ()
) -> list[Ticket]:
    """The requester says it works, or evidence does; a refusal reopens the ticket.

    A verified ticket whose resolution cites an article or known error is archived in the same act.
    """
    words = clean(comment, field="comment", limit=TEXT_LIMIT, required=False)
    tickets = load(actor, seen, "verify", Move.VERIFY)
    if not accepted:
        refused = Draft("reopened", {"why": "verification_refused"}, {"text": words})
        each(actor, tickets, "verify", lambda t: [refused], at=at)
        announce_reopened(actor, tickets, "verification_refused", at)
        return tickets
    by_requester = actor.role == REQUESTER
    proof = [] if by_requester else evidence_of(list(evidence))
    by = "requester" if by_requester else "evidence"
    each(actor, tickets, "verify", lambda t: verified(t, by, {"comment": words, "evidence": proof}), at=at)
    announce_verified(tickets, at)
    return tickets


@service
def archive_tickets(*, actor: Actor, seen: Seen, knowledge: str, at: datetime, reason: str = "") -> list[Ticket]:
    """The knowledge decision: ``deposit`` drafts an article, ``covered`` cites one, ``none`` says why not."""
    decision = knowledge
    if decision not in KNOWLEDGE:
        raise Invalid(field="knowledge", value=decision, allowed=list(KNOWLEDGE))
    why = clean(reason, field="reason", limit=2000, required=decision == "none")
    tickets = load(actor, seen, "archive", Move.ARCHIVE)
    for ticket in tickets:
        if decision == "covered" and ticket.article_id is None and ticket.known_error_id is None and not why:
            raise Missing(field="reason")
    drafted = {t.id: _deposit(actor, t, at) for t in tickets} if decision == "deposit" else {}
    return each(actor, tickets, "archive", lambda t: [archived(decision, why, drafted.get(t.id))], at=at)


@service
def reopen_tickets(*, actor: Actor, seen: Seen, reason: str, at: datetime) -> list[Ticket]:
    """The same issue is back. Raises ReopenWindowOver after the agreement's window."""
    words = clean(reason, field="reason", limit=20_000)
    tickets = load(actor, seen, "reopen", Move.REOPEN)
    for ticket in tickets:
        deadline = reopen_deadline(ticket)
        if deadline is not None and at > deadline:
            raise ReopenWindowOver(ticket=ticket.number, until=deadline.isoformat())
    why = "requester" if actor.role == REQUESTER else "person"
    each(actor, tickets, "reopen", lambda t: [Draft("reopened", {"why": why}, {"text": words})], at=at)
    announce_reopened(actor, tickets, why, at)
    return tickets


def _deposit(actor: Actor, ticket: Ticket, at: datetime) -> int:
    """A draft article from what the ticket taught: the question, then the resolution, without people's numbers."""
    asked = TicketEvent.objects.filter(ticket_id=ticket.id, type="opened").first()
    resolved = TicketEvent.objects.filter(ticket_id=ticket.id, type="resolved").order_by("-seq").first()
    assert asked is not None and resolved is not None
    body = redacted(f"{asked.words.get('text', '')}\n\n---\n\n{resolved.words.get('resolution', '')}")
    return articles_of.deposit(
        actor=actor,
        enterprise_id=ticket.enterprise_id,
        title=ticket.subject,
        body=body,
        language=_language(body),
        ticket_id=ticket.id,
        at=at,
    )


def _language(text: str) -> str:
    return "zh-hans" if any("\u4e00" <= c <= "\u9fff" for c in text) else "en"
