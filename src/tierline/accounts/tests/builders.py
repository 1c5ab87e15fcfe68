"""Small worlds for tests: a provider with an enterprise, and people who act in it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from tierline.accounts import operations, services
from tierline.audit.queries import entries
from tierline.plumbing import tenancy
from tierline.plumbing.actor import ENGINEER, MANAGER, Actor, system

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
_serial = itertools.count(1)


@dataclass(frozen=True)
class World:
    """``system`` and ``manager`` reach the one enterprise."""

    provider_id: int
    enterprise_id: int
    system: Actor
    manager: Actor

    def actor(self, role: str, *, person_id: int | None = None) -> Actor:
        return replace(self.manager, role=role, person_id=person_id or self.manager.person_id)

    def engineer(self, *, tier: int = 1) -> Actor:
        return make_person(self, role=ENGINEER, tier=tier)


def make_world(*, provider_id: int | None = None, at: datetime = AT) -> World:
    """A provider (or another enterprise of a given one), its enterprise and a manager assigned to it."""
    n = next(_serial)
    if provider_id is None:
        provider_id = operations.create_provider(
            slug=f"provider-{n}", name=f"服务商{n}", zone="Asia/Shanghai", language="zh-hans", at=at
        )
    enterprise_id = services.add_enterprise(
        actor=system(provider_id, ()),
        slug=f"enterprise-{n}",
        name=f"委托企业{n}",
        zone="Asia/Shanghai",
        language="zh-hans",
        at=at,
    )
    acting = system(provider_id, (enterprise_id,))
    world = World(provider_id, enterprise_id, acting, acting)
    return replace(world, manager=make_person(world, role=MANAGER, tier=None))


def make_person(world: World, *, role: str = ENGINEER, tier: int | None = 1, at: datetime = AT) -> Actor:
    """One of the provider's people with a live assignment to the world's enterprise."""
    n = next(_serial)
    person_id = services.add_person(
        actor=world.system, role=role, email=f"p{n}@provider.example", name=f"工程师{n}", at=at
    )
    services.assign_person(
        actor=world.system, person_id=person_id, enterprise_id=world.enterprise_id, tier=tier, starts_at=at, at=at
    )
    return Actor(
        provider_id=world.provider_id,
        role=role,
        person_id=person_id,
        enterprises=(world.enterprise_id,),
        tiers={world.enterprise_id: tier},
    )


def make_customers(world: World, *names: str, grade: str = "standard", at: datetime = AT) -> Sequence[int]:
    rows = [{"name": name, "grade": grade} for name in names]
    return services.add_customers(actor=world.system, enterprise_id=world.enterprise_id, rows=rows, at=at)


def audit_actions(world: World, prefix: str) -> list[str]:
    """What the record says happened to subjects of that kind, oldest first."""
    with tenancy.reading(world.system):
        return [e.action for e in sorted(entries(prefix), key=lambda e: e.id)]
