"""The requester's or an auditor's yes to an automatic answer."""

from __future__ import annotations

from datetime import datetime

from tierline.desk.models import Ticket
from tierline.desk.operations.drafting import Draft
from tierline.desk.operations.recording import Command, record_commands
from tierline.plumbing.actor import Actor

BY = ("requester", "audit")


def confirm_answer(actor: Actor, ticket: Ticket, *, by: str, seq: int, at: datetime) -> None:
    """The automatic answer ``seq`` was right: the clock of the first useful answer stops."""
    assert by in BY
    draft = Draft("answer_confirmed", {"by": by, "answer": seq}, audience="public" if by == "requester" else "internal")
    record_commands(actor, [Command(ticket, "confirm-answer", [draft], is_edit=False)], at=at)
