"""沟通: words to the requester, and words among ourselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tierline.desk import policies, wording
from tierline.desk.models import Ticket
from tierline.desk.operations import Draft, living, receive_message
from tierline.desk.operations.attaching import attach
from tierline.desk.operations.speaking import announce_words, public_message
from tierline.desk.services.act import Seen, each, load, require_move
from tierline.domain.errors import Invalid, NotAllowed
from tierline.domain.lifecycle import Move, State
from tierline.domain.text import TEXT_LIMIT, clean
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import service

NOTE_KINDS = ("note", "plan", "work")
# So much of the question stands as the reason of the wait.
_ASKED = 200


@service
def reply_to_tickets(
    *,
    actor: Actor,
    seen: Seen,
    text: str,
    at: datetime,
    attachments: Sequence[int] = (),
    then_wait: bool = False,
) -> list[Ticket]:
    """A public word. From our side it goes out on the ticket's channel; from the requester's it comes in.

    ``then_wait``: what was asked is what the ticket then waits for; word and wait are one act of one instant.
    """
    said = clean(text, field="text", limit=TEXT_LIMIT)
    if not actor.is_staff:
        return [_from_requester(actor, t, said, attachments, at) for t in load(actor, seen, "reply", Move.LINK)]
    tickets = load(actor, seen, "reply", Move.REPLY)
    if then_wait:
        for ticket in tickets:
            policies.require(actor, "wait", ticket)
            if ticket.state != State.NEW:  # the word itself opens a new one
                require_move(ticket, Move.WAIT)
    seqs = {t.id: t.last_seq + 1 for t in tickets}
    each(actor, tickets, "reply", lambda t: [public_message(said), *(_wait(said) if then_wait else ())], at=at)
    for ticket in tickets:
        attach(actor, ticket, attachments, seq=seqs[ticket.id])
    announce_words(tickets, seqs, at)
    return tickets


@service
def note_on_tickets(
    *, actor: Actor, seen: Seen, text: str, at: datetime, kind: str = "note", summary: str = ""
) -> list[Ticket]:
    """An internal word. A ``plan`` (suspected cause, next checks, workaround) also tells the requester:

    in the given ``summary``, or else in the agreed plain sentence. The internal text never leaves.
    """
    if kind not in NOTE_KINDS:
        raise Invalid(field="kind", value=kind, allowed=list(NOTE_KINDS))
    said = clean(text, field="text", limit=TEXT_LIMIT)
    public = clean(summary, field="summary", limit=TEXT_LIMIT, required=False)
    if kind == "plan" and not actor.is_staff:
        raise NotAllowed(right="ticket.plan", role=actor.role)
    tickets = load(actor, seen, "note", Move.NOTE)
    seqs = {t.id: t.last_seq + 2 for t in tickets}

    def drafts(ticket: Ticket) -> list[Draft]:
        note = Draft("note", {"kind": kind}, {"text": said})
        if kind != "plan":
            return [note]
        return [note, public_message(public or wording.to_requester(ticket, "plan_given"), plan=True)]

    each(actor, tickets, "note", drafts, at=at)
    if kind == "plan":
        announce_words(tickets, seqs, at)
    return tickets


def _wait(said: str) -> list[Draft]:
    asked = " ".join(said.split())[:_ASKED]
    return [Draft("waited", {"on": "customer", "until": None}, {"text": asked})]


def _from_requester(actor: Actor, ticket: Ticket, said: str, attachments: Sequence[int], at: datetime) -> Ticket:
    """Words on a merged ticket go to where the work is, as they do by mail."""
    assert actor.person_id is not None
    return receive_message(
        actor=actor,
        ticket=living(ticket),
        author_id=actor.person_id,
        author_email=actor.email,
        text=said,
        channel=actor.channel,
        attachments=attachments,
        at=at,
    ).ticket
