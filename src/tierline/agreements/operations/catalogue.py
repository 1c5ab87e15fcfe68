"""The service catalogue, written inside another's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tierline.accounts.operations import AlreadyThere
from tierline.agreements.models import FaultClass, Service
from tierline.agreements.operations.rows import insert, service_of
from tierline.audit.operations import Act, record
from tierline.domain.codes import code
from tierline.domain.errors import Invalid
from tierline.domain.text import clean
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import require_transaction


@dataclass(frozen=True, slots=True)
class NewService:
    code: str
    name_zh: str
    name_en: str
    owner_tier: int = 1
    owner_id: int | None = None


@dataclass(frozen=True, slots=True)
class NewFaultClass:
    code: str
    name_zh: str
    name_en: str


def add_services(*, actor: Actor, enterprise_id: int, rows: Sequence[NewService], at: datetime) -> list[int]:
    require_transaction()
    made = [
        Service(
            provider_id=actor.provider_id,
            enterprise_id=enterprise_id,
            code=code(row.code),
            name_zh=clean(row.name_zh, field="name_zh", limit=200),
            name_en=clean(row.name_en, field="name_en", limit=200),
            owner_tier=_tier(row.owner_tier),
            owner_id=row.owner_id,
            created_at=at,
        )
        for row in rows
    ]
    insert(made, what="service", codes=[s.code for s in made])
    record(actor, [Act(f"service:{s.id}", "service.added", enterprise_id, {"code": s.code}) for s in made], at=at)
    return [s.id for s in made]


def add_fault_classes(
    *, actor: Actor, enterprise_id: int, service_id: int, rows: Sequence[NewFaultClass], at: datetime
) -> list[int]:
    require_transaction()
    service_of(enterprise_id, service_id)
    made = [
        FaultClass(
            provider_id=actor.provider_id,
            enterprise_id=enterprise_id,
            service_id=service_id,
            code=code(row.code),
            name_zh=clean(row.name_zh, field="name_zh", limit=200),
            name_en=clean(row.name_en, field="name_en", limit=200),
        )
        for row in rows
    ]
    insert(made, what="fault_class", codes=[f.code for f in made])
    acts = [Act(f"service:{service_id}", "fault_class.added", enterprise_id, {"code": f.code}) for f in made]
    record(actor, acts, at=at)
    return [f.id for f in made]


def retire_service(*, actor: Actor, enterprise_id: int, service_id: int, at: datetime) -> None:
    require_transaction()
    row = service_of(enterprise_id, service_id)
    if not Service.objects.filter(id=row.id, is_active=True).update(is_active=False):
        raise AlreadyThere(what="retired", codes=[row.code])
    record(actor, [Act(f"service:{row.id}", "service.retired", enterprise_id, {"code": row.code})], at=at)


def restore_service(*, actor: Actor, enterprise_id: int, service_id: int, at: datetime) -> None:
    """In use again."""
    require_transaction()
    row = service_of(enterprise_id, service_id)
    if not Service.objects.filter(id=row.id, is_active=False).update(is_active=True):
        raise AlreadyThere(what="in_use", codes=[row.code])
    record(actor, [Act(f"service:{row.id}", "service.restored", enterprise_id, {"code": row.code})], at=at)


def change_service(*, actor: Actor, enterprise_id: int, service_id: int, row: NewService, at: datetime) -> None:
    """Its names, tier and owner. The code stays: tickets, agreements and programs name it."""
    require_transaction()
    service = service_of(enterprise_id, service_id)
    fields = {
        "name_zh": clean(row.name_zh, field="name_zh", limit=200),
        "name_en": clean(row.name_en, field="name_en", limit=200),
        "owner_tier": _tier(row.owner_tier),
        "owner_id": row.owner_id,
    }
    changed = {name: value for name, value in fields.items() if getattr(service, name) != value}
    if changed:
        Service.objects.filter(id=service.id).update(**changed)
        record(actor, [Act(f"service:{service.id}", "service.changed", enterprise_id, changed)], at=at)


def _tier(value: int) -> int:
    if value not in (1, 2, 3):
        raise Invalid(field="owner_tier", value=value, allowed=[1, 2, 3])
    return value
