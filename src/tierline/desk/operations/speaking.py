"""Public words: the event, the announcement that sends it out, and what the product says by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from tierline.desk.events import PublicMessageWritten
from tierline.desk.models import Ticket
from tierline.desk.operations.drafting import Draft
from tierline.desk.operations.recording import Command, record_commands
from tierline.domain.text import TEXT_LIMIT, clean
from tierline.plumbing.actor import Actor
from tierline.plumbing.announce import announce


def public_message(text: str, *, plan: bool = False, automatic: bool = False) -> Draft:
    facts = {"automatic": automatic, "plan": plan or None}
    return Draft("public_message", facts, {"text": text}, audience="public")


def announce_words(tickets: Sequence[Ticket], seqs: Mapping[int, int], at: datetime) -> None:
    announce(
        *(
            PublicMessageWritten(
                provider_id=t.provider_id, enterprise_id=t.enterprise_id, at=at, ticket_id=t.id, seq=seqs[t.id]
            )
            for t in tickets
        )
    )


def say_by_itself(actor: Actor, ticket: Ticket, text: str, *, action: str, at: datetime) -> int:
    """The message's number. Automatic: no clock of a person's answer stops, and nobody's version grows stale."""
    said = clean(text, field="text", limit=TEXT_LIMIT)
    seq = ticket.last_seq + 1
    record_commands(actor, [Command(ticket, action, [public_message(said, automatic=True)], is_edit=False)], at=at)
    announce_words([ticket], {ticket.id: seq}, at)
    return seq
