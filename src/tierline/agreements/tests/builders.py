"""An enterprise with its promises."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tierline.accounts.tests.builders import AT, World, make_world
from tierline.agreements import services
from tierline.agreements.operations import NewContract, NewService, Wording
from tierline.domain.terms import Terms


def make_enterprise(*, at: datetime = AT) -> tuple[World, int]:
    """A set-up enterprise and the id of its shipped agreement version."""
    world = make_world(at=at)
    version = services.set_up_enterprise(
        actor=world.manager, enterprise_id=world.enterprise_id, zone="Asia/Shanghai", at=at
    )
    return world, version


def make_agreement(
    world: World, code: str, *, effective_from: datetime = AT, effective_to: datetime | None = None, **terms: Any
) -> int:
    wording = Wording(code, code, code, Terms.default().to_json() | terms, effective_from, effective_to)
    return services.publish_agreement(
        actor=world.manager, enterprise_id=world.enterprise_id, wording=wording, at=effective_from
    )


def make_service(world: World, code: str = "bank-link", *, at: datetime = AT) -> int:
    row = NewService(code, "银企直连", "Bank link", owner_tier=2)
    return services.add_service(actor=world.manager, enterprise_id=world.enterprise_id, row=row, at=at)


def later(**amount: float) -> datetime:
    return AT + timedelta(**amount)


def make_contract(world: World, code: str = "CT-2026-0001", *, ends_at: datetime | None = None) -> int:
    row = NewContract(code, "年度支持合同", "Annual support", AT, ends_at)
    return services.add_contract(actor=world.manager, enterprise_id=world.enterprise_id, row=row, at=AT)
