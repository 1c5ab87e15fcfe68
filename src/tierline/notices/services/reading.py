"""The reader has seen it: in the centre, or by opening what it is about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tierline.desk import queries as desk
from tierline.notices import policies
from tierline.notices.models import Notice
from tierline.plumbing import live
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import service


@service
def mark_read(*, actor: Actor, notice_ids: Sequence[int] | None, at: datetime) -> int:
    """These notices of one's own, or all (None), are read; how many were not. Others' are not found."""
    policies.require_reader(actor)
    rows = Notice.objects.filter(person_id=actor.person_id, read_at=None)
    if notice_ids is not None:
        rows = rows.filter(id__in=list(notice_ids))
    enterprises = set(rows.values_list("enterprise_id", flat=True))
    changed = rows.update(read_at=at)
    assert actor.person_id is not None
    live.publish(live.Change(actor.provider_id, e, "notice", actor.person_id, 0) for e in sorted(enterprises))
    return changed


@service
def mark_opened(*, actor: Actor, number: str, at: datetime) -> int:
    """The reader opens the ticket: what was told of it is read. One look where nothing is unread."""
    unread = Notice.objects.filter(person_id=actor.person_id, read_at=None).exclude(ticket_id=None)
    told = set(unread.values_list("ticket_id", flat=True))
    opened = [ticket_id for ticket_id, ticket in desk.tickets(actor, sorted(told)).items() if ticket.number == number]
    if not opened:
        return 0
    rows = unread.filter(ticket_id__in=opened)
    enterprises = set(rows.values_list("enterprise_id", flat=True))
    changed = rows.update(read_at=at)
    assert actor.person_id is not None
    live.publish(live.Change(actor.provider_id, e, "notice", actor.person_id, 0) for e in sorted(enterprises))
    return changed
