"""交班说明: what the next shift has to know and takes over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tierline.audit.operations import Act, record
from tierline.domain.errors import Invalid, NotFound
from tierline.domain.text import clean
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import require_transaction
from tierline.workforce.models import HandoverNote

TICKETS_LIMIT = 200


def write_note(
    *, actor: Actor, enterprise_id: int, tier: int, text: str, ticket_ids: Sequence[int], at: datetime
) -> int:
    require_transaction()
    if tier not in (1, 2, 3):
        raise Invalid(field="tier", value=tier, allowed=[1, 2, 3])
    if len(set(ticket_ids)) > TICKETS_LIMIT:
        raise Invalid(field="tickets", limit=TICKETS_LIMIT)
    made = HandoverNote.objects.create(
        provider_id=actor.provider_id,
        enterprise_id=enterprise_id,
        from_person_id=actor.person_id,
        tier=tier,
        text=clean(text, field="text", limit=20_000),
        tickets=sorted(set(ticket_ids)),
        written_at=at,
    )
    record(actor, [_act(made, "handover.written")], at=at)
    return int(made.id)


def accept_note(*, actor: Actor, note_id: int, at: datetime) -> HandoverNote:
    """The note, taken by the actor. Raises NotFound when it is not there or somebody has it; Invalid for one's own."""
    require_transaction()
    rows = HandoverNote.objects.filter(id=note_id, accepted_at=None)
    row: HandoverNote | None = rows.select_for_update().first()
    if row is None:
        raise NotFound(what="handover_note", id=note_id)
    if row.from_person_id == actor.person_id:
        raise Invalid(field="note", value=note_id, why="own")
    rows.update(accepted_by_id=actor.person_id, accepted_at=at)
    record(actor, [_act(row, "handover.accepted")], at=at)
    return row


def _act(row: HandoverNote, action: str) -> Act:
    facts = {"note": row.id, "tier": row.tier, "tickets": row.tickets}
    return Act(f"person:{row.from_person_id}", action, row.enterprise_id, facts)
