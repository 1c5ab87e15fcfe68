"""Rosters as they are drafted and published, and what publishing would change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from tierline.domain.calendars import instant
from tierline.domain.calendars.zones import wall, zone_of
from tierline.domain.errors import NotFound
from tierline.domain.shifts import Gap, Line, Overlap, Stretch, gaps, overlaps, stretches, taken_over, without
from tierline.workforce.models import HandoverNote, Leave, Roster, RosterLine, Swap
from tierline.workforce.queries import duty
from tierline.workforce.queries.duty import ShiftRow


@dataclass(frozen=True, slots=True)
class RosterRow:
    id: int
    enterprise_id: int
    name: str
    zone: str
    first_on: date
    last_on: date
    state: str
    reason: str
    published_at: datetime | None
    published_by: int | None


@dataclass(frozen=True, slots=True)
class LineRow:
    id: int
    person_id: int | None
    kind: str
    tier: int
    zone: str
    weekdays: tuple[int, ...]
    starts: int
    ends: int
    heads: int
    first_on: date
    last_on: date

    def line(self) -> Line:
        return Line(
            self.kind,
            self.tier,
            self.zone,
            frozenset(self.weekdays),
            self.starts,
            self.ends,
            self.first_on,
            self.last_on,
            self.person_id or 0,
            self.heads,
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """What publishing does: the stretches that come, the shifts that go, and what is then missing or double."""

    comes: Sequence[Stretch]
    goes: Sequence[ShiftRow]
    gaps: Sequence[Gap]
    overlaps: Sequence[Overlap]
    needed: Sequence[Stretch]
    within: tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class LeaveRow:
    id: int
    person_id: int
    kind: str
    starts_at: datetime
    ends_at: datetime
    reason: str
    state: str


@dataclass(frozen=True, slots=True)
class SwapRow:
    id: int
    shift_id: int
    asked_by: int | None
    to_person: int
    starts_at: datetime
    ends_at: datetime
    reason: str
    state: str


@dataclass(frozen=True, slots=True)
class NoteRow:
    id: int
    enterprise_id: int
    from_person: int
    tier: int
    text: str
    tickets: tuple[int, ...]
    written_at: datetime
    accepted_by: int | None
    accepted_at: datetime | None


def rosters(enterprise_ids: Iterable[int], *, limit: int = 50) -> list[RosterRow]:
    """The youngest first."""
    rows = Roster.objects.filter(enterprise_id__in=set(enterprise_ids)).order_by("-first_on", "-id")[:limit]
    return [_roster(r) for r in rows]


def roster(roster_id: int) -> RosterRow:
    found = Roster.objects.filter(id=roster_id).first()
    if found is None:
        raise NotFound(what="roster", id=roster_id)
    return _roster(found)


def lines(roster_id: int) -> list[LineRow]:
    rows = RosterLine.objects.filter(roster_id=roster_id).order_by("person_id", "tier", "starts", "id")
    return [
        LineRow(
            r.id,
            r.person_id,
            r.kind,
            r.tier,
            r.zone,
            tuple(map(int, r.weekdays)),
            r.starts,
            r.ends,
            r.heads,
            r.first_on,
            r.last_on,
        )
        for r in rows
    ]


def roster_plan(roster_id: int, *, at: datetime) -> Plan:
    """What publishing at ``at`` would do; nothing before ``at`` changes. Approved leave counts as not there."""
    row = roster(roster_id)
    found = [line.line() for line in lines(roster_id)]
    low, high = span(row.first_on, row.last_on, row.zone)
    low = max(low, at)
    planned = [s for s in stretches(line for line in found if line.person) if s.ends_at > at]
    comes = [_from(s, at) for s in planned]
    needed = stretches(line for line in found if not line.person)
    goes = [
        s
        for s in duty.shifts(starts_before=max(high, low), ends_after=low, enterprise_id=row.enterprise_id)
        if s.enterprise_id == row.enterprise_id and s.cancelled_at is None
    ]
    there = without(comes, absences({s.person for s in comes}, low, high))
    # What the same people do elsewhere at that time stays: for every enterprise or another one.
    missing = gaps(needed, there, within=(low, high)) if low < high else []
    return Plan(comes, goes, missing, overlaps(comes), needed, (low, high))


def published_need(enterprise_ids: Iterable[int], low: datetime, high: datetime) -> list[Stretch]:
    """What the published rosters say is needed between the instants."""
    days = (low - timedelta(days=2)).date(), (high + timedelta(days=2)).date()
    rows = Roster.objects.filter(enterprise_id__in=set(enterprise_ids), state="published")
    found = [
        line.line()
        for r in rows.filter(first_on__lte=days[1], last_on__gte=days[0])
        for line in lines(r.id)
        if line.person_id is None
    ]
    return [s for s in stretches(found) if s.starts_at < high and s.ends_at > low]


def stand_in_plan(row: ShiftRow, person_id: int, starts_at: datetime, ends_at: datetime) -> Plan:
    """What is then missing or double when ``person_id`` takes that part of the shift: the final preview."""
    whole = Stretch(row.starts_at, row.ends_at, row.person_id, row.kind, row.tier or 0)
    kept, taken = taken_over(whole, person_id, starts_at, ends_at)
    others = [
        s
        for s in duty.shifts(starts_before=ends_at, ends_after=starts_at, person_id=person_id)
        if s.cancelled_at is None
    ]
    theirs = [Stretch(s.starts_at, s.ends_at, s.person_id, s.kind, s.tier or 0) for s in others]
    away = [
        Gap(max(a, starts_at), min(b, ends_at), row.tier or 0, row.kind, 0, 1)
        for _, a, b in absences({person_id}, starts_at, ends_at)
    ]
    return Plan([*kept, *taken], [row], away, overlaps([*theirs, *taken]), [], (starts_at, ends_at))


def absences(person_ids: Iterable[int], low: datetime, high: datetime) -> list[tuple[int, datetime, datetime]]:
    rows = Leave.objects.filter(
        person_id__in=set(person_ids), state="approved", starts_at__lt=high, ends_at__gt=low
    ).order_by("starts_at", "id")
    return list(rows.values_list("person_id", "starts_at", "ends_at"))


def leaves(
    person_ids: Iterable[int], *, after: datetime, states: Iterable[str] = ("asked", "approved")
) -> list[LeaveRow]:
    rows = Leave.objects.filter(person_id__in=set(person_ids), ends_at__gt=after, state__in=set(states))
    columns = ("id", "person_id", "kind", "starts_at", "ends_at", "reason", "state")
    return [LeaveRow(*row) for row in rows.order_by("starts_at", "id").values_list(*columns)]


def swaps(person_id: int, *, after: datetime) -> list[SwapRow]:
    """Open ones that the person asked for or is asked, by start."""
    rows = Swap.objects.filter(Q(to_person_id=person_id) | Q(asked_by_id=person_id), state="asked", ends_at__gt=after)
    return [_swap(r) for r in rows.order_by("starts_at", "id")]


def swap(swap_id: int) -> SwapRow:
    found = Swap.objects.filter(id=swap_id, state="asked").first()
    if found is None:
        raise NotFound(what="swap", id=swap_id)
    return _swap(found)


def open_notes(enterprise_ids: Iterable[int], *, limit: int = 50) -> list[NoteRow]:
    """Hand-over notes that nobody has accepted yet, oldest first."""
    rows = HandoverNote.objects.filter(enterprise_id__in=set(enterprise_ids), accepted_at=None)
    return [note_row(r) for r in rows.order_by("written_at", "id")[:limit]]


def notes_of(person_id: int, *, after: datetime) -> list[NoteRow]:
    """What this person wrote since then, the youngest first."""
    rows = HandoverNote.objects.filter(from_person_id=person_id, written_at__gt=after)
    return [note_row(r) for r in rows.order_by("-written_at", "-id")[:20]]


def note_row(r: HandoverNote) -> NoteRow:
    return NoteRow(
        r.id,
        r.enterprise_id,
        r.from_person_id,
        r.tier,
        r.text,
        tuple(r.tickets),
        r.written_at,
        r.accepted_by_id,
        r.accepted_at,
    )


def span(first_on: date, last_on: date, zone: str) -> tuple[datetime, datetime]:
    """From the begin of the first local day to the end of the last."""
    local = zone_of(zone)
    return (
        instant(wall(local, first_on, 0, is_end=False)),
        instant(wall(local, last_on + timedelta(days=1), 0, is_end=False)),
    )


def _from(s: Stretch, at: datetime) -> Stretch:
    return s if s.starts_at >= at else Stretch(at, s.ends_at, s.person, s.kind, s.tier, s.heads)


def _roster(r: Roster) -> RosterRow:
    return RosterRow(
        r.id,
        r.enterprise_id,
        r.name,
        r.zone,
        r.first_on,
        r.last_on,
        r.state,
        r.reason,
        r.published_at,
        r.published_by_id,
    )


def _swap(r: Swap) -> SwapRow:
    return SwapRow(r.id, r.shift_id, r.asked_by_id, r.to_person_id, r.starts_at, r.ends_at, r.reason, r.state)
