"""Many words from customers at once, on tickets where a word changes nothing but that it was said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tierline.desk.events import CustomerWrote
from tierline.desk.models import Ticket
from tierline.desk.operations.attaching import attach
from tierline.desk.operations.drafting import Draft
from tierline.desk.operations.recording import Command, on_behalf, record_commands
from tierline.domain.lifecycle import State
from tierline.domain.text import TEXT_LIMIT, clean
from tierline.plumbing.actor import REQUESTER, Actor
from tierline.plumbing.announce import announce
from tierline.plumbing.service import require_transaction


@dataclass(frozen=True, slots=True)
class Heard:
    """``ticket`` is locked, and no other of the set is about it."""

    ticket: Ticket
    author_id: int
    text: str
    attachments: Sequence[int] = ()
    message_key: str = ""


def only_hears(ticket: Ticket) -> bool:
    """Whether ``receive_message`` would do no more there than write the word down."""
    return ticket.state in (State.NEW, State.OPEN)


def hear_messages(*, actor: Actor, words: Sequence[Heard], channel: str, at: datetime) -> None:
    """What ``receive_message`` does for each of them, with one set of statements. All or nothing."""
    require_transaction()
    commands = []
    for word in words:
        said = clean(word.text, field="text", limit=TEXT_LIMIT)
        author = on_behalf(actor, role=REQUESTER, person_id=word.author_id, channel=channel)
        message = Draft("customer_message", {"message": word.message_key or None}, {"text": said}, audience="public")
        commands.append(Command(word.ticket, "receive", [message], by=author))
    seqs = [word.ticket.last_seq + 1 for word in words]
    record_commands(actor, commands, at=at)
    for word, seq in zip(words, seqs, strict=True):
        attach(actor, word.ticket, word.attachments, seq=seq)
    announce(
        *(
            CustomerWrote(
                provider_id=word.ticket.provider_id,
                enterprise_id=word.ticket.enterprise_id,
                at=at,
                ticket_id=word.ticket.id,
                seq=seq,
            )
            for word, seq in zip(words, seqs, strict=True)
        )
    )
