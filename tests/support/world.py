"""A small world that rooms share in tests: two providers, three enterprises, one person of each role.

Built by the services alone. What a test needs beyond this it makes itself.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from tierline.accounts import operations, queries
from tierline.accounts import services as accounts
from tierline.agreements.services import set_up_enterprise
from tierline.plumbing import tenancy
from tierline.plumbing.actor import (
    ADMIN,
    AUDITOR,
    DEPARTMENT,
    ENGINEER,
    MANAGER,
    REQUESTER,
    Actor,
    system,
)

# A Monday, 10:00 in Shanghai.
AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
PASSWORD = "four small words here"
_serial = itertools.count(1)

# role in the world -> (role, tier) of the provider's own people
STAFF: Mapping[str, tuple[str, int | None]] = {
    "l1": (ENGINEER, 1),
    "l2": (ENGINEER, 2),
    "l3": (ENGINEER, 3),
    "manager": (MANAGER, None),
    "admin": (ADMIN, None),
    "auditor": (AUDITOR, None),
}


@dataclass(frozen=True)
class Place:
    """An enterprise of a provider. ``people`` reach this enterprise; ``system`` is the product inside it."""

    provider_id: int
    enterprise_id: int
    slug: str
    system: Actor
    customers: Mapping[str, int]
    people: Mapping[str, Actor]
    keys: Mapping[str, str]


@dataclass(frozen=True)
class World:
    """``home``: l1, l2, l3, manager, admin, auditor, department, requester, colleague.

    ``neighbour`` is another enterprise of the same provider, ``abroad`` one of another provider: l1 and
    requester each. ``both`` is an engineer assigned to home and neighbour.
    """

    home: Place
    neighbour: Place
    abroad: Place
    both: Actor
    both_key: str


def make_world(*, at: datetime = AT) -> World:
    n = next(_serial)
    provider_id, other_id = make_provider(f"provider-{n}", at=at), make_provider(f"other-{n}", at=at)
    home = make_place(provider_id, f"home-{n}", staff=tuple(STAFF), at=at)
    neighbour = make_place(provider_id, f"neighbour-{n}", at=at)
    abroad = make_place(other_id, f"abroad-{n}", at=at)
    both_id = add_staff(home.system, home.enterprise_id, f"both-{n}", at=at)
    assign(neighbour.system, neighbour.enterprise_id, both_id, 1, at=at)
    return World(home, neighbour, abroad, acting(provider_id, both_id, at=at), make_key(home.system, both_id, at=at))


def make_provider(slug: str, *, at: datetime = AT) -> int:
    return operations.create_provider(slug=slug, name=slug, zone="Asia/Shanghai", language="zh-hans", at=at)


def make_place(provider_id: int, slug: str, *, staff: tuple[str, ...] = ("l1",), at: datetime = AT) -> Place:
    """An enterprise with the shipped agreement, two end customers and people who sign in with ``PASSWORD``."""
    enterprise_id = accounts.add_enterprise(
        actor=system(provider_id, ()), slug=slug, name=f"企业 {slug}", zone="Asia/Shanghai", language="zh-hans", at=at
    )
    us = system(provider_id, (enterprise_id,))
    set_up_enterprise(actor=us, enterprise_id=enterprise_id, zone="Asia/Shanghai", at=at)
    names = {"甲公司": "standard", "乙公司": "gold"}
    rows = [{"name": name, "grade": grade} for name, grade in names.items()]
    customers = dict(
        zip(names, accounts.add_customers(actor=us, enterprise_id=enterprise_id, rows=rows, at=at), strict=True)
    )
    ids = {name: add_staff(us, enterprise_id, f"{name}.{slug}", *STAFF[name], at=at) for name in staff}
    for name, role, department in (
        ("requester", REQUESTER, ""),
        ("colleague", REQUESTER, ""),
        ("department", DEPARTMENT, "rnd"),
    ):
        ids[name] = accounts.add_person(
            actor=us,
            role=role,
            email=f"{name}.{slug}@enterprise.example",
            name=f"{name} {slug}",
            enterprise_id=enterprise_id,
            customer_id=customers["甲公司"] if role == REQUESTER else None,
            department=department,
            password=PASSWORD,
            at=at,
        )
    return Place(
        provider_id=provider_id,
        enterprise_id=enterprise_id,
        slug=slug,
        system=us,
        customers=customers,
        people={name: acting(provider_id, person_id, at=at) for name, person_id in ids.items()},
        keys={name: make_key(us, person_id, at=at) for name, person_id in ids.items()},
    )


def add_staff(
    us: Actor, enterprise_id: int, name: str, role: str = ENGINEER, tier: int | None = 1, *, at: datetime = AT
) -> int:
    """One of the provider's own people with a live assignment to the enterprise."""
    person_id = accounts.add_person(
        actor=us, role=role, email=f"{name}@provider.example", name=name, password=PASSWORD, at=at
    )
    assign(us, enterprise_id, person_id, tier, at=at)
    return person_id


def assign(us: Actor, enterprise_id: int, person_id: int, tier: int | None, *, at: datetime = AT) -> int:
    return accounts.assign_person(
        actor=us, person_id=person_id, enterprise_id=enterprise_id, tier=tier, starts_at=at, at=at
    )


def make_key(us: Actor, person_id: int, *, at: datetime = AT) -> str:
    return accounts.create_key(actor=us, person_id=person_id, at=at)


def acting(provider_id: int, person_id: int, *, at: datetime = AT, channel: str = "web") -> Actor:
    """The person with the reach of that instant."""
    found = queries.actor(provider_id, person_id, at=at, channel=channel)
    assert found is not None
    return found


def make_guest(place: Place, ticket_id: int, *, at: datetime = AT) -> Actor:
    """Someone who may see that one ticket."""
    with tenancy.scoped(place.provider_id, (place.enterprise_id,), durable=True):
        person_id = operations.guest(
            actor=place.system,
            enterprise_id=place.enterprise_id,
            email=f"guest-{next(_serial)}@elsewhere.example",
            name="guest",
            ticket_id=ticket_id,
            at=at,
        )
    return acting(place.provider_id, person_id, at=at)
