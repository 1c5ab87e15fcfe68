"""合同: the papers between provider and enterprise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from tierline.agreements.models import Contract
from tierline.agreements.operations.entitlements import end_those_of
from tierline.agreements.operations.rows import insert
from tierline.audit.operations import Act, record
from tierline.domain.errors import Invalid, NotFound
from tierline.domain.text import clean
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import require_transaction


class ContractEndsBeforeItStarts(Invalid):
    """``contract``."""

    code: ClassVar[str] = "contract_ends_before_it_starts"


@dataclass(frozen=True, slots=True)
class NewContract:
    code: str
    name_zh: str
    name_en: str
    starts_at: datetime
    ends_at: datetime | None = None
    signed_on: date | None = None
    signed_by: str = ""


def add_contract(*, actor: Actor, enterprise_id: int, row: NewContract, at: datetime) -> int:
    """Raises AlreadyThere for a code that is taken."""
    require_transaction()
    _check_span(row.code, row.starts_at, row.ends_at)
    made = Contract(
        provider_id=actor.provider_id,
        enterprise_id=enterprise_id,
        code=clean(row.code, field="code", limit=60).strip(),
        name_zh=clean(row.name_zh, field="name_zh", limit=200),
        name_en=clean(row.name_en, field="name_en", limit=200),
        signed_on=row.signed_on,
        signed_by=clean(row.signed_by, field="signed_by", limit=200, required=False),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        created_at=at,
    )
    insert([made], what="contract", codes=[made.code])
    _record(actor, made, "contract.added", made.ends_at, at)
    return made.id


def set_contract_end(
    *, actor: Actor, enterprise_id: int, contract_id: int, ends_at: datetime | None, at: datetime
) -> None:
    """Prolong it, leave its end open, or end it: then what it entitles to ends with it. Running clocks stay pinned."""
    require_transaction()
    row = Contract.objects.select_for_update().filter(enterprise_id=enterprise_id, id=contract_id).first()
    if row is None:
        raise NotFound(what="contract", id=contract_id)
    _check_span(row.code, row.starts_at, ends_at)
    Contract.objects.filter(id=row.id).update(ends_at=ends_at)
    if ends_at is not None:
        end_those_of(actor=actor, enterprise_id=enterprise_id, contract=row.code, ends_at=ends_at, at=at)
    _record(actor, row, "contract.end_set", ends_at, at)


def _check_span(code: str, starts_at: datetime, ends_at: datetime | None) -> None:
    if ends_at is not None and ends_at <= starts_at:
        raise ContractEndsBeforeItStarts(field="ends_at", contract=code)


def _record(actor: Actor, row: Contract, action: str, ends_at: datetime | None, at: datetime) -> None:
    facts = {"code": row.code, "ends": ends_at.isoformat() if ends_at else None}
    record(actor, [Act(f"contract:{row.id}", action, row.enterprise_id, facts)], at=at)
