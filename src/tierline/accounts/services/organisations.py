"""Adding enterprises and end customers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from tierline.accounts import operations, policies
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import service


@service
def add_enterprise(
    *, actor: Actor, slug: str, name: str, zone: str, language: str, at: datetime, domain: str = ""
) -> int:
    policies.require(actor, "enterprise.create")
    return operations.create_enterprise(
        actor=actor, slug=slug, name=name, zone=zone, language=language, domain=domain, at=at
    )


@service
def add_customers(
    *, actor: Actor, enterprise_id: int, rows: Sequence[Mapping[str, str | bool]], at: datetime
) -> list[int]:
    policies.require(actor, "customer.create")
    policies.require_reach(actor, enterprise_id)
    return operations.create_customers(actor=actor, enterprise_id=enterprise_id, rows=rows, at=at)
