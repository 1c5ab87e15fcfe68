"""Closed tickets read anew into the search index."""

from __future__ import annotations

from datetime import datetime

from tierline.desk import policies
from tierline.desk.models import Ticket
from tierline.desk.operations.indexing import CLOSED, index_tickets
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import service

_BATCH = 500


def reindex_tickets(*, actor: Actor, enterprise_id: int, at: datetime) -> int:
    """Some hundred in a transaction; how many."""
    done, after = 0, 0
    while ids := _reindex(actor=actor, enterprise_id=enterprise_id, after=after, at=at):
        done, after = done + len(ids), ids[-1]
    return done


@service
def _reindex(*, actor: Actor, enterprise_id: int, after: int, at: datetime) -> list[int]:
    policies.require(actor, "rebase")
    rows = Ticket.objects.filter(enterprise_id=enterprise_id, state__in=CLOSED, id__gt=after).order_by("id")
    part = list(rows.select_for_update(of=("self",))[:_BATCH])
    index_tickets(part)
    return [ticket.id for ticket in part]
