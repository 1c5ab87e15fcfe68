"""Adding people."""

from __future__ import annotations

from datetime import datetime

from tierline.accounts import operations, policies
from tierline.plumbing.actor import REQUESTER, Actor
from tierline.plumbing.service import service


@service
def add_person(
    *,
    actor: Actor,
    role: str,
    email: str,
    name: str,
    at: datetime,
    enterprise_id: int | None = None,
    customer_id: int | None = None,
    department: str = "",
    password: str = "",
    zone: str = "Asia/Shanghai",
    language: str = "zh-hans",
) -> int:
    policies.require(actor, "requester.create" if role == REQUESTER else "person.create")
    if enterprise_id is not None:
        policies.require_reach(actor, enterprise_id)
    return operations.create_person(
        actor=actor,
        role=role,
        email=email,
        name=name,
        at=at,
        enterprise_id=enterprise_id,
        customer_id=customer_id,
        department=department,
        password=password,
        zone=zone,
        language=language,
    )
