"""班表: lines of local time, and the shifts that publishing makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tierline.audit.operations import Act, record
from tierline.domain.calendars.zones import zone_of
from tierline.domain.errors import DomainError, Invalid, NotFound
from tierline.domain.shifts import Line, Overlap, ShiftsOverlap
from tierline.domain.text import clean
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import require_transaction
from tierline.workforce import queries
from tierline.workforce.models import Roster, RosterLine
from tierline.workforce.operations.people import require_people
from tierline.workforce.operations.shifts import KINDS, NewShift, cancel_shifts, plan_shifts

LINES_LIMIT = 500


class RosterHasGaps(DomainError):
    """Published with less than is needed only by somebody who says why. ``gaps`` says how many, ``first`` the first."""

    code = "roster_has_gaps"


class RosterClosed(DomainError):
    """Only a draft can be changed."""

    code = "roster_closed"


@dataclass(frozen=True, slots=True)
class NewLine:
    """``person_id`` None: a line of need for ``heads``. Minutes of the local day in ``zone`` (empty: the roster's)."""

    person_id: int | None
    kind: str
    tier: int
    weekdays: frozenset[int]
    starts: int
    ends: int
    first_on: date
    last_on: date
    zone: str = ""
    heads: int = 1


def draft_roster(
    *, actor: Actor, enterprise_id: int, name: str, zone: str, first_on: date, last_on: date, at: datetime
) -> int:
    require_transaction()
    zone_of(zone)
    if last_on < first_on:
        raise Invalid(field="last_on", value=last_on.isoformat())
    made = Roster.objects.create(
        provider_id=actor.provider_id,
        enterprise_id=enterprise_id,
        name=clean(name, field="name", limit=200),
        zone=zone,
        first_on=first_on,
        last_on=last_on,
        created_by_id=actor.person_id,
        created_at=at,
    )
    record(actor, [_act(made, "roster.drafted")], at=at)
    return int(made.id)


def copy_roster(*, actor: Actor, roster_id: int, first_on: date, last_on: date, at: datetime) -> int:
    """A new draft with the lines of an older roster, moved to other dates."""
    require_transaction()
    source = _roster(roster_id)
    made = draft_roster(
        actor=actor,
        enterprise_id=source.enterprise_id,
        name=source.name,
        zone=source.zone,
        first_on=first_on,
        last_on=last_on,
        at=at,
    )
    lines = [
        NewLine(
            row.person_id,
            row.kind,
            row.tier,
            frozenset(map(int, row.weekdays)),
            row.starts,
            row.ends,
            first_on,
            last_on,
            row.zone,
            row.heads,
        )
        for row in RosterLine.objects.filter(roster_id=source.id).order_by("id")
    ]
    add_lines(actor=actor, roster_id=made, lines=lines, at=at)
    return made


def add_lines(*, actor: Actor, roster_id: int, lines: Sequence[NewLine], at: datetime) -> list[int]:
    """Raises RosterClosed, NotFound, Invalid; then none is added."""
    require_transaction()
    roster = _draft(roster_id)
    require_people({line.person_id for line in lines if line.person_id is not None})
    if RosterLine.objects.filter(roster_id=roster.id).count() + len(lines) > LINES_LIMIT:
        raise Invalid(field="lines", limit=LINES_LIMIT)
    for line in lines:
        _check(roster, line)
    made = RosterLine.objects.bulk_create(
        RosterLine(
            provider_id=actor.provider_id,
            enterprise_id=roster.enterprise_id,
            roster_id=roster.id,
            person_id=line.person_id,
            kind=line.kind,
            tier=line.tier,
            zone=line.zone or roster.zone,
            weekdays="".join(map(str, sorted(line.weekdays))),
            starts=line.starts,
            ends=line.ends,
            heads=line.heads,
            first_on=line.first_on,
            last_on=line.last_on,
        )
        for line in lines
    )
    record(actor, [_act(roster, "roster.lines_added", lines=len(made))], at=at)
    return [row.id for row in made]


def remove_line(*, actor: Actor, line_id: int, at: datetime) -> int:
    """The id of its roster."""
    require_transaction()
    row = RosterLine.objects.filter(id=line_id).first()
    if row is None:
        raise NotFound(what="roster_line", id=line_id)
    roster = _draft(row.roster_id)
    RosterLine.objects.filter(id=line_id).delete()
    record(actor, [_act(roster, "roster.line_removed", line=line_id)], at=at)
    return int(roster.id)


def publish_roster(*, actor: Actor, roster_id: int, reason: str, at: datetime) -> list[int]:
    """The roster's shifts from ``at`` on take the place of those planned for the enterprise in its dates.

    Raises ShiftsOverlap, RosterClosed; RosterHasGaps when less is there than needed and ``reason`` is empty.
    """
    require_transaction()
    roster = _draft(roster_id)
    why = clean(reason, field="reason", limit=2000, required=False).strip()
    plan = queries.roster_plan(roster.id, at=at)
    if plan.overlaps:
        raise _twice(plan.overlaps[0])
    if plan.gaps and not why:
        raise RosterHasGaps(gaps=len(plan.gaps), first=plan.gaps[0].starts_at.isoformat())
    if plan.goes:
        cancel_shifts(actor=actor, shift_ids=[s.id for s in plan.goes], at=at)
    made = plan_shifts(
        actor=actor,
        rows=[
            NewShift(s.person, s.starts_at, s.ends_at, roster.enterprise_id, s.tier, s.kind, roster.id)
            for s in plan.comes
        ],
        at=at,
    )
    replaced = Roster.objects.filter(
        enterprise_id=roster.enterprise_id,
        state="published",
        first_on__gte=roster.first_on,
        last_on__lte=roster.last_on,
    )
    replaced.update(state="replaced")
    Roster.objects.filter(id=roster.id).update(
        state="published", reason=why, published_by_id=actor.person_id, published_at=at
    )
    facts = {"shifts": len(made), "cancelled": len(plan.goes), "gaps": len(plan.gaps)}
    record(actor, [_act(roster, "roster.published", **facts)], at=at)
    return made


def _twice(found: Overlap) -> ShiftsOverlap:
    return ShiftsOverlap(person=found.person, starts_at=found.starts_at)


def _check(roster: Roster, line: NewLine) -> None:
    if line.kind not in KINDS:
        raise Invalid(field="kind", value=line.kind, allowed=list(KINDS))
    Line(
        line.kind,
        line.tier,
        line.zone or roster.zone,
        line.weekdays,
        line.starts,
        line.ends,
        line.first_on,
        line.last_on,
        line.person_id or 0,
        line.heads,
    )
    if not roster.first_on <= line.first_on <= line.last_on <= roster.last_on:
        raise Invalid(field="last_on", value=line.last_on.isoformat())


def _roster(roster_id: int) -> Roster:
    row: Roster | None = Roster.objects.select_for_update().filter(id=roster_id).first()
    if row is None:
        raise NotFound(what="roster", id=roster_id)
    return row


def _draft(roster_id: int) -> Roster:
    roster = _roster(roster_id)
    if roster.state != "draft":
        raise RosterClosed(roster=roster.name, state=roster.state)
    return roster


def _act(roster: Roster, action: str, **facts: int) -> Act:
    return Act(f"roster:{roster.id}", action, roster.enterprise_id, {"roster": roster.id, **facts})
