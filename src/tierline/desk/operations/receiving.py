"""A word from the customer's side on an existing ticket: one rule for mail, portal, API and chat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Max

from tierline.agreements import queries as agreements
from tierline.desk.events import CustomerWrote
from tierline.desk.models import Ticket, TicketEvent
from tierline.desk.operations.attaching import attach
from tierline.desk.operations.closing import announce_reopened, announce_verified, verified
from tierline.desk.operations.drafting import Draft
from tierline.desk.operations.opening import NewTicket, open_tickets
from tierline.desk.operations.recording import Command, on_behalf, record_commands
from tierline.desk.queries import originals
from tierline.domain import confirmation
from tierline.domain.confirmation import Answer
from tierline.domain.errors import DomainError
from tierline.domain.lifecycle import State
from tierline.domain.text import TEXT_LIMIT, clean
from tierline.plumbing.actor import REQUESTER, Actor
from tierline.plumbing.announce import announce
from tierline.plumbing.service import require_transaction

_DONE = (State.RESOLVED, State.VERIFIED, State.ARCHIVED)


@dataclass(frozen=True, slots=True)
class Received:
    """``became``: message, resumed, verified, thanks, reopened or follow_up (``ticket`` is then the new one)."""

    ticket: Ticket
    became: str


def receive_message(
    *,
    actor: Actor,
    ticket: Ticket,
    author_id: int,
    author_email: str,
    text: str,
    channel: str,
    at: datetime,
    attachments: Sequence[int] = (),
    message_key: str = "",
) -> Received:
    """Record the message on the locked ticket and let it do what SLA.md says a customer's message does.

    It ends a pause on any channel; on a resolved ticket a plain yes verifies, mere thanks need no answer,
    anything else reopens inside the agreement's window; after the window it becomes a follow-up ticket.
    """
    require_transaction()
    said = clean(text, field="text", limit=TEXT_LIMIT)
    author = on_behalf(actor, role=REQUESTER, person_id=author_id, channel=channel)
    message = Draft("customer_message", {"message": message_key or None}, {"text": said}, audience="public")
    became, more = _consequence(ticket, said, at, is_requester=author_id == ticket.requester_id)
    if became == "follow_up":
        return Received(_follow_up(actor, ticket, author_email, said, channel, attachments, message_key, at), became)
    seq = ticket.last_seq + 1
    record_commands(author, [Command(ticket, "receive", [message, *_in_time(ticket, more, at)])], at=at)
    attach(actor, ticket, attachments, seq=seq)
    if became == "verified":
        announce_verified([ticket], at)
    elif became == "reopened":
        announce_reopened(author, [ticket], "requester", at)
    elif became in ("message", "resumed"):
        announce(
            CustomerWrote(
                provider_id=ticket.provider_id,
                enterprise_id=ticket.enterprise_id,
                at=at,
                ticket_id=ticket.id,
                seq=seq,
            )
        )
    return Received(ticket, became)


def living(ticket: Ticket) -> Ticket:
    """The locked ticket itself, or the one it was merged into, locked as well."""
    while ticket.merged_into_id is not None:
        ticket = Ticket.objects.select_for_update(of=("self",)).get(id=ticket.merged_into_id)
    return ticket


def _in_time(ticket: Ticket, drafts: Sequence[Draft], at: datetime) -> list[Draft]:
    """A message taken up late keeps its receipt, but what it sets off happens after what it answers to."""
    newest = TicketEvent.objects.filter(ticket_id=ticket.id).aggregate(at=Max("occurred_at"))["at"]
    return [replace(d, occurred_at=max(at, newest)) for d in drafts]


def reopen_deadline(ticket: Ticket) -> datetime | None:
    """Until when the same ticket comes back to life, from its resolution on; None while it is not resolved."""
    if ticket.resolved_at is None:
        return None
    assert ticket.agreement_id is not None
    return ticket.resolved_at + timedelta(
        microseconds=agreements.terms([ticket.agreement_id])[ticket.agreement_id].reopen_within
    )


def _consequence(ticket: Ticket, said: str, at: datetime, *, is_requester: bool) -> tuple[str, list[Draft]]:
    if ticket.state == State.WAITING:
        return "resumed", [Draft("resumed", {"why": "customer_message"})]
    if ticket.state not in _DONE:
        return "message", []
    answer = confirmation.read(said)
    if answer is Answer.CONFIRMED and ticket.state == State.RESOLVED and is_requester:
        return "verified", verified(ticket, "requester", {"comment": said})
    if answer is not Answer.MORE:
        return "thanks", [Draft("clock_dismissed", {"kind": "next_response", "reason": "thanks"})]
    deadline = reopen_deadline(ticket)
    if deadline is not None and at > deadline:
        return "follow_up", []
    return "reopened", [Draft("reopened", {"why": "requester"})]


def _follow_up(
    actor: Actor,
    ticket: Ticket,
    author_email: str,
    said: str,
    channel: str,
    attachments: Sequence[int],
    message_key: str,
    at: datetime,
) -> Ticket:
    made = open_tickets(
        actor=actor,
        items=[
            NewTicket(
                enterprise_id=ticket.enterprise_id,
                text=said,
                requester_email=author_email,
                subject=originals.subjects([ticket.id]).get(ticket.id) or ticket.subject,
                customer=ticket.customer_id,
                channel=channel,
                attachments=attachments,
                message_key=message_key,
                follow_up_of=ticket.id,
            )
        ],
        at=at,
    )[0]
    if isinstance(made, DomainError):
        raise made
    return made
