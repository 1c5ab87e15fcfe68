"""A warning whose clock was met or stopped asks nobody for anything any more."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tierline.desk import queries as desk
from tierline.domain.notices import Kind
from tierline.domain.sla import Reading
from tierline.notices import operations, queries
from tierline.notices.models import HELD, MUTED, Delivery, Notice, Step
from tierline.plumbing import live
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import service


@service
def retire_warnings(*, actor: Actor, ticket_id: int, at: datetime) -> int:
    """Warnings of the ticket's clocks that are not open any more are put away; how many. What was held stays home."""
    told = list(queries.warnings([ticket_id]).values_list("person_id", flat=True))
    if not told:
        return 0
    operations.lock_people(actor, sorted(set(told)))
    readings = desk.readings(actor, desk.ticket(actor, ticket_id), at=at)
    stale = [step for step in queries.warnings([ticket_id]) if not _is_current(step, readings)]
    Step.objects.filter(id__in=[step.id for step in stale]).update(retired_at=at)
    Delivery.objects.filter(step_id__in=[s.id for s in stale], state=HELD).update(state=MUTED, release_at=None)
    for notice in Notice.objects.filter(id__in={step.notice_id for step in stale}).order_by("id"):
        _settle(notice, at)
        live.publish([live.Change(notice.provider_id, notice.enterprise_id, "notice", notice.person_id, notice.id)])
    return len(stale)


def _is_current(step: Step, readings: Iterable[Reading]) -> bool:
    """Whether the clock that the step warns of, of any cycle where it names none, is still to be stopped."""
    clock, party, cycle = (step.facts.get(name) for name in ("clock", "party", "cycle"))
    return any(
        r.is_open and r.kind == clock and (r.party or "") == (party or "") and cycle in (None, r.cycle)
        for r in readings
    )


def _settle(notice: Notice, at: datetime) -> None:
    """It is about what is left of it, and read when nothing is."""
    left = Step.objects.filter(notice_id=notice.id, retired_at=None).values_list("kind", flat=True)
    kinds = [Kind(kind) for kind in left]
    if kinds:
        notice.kind = min(kinds, key=list(Kind).index)
    elif notice.read_at is None:
        notice.read_at = at
    notice.save(update_fields=["kind", "read_at"])
