"""The product's own word to a requester, and the requester's or an auditor's yes to it."""

from __future__ import annotations

from datetime import datetime

from tierline.desk.events import PublicMessageWritten
from tierline.desk.models import Ticket
from tierline.desk.operations.drafting import Draft
from tierline.desk.operations.recording import Command, record_commands
from tierline.domain.text import TEXT_LIMIT, clean
from tierline.plumbing.actor import Actor
from tierline.plumbing.announce import announce

BY = ("requester", "audit")


def say_by_itself(actor: Actor, ticket: Ticket, text: str, *, at: datetime) -> int:
    """The message's number. Automatic: no clock of a person's answer stops, and nobody's version grows stale."""
    said = clean(text, field="text", limit=TEXT_LIMIT)
    seq = ticket.last_seq + 1
    draft = Draft("public_message", {"automatic": True, "plan": None, "answer": True}, {"text": said}, "public")
    record_commands(actor, [Command(ticket, "answer", [draft], is_edit=False)], at=at)
    announce(
        PublicMessageWritten(
            provider_id=ticket.provider_id, enterprise_id=ticket.enterprise_id, at=at, ticket_id=ticket.id, seq=seq
        )
    )
    return seq


def confirm_answer(actor: Actor, ticket: Ticket, *, by: str, seq: int, at: datetime) -> None:
    """The automatic answer ``seq`` was right: the clock of the first useful answer stops."""
    assert by in BY
    draft = Draft("answer_confirmed", {"by": by, "answer": seq}, audience="public" if by == "requester" else "internal")
    record_commands(actor, [Command(ticket, "confirm-answer", [draft], is_edit=False)], at=at)
