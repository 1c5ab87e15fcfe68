"""Tickets whose timers fall due inside a chosen stretch of time, and an audit of what was recorded for them.

What should have been recorded is worked out again from the tickets' own events by ``plain``, which shares nothing
with the product's calendars and clocks.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from random import Random
from typing import Any

from tests.bench.plain import DAYS, Span, Week
from tests.support.world import STAFF, Place, make_place, make_provider
from tierline.agreements.operations import Wording
from tierline.agreements.services import publish_agreement
from tierline.desk import services
from tierline.desk.models import Ticket, TicketEvent
from tierline.desk.operations import Draft, NewTicket, open_tickets
from tierline.domain.calendars import Calendar
from tierline.domain.errors import DomainError
from tierline.plumbing import tenancy
from tierline.plumbing.actor import system

OFFICE = {day: [["09:00", "12:00"], ["13:30", "18:00"]] for day in DAYS[:5]}
NIGHTS = {day: [["22:00", "06:00"]] for day in DAYS}
ALWAYS = {day: [["00:00", "24:00"]] for day in DAYS}

WEEKS: Mapping[str, Week] = {
    "shanghai": Week("Asia/Shanghai", OFFICE, frozenset({date(2028, 2, 28), date(2028, 10, 2)})),
    "shanghai-nights": Week("Asia/Shanghai", NIGHTS),
    "berlin": Week("Europe/Berlin", OFFICE),
    "berlin-nights": Week("Europe/Berlin", NIGHTS),
    "new-york-nights": Week("America/New_York", NIGHTS),
    "lord-howe-nights": Week("Australia/Lord_Howe", NIGHTS),
    "always": Week("UTC", ALWAYS),
}
# kind -> (target, its one alert step): both fall due within seconds of each other.
HOURS = 3600
AMOUNTS = {"restore": timedelta(seconds=10 * HOURS), "resolve": timedelta(seconds=10 * HOURS + 6)}
WARNS_BEFORE = timedelta(seconds=3)
PAUSE = timedelta(seconds=3)
TIMERS_A_TICKET = 2 * len(AMOUNTS)

# An hour before anything is opened.
BEGINNING = datetime(2028, 1, 3, tzinfo=UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@dataclass
class World:
    provider_id: int
    places: Mapping[str, Place]
    dice: Random = field(default_factory=lambda: Random(11))
    tickets: list[int] = field(default_factory=list)
    paused: list[tuple[int, datetime]] = field(default_factory=list)
    week_of: dict[int, str] = field(default_factory=dict)

    def open(self, count: int, since: datetime, until: datetime, *, at: datetime, weeks: Sequence[str] = ()) -> None:
        """So many tickets whose first clock falls due in [since, until), opened days before, some paused meanwhile."""
        names = [name for name in weeks or WEEKS if _is_open(WEEKS[name], since, until)]
        for name in names:
            share = count // len(names) + (count % len(names) if name == names[0] else 0)
            dues = [since + (until - since) * self.dice.random() for _ in range(share)]
            for start in range(0, len(dues), 500):
                self._open(name, dues[start : start + 500], at)

    def _open(self, name: str, dues: Sequence[datetime], at: datetime) -> None:
        place, week = self.places[name], WEEKS[name]
        items = []
        for due in dues:
            pauses = [] if self.dice.random() < 0.6 else [timedelta(minutes=self.dice.randrange(5, 600))]
            items.append(_item(place, week, due, pauses, self.dice, at))
        with tenancy.scoped(place.provider_id, (place.enterprise_id,), durable=True):
            made = open_tickets(actor=place.system, items=items, at=at, is_quiet=True)
        for ticket in made:
            assert isinstance(ticket, Ticket), ticket
            self.tickets.append(ticket.id)
            self.week_of[ticket.id] = name

    def disturb(self, at: datetime, *, not_before: datetime) -> str:
        """Somebody pauses or reassigns a ticket that has time left, or resumes one; what was done."""
        ticket_id = self.dice.choice(self.tickets)
        if self.paused and at - self.paused[0][1] > PAUSE:
            ticket_id, _ = self.paused.pop(0)
        place = self.places[self.week_of[ticket_id]]
        with tenancy.reading(place.system):
            ticket = Ticket.objects.get(id=ticket_id)
        if (
            ticket.state != "waiting"
            and ticket.next_due_at is not None
            and ticket.next_due_at - WARNS_BEFORE < not_before
        ):
            return "left alone"
        return self._act(place, ticket, at)

    def _act(self, place: Place, ticket: Ticket, at: datetime) -> str:
        seen = {ticket.id: ticket.version}
        who = place.people["manager"]
        try:
            if ticket.state == "waiting":
                services.resume_tickets(actor=who, seen=seen, at=at)
                return "resumed"
            if self.dice.random() < 0.5 and ticket.state == "open":
                services.wait_tickets(actor=who, seen=seen, on="maintenance", reason="窗口", at=at)
                self.paused.append((ticket.id, at))
                return "paused"
            assignee = place.people[self.dice.choice(("l1", "l2"))].person_id or 0
            services.assign_tickets(actor=who, seen=seen, assignee_id=assignee, at=at)
        except DomainError as refused:
            return refused.code
        return "reassigned"

    def resume_all(self, at: datetime) -> None:
        for place in self.places.values():
            with tenancy.reading(place.system):
                waiting = list(Ticket.objects.filter(state="waiting"))
            for ticket in waiting:
                services.resume_tickets(actor=place.people["manager"], seen={ticket.id: ticket.version}, at=at)
        self.paused.clear()

    def in_due_order(self, since: datetime) -> bool:
        """Whether each transaction recorded nothing that was due before what an earlier one recorded."""
        told = "clock_warned", "clock_breached"
        with tenancy.reading(system(self.provider_id, tuple(p.enterprise_id for p in self.places.values()))):
            rows = TicketEvent.objects.filter(type__in=told, occurred_at__gte=since).order_by("id")
            dues = list(rows.extra(select={"xmin": "xmin::text"}).values_list("xmin", "occurred_at"))
        groups: dict[str, list[datetime]] = {}
        for transaction, due in dues:
            groups.setdefault(transaction, []).append(due)
        return all(max(a) <= min(b) for a, b in pairwise(groups.values()))


def make_world() -> World:
    """One enterprise a week, each with the agreement that promises AMOUNTS on it."""
    provider = make_provider(f"timed-{os.getpid()}", at=BEGINNING)
    return World(provider, {name: _place(provider, name, week) for name, week in WEEKS.items()})


def _place(provider: int, name: str, week: Week) -> Place:
    place = make_place(provider, f"timed-{name}-{os.getpid()}", staff=tuple(STAFF)[:4], at=BEGINNING)
    terms = {
        "calendars": {"own": week.to_json()},
        "calendar_of": dict.fromkeys(("P1", "P2", "P3", "P4"), "own"),
        "targets": {
            kind: {p: {"seconds": amount // timedelta(seconds=1)} for p in ("P1", "P2", "P3", "P4")}
            for kind, amount in AMOUNTS.items()
        },
        "steps": [
            {"key": f"warn_{kind}", "tell": "assignee", "kinds": [kind], "used": _share(amount)}
            for kind, amount in AMOUNTS.items()
        ],
    }
    wording = Wording("standard", "计时", "Timed", terms, BEGINNING)
    publish_agreement(actor=place.people["manager"], enterprise_id=place.enterprise_id, wording=wording, at=BEGINNING)
    return place


def _share(amount: timedelta) -> str:
    return f"{(amount - WARNS_BEFORE) // timedelta(seconds=1)}/{amount // timedelta(seconds=1)}"


def _is_open(week: Week, since: datetime, until: datetime) -> bool:
    """All the while, and a minute more: everything that falls due must fall due in working time."""
    opens, closes = next(week.spans(since))
    return opens == since and closes >= until + timedelta(minutes=1)


def _item(
    place: Place, week: Week, due: datetime, pauses: Sequence[timedelta], dice: Random, at: datetime
) -> NewTicket:
    """Opened so that its first clock ends at ``due``. The product's own calendar may say when that was: it is checked."""
    calendar, amount = _calendar(week), min(AMOUNTS.values()) // timedelta(microseconds=1)
    ends, resumed = due, at - timedelta(minutes=dice.randrange(5, 200))
    if pauses and calendar.work(resumed, due) < amount:
        amount -= calendar.work(resumed, due)
        ends = resumed - pauses[0]
    opened = calendar.ago(ends, amount)
    return NewTicket(
        enterprise_id=place.enterprise_id,
        text="计时",
        requester_email=place.people["requester"].email,
        opened_at=opened,
        started_at=opened,
        then=_wait(ends, resumed) if ends < due else [],
    )


