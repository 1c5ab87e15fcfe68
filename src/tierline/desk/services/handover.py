"""交班: the open work goes to the next shift with a note, and whoever accepts the note has it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tierline.desk import policies
from tierline.desk.models import Ticket
from tierline.desk.operations import Command, Draft, locked, record_commands
from tierline.desk.services.assign import require_credentials
from tierline.domain.errors import NotAllowed, NotFound
from tierline.plumbing.actor import ENGINEER, Actor
from tierline.plumbing.service import service
from tierline.workforce import operations as workforce


@service
def write_handover(*, actor: Actor, enterprise_id: int, text: str, ticket_ids: Sequence[int], at: datetime) -> int:
    """A note for the next shift of one's tier, with open tickets of one's own. Raises NotFound for another's."""
    _require_engineer(actor, enterprise_id)
    for ticket in locked(actor, ticket_ids):
        if ticket.assignee_id != actor.person_id or ticket.enterprise_id != enterprise_id or not ticket.is_open:
            raise NotFound(what="ticket", id=ticket.id)
    tier = actor.tiers[enterprise_id]
    assert tier is not None
    return workforce.write_note(
        actor=actor, enterprise_id=enterprise_id, tier=tier, text=text, ticket_ids=ticket_ids, at=at
    )


@service
def accept_handover(*, actor: Actor, note_id: int, at: datetime) -> list[Ticket]:
    """The note is read, and those of its tickets that its writer, or nobody, still has are one's own now."""
    policies.require(actor, "claim")
    note = workforce.accept_note(actor=actor, note_id=note_id, at=at)
    _require_engineer(actor, note.enterprise_id)
    seen = Ticket.objects.filter(id__in=note.tickets).values_list("id", flat=True)
    tickets = [
        t
        for t in locked(actor, sorted(seen))
        if t.is_open and t.assignee_id in (note.from_person_id, None) and policies.works_in_tier(actor, t, t.tier)
    ]
    if tickets:
        assert actor.person_id is not None
        require_credentials(actor.person_id, tickets, at=at)
        record_commands(actor, [_handed_over(actor, t, note_id) for t in tickets], at=at)
    return tickets


def _handed_over(actor: Actor, ticket: Ticket, note_id: int) -> Command:
    facts = {"assignee": actor.person_id, "was": ticket.assignee_id, "reason": "handed_over", "note": note_id}
    return Command(ticket, "hand_over", [Draft("assigned", facts)])


def _require_engineer(actor: Actor, enterprise_id: int) -> None:
    if actor.role != ENGINEER or actor.tiers.get(enterprise_id) is None:
        raise NotAllowed(right="handover", role=actor.role)
