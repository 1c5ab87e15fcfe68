"""Rows and lanes of the queue with the names that they show, each read once for all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tierline.accounts import queries as accounts
from tierline.accounts.queries import Contact
from tierline.agreements import queries as agreements
from tierline.desk import queries
from tierline.desk.queries import board, routing
from tierline.desk.queries.address import Address
from tierline.desk.views.offers import service_name
from tierline.domain.sla import Reading, is_left
from tierline.plumbing.actor import Actor

LANE_ROWS = 25
LIST_ROWS = 50
TIERS = (1, 2, 3)
# How many open tickets one person of a tier carries at a time: the measure of the load bar, and no limit.
CARRIES: Mapping[int, int] = {1: 8, 2: 6, 3: 4}
_FACES = 4


@dataclass(frozen=True, slots=True)
class Row:
    """``is_left``: nobody touched the ticket for so long that it sorts before what is due sooner.

    ``is_unplaced``: nobody could take it when that was last asked.
    """

    ticket: Any
    customer: str
    service: str
    assignee: Contact | None
    clocks: Sequence[Reading]
    is_left: bool
    is_unplaced: bool = False


@dataclass(frozen=True, slots=True)
class Lane:
    """``tier`` is None where rows are not grouped. ``left`` is how many rows of the lane are not shown yet."""

    tier: int | None
    rows: Sequence[Row]
    count: board.LaneCount | None = None
    people: Sequence[Contact] = ()
    load: int = 0
    carries: int = 0
    more: str = ""
    left: int = 0

    @property
    def load_percent(self) -> int:
        return min(100, round(100 * self.load / self.carries)) if self.carries else 0

    @property
    def load_look(self) -> str:
        """Amber from nine tenths on, red when more lies there than the tier carries."""
        if self.load > self.carries:
            return "bad"
        return "warn" if self.load_percent >= 90 else ""


def rows_of(actor: Actor, tickets: Sequence[Any], *, at: datetime) -> list[Row]:
    customers = accounts.customers(t.customer_id for t in tickets if t.customer_id)
    people = accounts.people([*(t.assignee_id for t in tickets), *(t.requester_id for t in tickets)])
    services = agreements.services_by_id([t.service_id for t in tickets])
    readings = queries.readings_of(actor, tickets, at=at)
    unplaced = routing.unplaced(tickets)
    return [
        Row(
            ticket=t,
            customer=customers[t.customer_id].name if t.customer_id in customers else _name(people.get(t.requester_id)),
            service=service_name(services[t.service_id]) if t.service_id in services else "",
            assignee=people.get(t.assignee_id) if t.assignee_id else None,
            clocks=readings.get(t.id, ()),
            is_left=_is_left(t, at),
            is_unplaced=t.id in unplaced,
        )
        for t in tickets
    ]


def lanes_of(actor: Actor, address: Address, wanted: board.Wanted, *, at: datetime) -> list[Lane]:
    """One lane a tier, each with its first rows; a tier that is filtered away has none."""
    tiers = wanted.tiers or TIERS
    counted = board.lanes(actor, wanted, at=at)
    pages = {tier: board.page(actor, _of_tier(wanted, tier), at=at, limit=LANE_ROWS) for tier in tiers}
    rows = {r.ticket.id: r for r in rows_of(actor, [t for p in pages.values() for t in p.tickets], at=at)}
    people = _people(actor, wanted, at=at)
    loads = board.loads(actor, [p.id for own in people.values() for p in own], enterprise_id=wanted.enterprise_id)
    return [
        _lane(tier, address, pages[tier], rows, counted.get(tier), people.get(tier, []), loads)
        for tier in sorted(tiers)
    ]


def _lane(
    tier: int,
    address: Address,
    page: board.Page,
    rows: Mapping[int, Row],
    count: board.LaneCount | None,
    people: Sequence[Contact],
    loads: Mapping[int, int],
) -> Lane:
    return Lane(
        tier=tier,
        rows=[rows[t.id] for t in page.tickets],
        count=count,
        people=people[:_FACES],
        load=sum(loads.get(p.id, 0) for p in people),
        carries=CARRIES[tier] * len(people),
        more=address.query(tier=str(tier), cursor=page.next_cursor) if page.next_cursor else "",
        left=count.n - len(page.tickets) if count else 0,
    )


def list_of(actor: Actor, address: Address, wanted: board.Wanted, *, at: datetime, cursor: str) -> Lane:
    """The next rows of one list: of everything, or of the one tier that the address names."""
    is_lane = address.group == "tier" and len(wanted.tiers) == 1
    page = board.page(actor, wanted, at=at, cursor=cursor, limit=LANE_ROWS if is_lane else LIST_ROWS)
    more = address.query(cursor=page.next_cursor) if page.next_cursor else ""
    return Lane(tier=wanted.tiers[0] if is_lane else None, rows=rows_of(actor, page.tickets, at=at), more=more)


def _of_tier(wanted: board.Wanted, tier: int) -> board.Wanted:
    return replace(wanted, tiers=(tier,))


def _people(actor: Actor, wanted: board.Wanted, *, at: datetime) -> dict[int, list[Contact]]:
    """Tier -> its engineers with a live assignment in reach, each once in the highest tier that they work in."""
    reach = [wanted.enterprise_id] if wanted.enterprise_id else list(actor.enterprises)
    highest: dict[int, tuple[int, Contact]] = {}
    for person, _, tier in accounts.engineers_of(reach, at=at):
        highest[person.id] = max(tier, highest.get(person.id, (0, person))[0]), person
    found: dict[int, list[Contact]] = {}
    for tier, person in highest.values():
        found.setdefault(tier, []).append(person)
    return found


def _is_left(ticket: Any, at: datetime) -> bool:
    """Its place in the queue is past, though no promise is."""
    return is_left(order_at=ticket.order_at, due_at=ticket.next_due_at, at=at)


def _name(person: Contact | None) -> str:
    return person.name if person else ""
