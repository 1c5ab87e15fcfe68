"""Who works when: rosters, leave, swaps, hand-over notes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from tierline.plumbing.actor import Actor
from tierline.plumbing.service import service
from tierline.workforce import operations, policies, queries
from tierline.workforce.operations import NewLine, StandIn


@service
def draft_roster(
    *, actor: Actor, enterprise_id: int, name: str, zone: str, first_on: date, last_on: date, at: datetime
) -> int:
    policies.require(actor, "shift.plan")
    policies.require_reach(actor, "shift.plan", enterprise_id)
    return operations.draft_roster(
        actor=actor, enterprise_id=enterprise_id, name=name, zone=zone, first_on=first_on, last_on=last_on, at=at
    )


@service
def copy_roster(*, actor: Actor, roster_id: int, first_on: date, last_on: date, at: datetime) -> int:
    policies.require(actor, "shift.plan")
    return operations.copy_roster(actor=actor, roster_id=roster_id, first_on=first_on, last_on=last_on, at=at)


@service
def add_lines(*, actor: Actor, roster_id: int, lines: Sequence[NewLine], at: datetime) -> list[int]:
    """Raises RosterClosed, NotFound, Invalid; then none is added."""
    policies.require(actor, "shift.plan")
    return operations.add_lines(actor=actor, roster_id=roster_id, lines=lines, at=at)


@service
def remove_line(*, actor: Actor, line_id: int, at: datetime) -> int:
    policies.require(actor, "shift.plan")
    return operations.remove_line(actor=actor, line_id=line_id, at=at)


@service
def publish_roster(*, actor: Actor, roster_id: int, at: datetime, reason: str = "") -> list[int]:
    """Its shifts hold from now on. Raises ShiftsOverlap always; RosterHasGaps unless ``reason`` says why."""
    policies.require(actor, "shift.plan")
    return operations.publish_roster(actor=actor, roster_id=roster_id, reason=reason, at=at)


@service
def ask_leave(*, actor: Actor, kind: str, starts_at: datetime, ends_at: datetime, reason: str, at: datetime) -> int:
    """Leave for oneself; a manager settles it."""
    me = policies.worker(actor, "leave")
    return operations.ask_leave(
        actor=actor, person_id=me, kind=kind, starts_at=starts_at, ends_at=ends_at, reason=reason, at=at
    )


@service
def settle_leave(*, actor: Actor, leave_id: int, is_approved: bool, at: datetime) -> None:
    policies.require(actor, "leave.settle")
    state = "approved" if is_approved else "declined"
    operations.settle_leave(actor=actor, leave_id=leave_id, state=state, at=at)


@service
def withdraw_leave(*, actor: Actor, leave_id: int, at: datetime) -> None:
    """One's own."""
    me = policies.worker(actor, "leave")
    policies.require_own(actor, [row.id for row in queries.leaves([me], after=at)], leave_id, "leave")
    operations.settle_leave(actor=actor, leave_id=leave_id, state="withdrawn", at=at)


@service
def ask_swap(*, actor: Actor, wanted: StandIn, at: datetime) -> int:
    """Ask a colleague to take one's shift, or part of it."""
    policies.worker(actor, "swap")
    return operations.ask_swap(actor=actor, wanted=wanted, at=at)


@service
def answer_swap(*, actor: Actor, swap_id: int, is_agreed: bool, at: datetime) -> None:
    """Who was asked agrees, and stands in; or declines. Raises NotFound for another's, ShiftsOverlap."""
    me = policies.worker(actor, "swap")
    row = queries.swap(swap_id)
    policies.require_own(actor, [swap_id] if row.to_person == me else [], swap_id, "swap")
    operations.settle_swap(actor=actor, swap_id=swap_id, state="done" if is_agreed else "declined", at=at)


@service
def withdraw_swap(*, actor: Actor, swap_id: int, at: datetime) -> None:
    me = policies.worker(actor, "swap")
    row = queries.swap(swap_id)
    policies.require_own(actor, [swap_id] if row.asked_by == me else [], swap_id, "swap")
    operations.settle_swap(actor=actor, swap_id=swap_id, state="withdrawn", at=at)


@service
def override_shift(*, actor: Actor, wanted: StandIn, at: datetime) -> list[int]:
    """A manager puts somebody else on a shift, or part of it. Raises NotFound, Invalid, ShiftsOverlap."""
    policies.require(actor, "shift.plan")
    return operations.stand_in(actor=actor, wanted=wanted, at=at)
