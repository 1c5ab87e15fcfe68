"""The next open tickets of a rebase, moved to the newer version by the desk's own verb."""

from __future__ import annotations

from datetime import datetime

from tierline.desk import operations as desk
from tierline.desk.queries.history import Which, places
from tierline.planning.models import DONE, Rebase
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import require_transaction


def move_next(actor: Actor, rebase: Rebase, *, at: datetime) -> bool:
    """One batch of the locked rebase; whether there is more to do. A ticket that was moved before is not met again."""
    require_transaction()
    place = (rebase.at_opened, rebase.at_ticket) if rebase.at_opened and rebase.at_ticket else None
    found = places(actor, Which(rebase.versions, rebase.enterprise_id, open_only=True), after=place, limit=rebase.size)
    ids = [ticket_id for _, ticket_id in found]
    rebase.moved += len(desk.rebase_tickets(actor=actor, ticket_ids=ids, version=rebase.version_id, at=at))
    rebase.done += len(found)
    rebase.batch += 1
    if found:
        rebase.at_opened, rebase.at_ticket = found[-1]
    if len(found) < rebase.size:
        rebase.state, rebase.finished_at = DONE, at
    rebase.save(update_fields=["moved", "done", "batch", "at_opened", "at_ticket", "state", "error", "finished_at"])
    return rebase.state != DONE
