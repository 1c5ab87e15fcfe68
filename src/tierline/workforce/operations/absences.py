"""休假与换班: who is not there after all, and who stands in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from tierline.audit.operations import Act, record
from tierline.domain.errors import Invalid, NotAllowed, NotFound
from tierline.domain.shifts import Stretch, taken_over
from tierline.domain.text import clean
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import require_transaction
from tierline.workforce.models import Leave, Shift, Swap
from tierline.workforce.operations import turning
from tierline.workforce.operations.people import require_people
from tierline.workforce.operations.shifts import NewShift, cancel_shifts, plan_shifts

LEAVES = ("annual", "sick", "training", "other")
ASKED, APPROVED, DECLINED, WITHDRAWN, DONE = "asked", "approved", "declined", "withdrawn", "done"


@dataclass(frozen=True, slots=True)
class StandIn:
    """``to_person`` takes the shift between these instants, or all of it."""

    shift_id: int
    to_person: int
    starts_at: datetime
    ends_at: datetime
    reason: str = ""


def ask_leave(
    *, actor: Actor, person_id: int, kind: str, starts_at: datetime, ends_at: datetime, reason: str, at: datetime
) -> int:
    require_transaction()
    require_people([person_id])
    if kind not in LEAVES:
        raise Invalid(field="kind", value=kind, allowed=list(LEAVES))
    if ends_at <= starts_at or ends_at <= at:
        raise Invalid(field="ends_at", value=ends_at.isoformat())
    made = Leave.objects.create(
        provider_id=actor.provider_id,
        person_id=person_id,
        kind=kind,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=clean(reason, field="reason", limit=2000, required=False),
        asked_at=at,
    )
    record(actor, [_of_leave(made, "leave.asked")], at=at)
    return int(made.id)


def settle_leave(*, actor: Actor, leave_id: int, state: str, at: datetime) -> None:
    """``state``: approved, declined or withdrawn. Approved leave can still be withdrawn. Raises NotFound."""
    require_transaction()
    rows = Leave.objects.filter(id=leave_id, state__in=(ASKED,) if state != WITHDRAWN else (ASKED, APPROVED))
    row = rows.select_for_update().first()
    if row is None:
        raise NotFound(what="leave", id=leave_id)
    rows.update(state=state, settled_by_id=actor.person_id, settled_at=at)
    if state == APPROVED:
        turning.watch_leave(actor, row, at=at)
    else:
        turning.forget_leave(row)
    record(actor, [_of_leave(row, f"leave.{state}")], at=at)


def stand_in(*, actor: Actor, wanted: StandIn, at: datetime) -> list[int]:
    """The shift is cut; what is taken is the other's. What was worked before ``at`` stays. The new shifts' ids.

    Raises NotFound, Invalid, ShiftsOverlap.
    """
    require_transaction()
    require_people([wanted.to_person])
    row = _shift(wanted.shift_id)
    starts_at = max(wanted.starts_at, at)
    stretch = Stretch(row.starts_at, row.ends_at, row.person_id, row.kind, row.tier or 0)
    kept, taken = taken_over(stretch, wanted.to_person, starts_at, wanted.ends_at)
    if wanted.to_person == row.person_id:
        raise Invalid(field="to_person", value=wanted.to_person)
    cancel_shifts(actor=actor, shift_ids=[row.id], at=at)
    # What was worked until now is on the record with the old row; the rest begins now.
    left = [replace(s, starts_at=max(s.starts_at, at)) for s in kept if s.ends_at > at]
    return plan_shifts(
        actor=actor,
        rows=[
            NewShift(s.person, s.starts_at, s.ends_at, row.enterprise_id, row.tier, row.kind, row.roster_id)
            for s in [*left, *taken]
        ],
        at=at,
    )


def ask_swap(*, actor: Actor, wanted: StandIn, at: datetime) -> int:
    """One asks a colleague to stand in. Raises NotFound, NotAllowed for somebody else's shift, Invalid."""
    require_transaction()
    require_people([wanted.to_person])
    row = _shift(wanted.shift_id)
    if row.person_id != actor.person_id:
        raise NotAllowed(right="swap.ask", role=actor.role)
    stretch = Stretch(row.starts_at, row.ends_at, row.person_id, row.kind, row.tier or 0)
    taken_over(stretch, wanted.to_person, wanted.starts_at, wanted.ends_at)
    if wanted.to_person == row.person_id or wanted.ends_at <= at:
        raise Invalid(field="to_person", value=wanted.to_person)
    made = Swap.objects.create(
        provider_id=actor.provider_id,
        enterprise_id=row.enterprise_id,
        shift_id=row.id,
        to_person_id=wanted.to_person,
        starts_at=wanted.starts_at,
        ends_at=wanted.ends_at,
        reason=clean(wanted.reason, field="reason", limit=2000, required=False),
        asked_by_id=actor.person_id,
        asked_at=at,
    )
    record(actor, [_of_swap(made, "swap.asked")], at=at)
    return int(made.id)


def settle_swap(*, actor: Actor, swap_id: int, state: str, at: datetime) -> None:
    """``state``: done, declined or withdrawn; done stands in at once. Raises NotFound, ShiftsOverlap."""
    require_transaction()
    rows = Swap.objects.filter(id=swap_id, state=ASKED)
    row = rows.select_for_update().first()
    if row is None:
        raise NotFound(what="swap", id=swap_id)
    if state == DONE:
        stand_in(actor=actor, wanted=StandIn(row.shift_id, row.to_person_id, row.starts_at, row.ends_at), at=at)
    rows.update(state=state, settled_by_id=actor.person_id, settled_at=at)
    record(actor, [_of_swap(row, f"swap.{state}")], at=at)


def _shift(shift_id: int) -> Shift:
    row: Shift | None = Shift.objects.select_for_update().filter(id=shift_id, cancelled_at=None).first()
    if row is None:
        raise NotFound(what="shift", id=shift_id)
    return row


def _of_leave(row: Leave, action: str) -> Act:
    facts = {"leave": row.id, "kind": row.kind, "from": row.starts_at.isoformat(), "to": row.ends_at.isoformat()}
    return Act(f"person:{row.person_id}", action, None, facts)


def _of_swap(row: Swap, action: str) -> Act:
    facts = {"swap": row.id, "shift": row.shift_id, "to": row.to_person_id}
    return Act(f"person:{row.to_person_id}", action, row.enterprise_id, facts)