@cache
def _calendar(week: Week) -> Calendar:
    return Calendar.from_json(week.to_json())


def _wait(since: datetime, until: datetime) -> list[Draft]:
    return [
        Draft("waited", {"on": "maintenance"}, {"text": "窗口"}, occurred_at=since),
        Draft("resumed", {"why": "person"}, occurred_at=until),
    ]


@dataclass
class Outcome:
    """``late`` in seconds, sorted."""

    expected: int
    missed: int
    doubled: int
    early: int
    wrong: int
    late: list[float]
    kinds: Counter[str]

    @property
    def is_exact(self) -> bool:
        return not (self.missed or self.doubled or self.early or self.wrong)

    def percentile(self, share: float) -> float:
        return self.late[min(len(self.late) - 1, int(share * len(self.late)))] if self.late else 0.0


def audit(world: World, *, now: datetime) -> Outcome:
    """Every warning and breach that belongs on the record by ``now`` against every one that is there."""
    wanted: dict[tuple[int, str, str], datetime] = {}
    found: list[tuple[tuple[int, str, str], TicketEvent]] = []
    for name, place in world.places.items():
        with tenancy.reading(place.system):
            rows = list(TicketEvent.objects.order_by("ticket_id", "occurred_at", "seq"))
        by_ticket: dict[int, list[TicketEvent]] = {}
        for row in rows:
            by_ticket.setdefault(row.ticket_id, []).append(row)
            if row.type in ("clock_warned", "clock_breached"):
                step = "breach" if row.type == "clock_breached" else "warn"
                found.append(((row.ticket_id, str(row.payload["kind"]), step), row))
        for ticket_id in by_ticket:
            wanted |= {
                k: t for k, t in _expected(WEEKS[name], ticket_id, by_ticket[ticket_id], now).items() if t <= now
            }
    counts = Counter(key for key, _ in found)
    return Outcome(
        expected=len(wanted),
        missed=len(wanted.keys() - counts.keys()),
        doubled=sum(n - 1 for n in counts.values()),
        early=sum(row.recorded_at < row.occurred_at for _, row in found) + len(counts.keys() - wanted.keys()),
        wrong=sum(key in wanted and row.occurred_at != wanted[key] for key, row in found),
        late=sorted((row.recorded_at - row.occurred_at).total_seconds() for _, row in found),
        kinds=Counter(row.type for row in rows if row.type in ("waited", "assigned")),
    )


def _expected(
    week: Week, ticket_id: int, rows: Sequence[TicketEvent], now: datetime
) -> dict[tuple[int, str, str], datetime]:
    runs = _running(rows, now)
    found = {}
    for kind, amount in AMOUNTS.items():
        for step, target in (("warn", amount - WARNS_BEFORE), ("breach", amount)):
            reached = week.reached(runs, target)
            if reached is not None:
                found[ticket_id, kind, step] = reached
    return found


def _running(rows: Sequence[TicketEvent], now: datetime) -> list[Span]:
    """The stretches in which the ticket's clocks ran."""
    since: datetime | None = None
    runs: list[Span] = []
    for row in rows:
        said: Mapping[str, Any] = row.payload
        if row.type == "opened":
            since = at(said["started_at"])
        elif row.type == "waited" and since is not None:
            runs, since = [*runs, (since, row.occurred_at)], None
        elif row.type == "resumed":
            since = row.occurred_at
    return runs if since is None else [*runs, (since, now + timedelta(days=1))]
