"""The reader has seen it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

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
