"""The filters in force as chips: what each is called, what it says, and the address without it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from tierline.accounts import queries as accounts
from tierline.agreements import queries as agreements
from tierline.desk.fields import Choices
from tierline.desk.queries import board
from tierline.desk.queries.address import ME, PRIORITIES, STATES, TIERS, Address
from tierline.desk.views.offers import service_name
from tierline.plumbing.actor import Actor


@dataclass(frozen=True, slots=True)
class Chip:
    name: str
    said: str
    without: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One filter of the filter box. ``taken`` are the values in force."""

    name: str
    choices: Choices
    taken: Sequence[str]
    is_several: bool


def chips(address: Address) -> list[Chip]:
    named = _names(address)
    return [
        Chip(name, named.get((name, value), value), address.without(name, value))
        for name in ("state", "priority", "tier", "assignee", "service", "customer", "enterprise", "q")
        for value in address.asked.get(name, ())
    ]


def choices(actor: Actor, address: Address, in_view: int | None, *, at: datetime) -> list[Choice]:
    """What the filter box offers; the enterprise only where more than one is in view."""
    reach = [in_view] if in_view else list(actor.enterprises)
    customers = accounts.customers(board.customers_waiting(actor, enterprise_id=in_view))
    offered: list[tuple[str, Choices]] = [
        ("state", [(s, gettext(f"page.state.{s}")) for s in STATES]),
        ("priority", [(p, p) for p in PRIORITIES]),
        ("tier", [(t, f"L{t} · {gettext(f'page.tier.{t}')}") for t in TIERS]),
        ("assignee", _assignees(reach, at)),
        ("service", [(s.id, service_name(s)) for e in reach for s in agreements.services(e)]),
        ("customer", [(c.id, c.name) for c in sorted(customers.values(), key=lambda c: c.name)]),
    ]
    if len(reach) > 1:
        offered.append(("enterprise", [(e.id, e.name) for e in accounts.enterprises() if e.id in actor.enterprises]))
    return [
        Choice(name, given, address.asked.get(name, ()), name in ("state", "priority", "tier"))
        for name, given in offered
        if given
    ]


def _assignees(reach: Sequence[int], at: datetime) -> Choices:
    people = {p.id: f"{p.name} · L{tier}" for p, _, tier in accounts.engineers_of(reach, at=at)}
    words = [(ME, gettext("page.queue.me")), (board.NOBODY, gettext("page.person.nobody"))]
    return [*words, *people.items()]


def _names(address: Address) -> dict[tuple[str, str], str]:
    """The words of the values; one that is out of reach keeps its number."""
    named = {("state", s): gettext(f"page.state.{s}") for s in address.asked.get("state", ())}
    named |= {("tier", t): f"L{t}" for t in address.asked.get("tier", ())}
    named |= {("assignee", ME): gettext("page.queue.me"), ("assignee", board.NOBODY): gettext("page.person.nobody")}
    person, service, customer = (
        address.number(name) if address.one(name).isdecimal() else None for name in ("assignee", "service", "customer")
    )
    if person is not None:
        named |= {("assignee", str(p.id)): p.name for p in accounts.people([person]).values()}
    if service is not None:
        named |= {("service", str(s.id)): service_name(s) for s in agreements.services_by_id([service]).values()}
    if customer is not None:
        named |= {("customer", str(c.id)): c.name for c in accounts.customers([customer]).values()}
    if address.one("enterprise"):
        named |= {("enterprise", str(e.id)): e.name for e in accounts.enterprises()}
    return named
