"""证书与保密承诺: what somebody holds, and what an enterprise asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from tierline.accounts.operations import AlreadyThere
from tierline.audit.operations import Act, record
from tierline.domain.codes import code
from tierline.domain.errors import Invalid, Missing, NotFound
from tierline.domain.text import clean
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import require_transaction
from tierline.workforce.models import Credential, Requirement
from tierline.workforce.operations.people import require_people

CERTIFICATE, UNDERTAKING = "certificate", "undertaking"
CREDENTIALS = (CERTIFICATE, UNDERTAKING)


@dataclass(frozen=True, slots=True)
class NewCredential:
    """An undertaking is given to one enterprise; a certificate counts everywhere."""

    person_id: int
    kind: str
    code: str
    from_on: date
    expires_on: date | None = None
    enterprise_id: int | None = None
    number: str = ""


def add_credential(*, actor: Actor, row: NewCredential, at: datetime) -> int:
    require_transaction()
    _require_kind(row.kind)
    require_people([row.person_id])
    if (row.kind == UNDERTAKING) != (row.enterprise_id is not None):
        raise Missing(field="enterprise") if row.enterprise_id is None else Invalid(field="enterprise")
    if row.expires_on is not None and row.expires_on < row.from_on:
        raise Invalid(field="expires_on", value=row.expires_on.isoformat())
    made = Credential.objects.create(
        provider_id=actor.provider_id,
        enterprise_id=row.enterprise_id,
        person_id=row.person_id,
        kind=row.kind,
        code=code(row.code),
        number=clean(row.number, field="number", limit=100, required=False),
        from_on=row.from_on,
        expires_on=row.expires_on,
        added_by_id=actor.person_id,
        created_at=at,
    )
    record(actor, [_act(made, "credential.added")], at=at)
    return int(made.id)


def revoke_credential(*, actor: Actor, credential_id: int, at: datetime) -> None:
    require_transaction()
    rows = Credential.objects.filter(id=credential_id, revoked_at=None)
    row = rows.select_for_update().first()
    if row is None:
        raise NotFound(what="credential", id=credential_id)
    rows.update(revoked_at=at)
    record(actor, [_act(row, "credential.revoked")], at=at)


def ask_for_credential(
    *, actor: Actor, enterprise_id: int, kind: str, wanted: str, name_zh: str, name_en: str, at: datetime
) -> int:
    """From now on nobody without it is given the enterprise's tickets. Raises AlreadyThere."""
    require_transaction()
    _require_kind(kind)
    try:
        with transaction.atomic():
            made = Requirement.objects.create(
                provider_id=actor.provider_id,
                enterprise_id=enterprise_id,
                kind=kind,
                code=code(wanted),
                name_zh=clean(name_zh, field="name_zh", limit=200),
                name_en=clean(name_en, field="name_en", limit=200),
                created_at=at,
            )
    except IntegrityError:
        raise AlreadyThere(what="requirement", code=wanted) from None
    facts = {"kind": kind, "code": made.code}
    record(actor, [Act(f"enterprise:{enterprise_id}", "requirement.added", enterprise_id, facts)], at=at)
    return int(made.id)


def ask_no_longer(*, actor: Actor, requirement_id: int, at: datetime) -> None:
    require_transaction()
    rows = Requirement.objects.filter(id=requirement_id, ended_at=None)
    row = rows.first()
    if row is None:
        raise NotFound(what="requirement", id=requirement_id)
    rows.update(ended_at=at)
    facts = {"kind": row.kind, "code": row.code}
    record(actor, [Act(f"enterprise:{row.enterprise_id}", "requirement.ended", row.enterprise_id, facts)], at=at)


def _require_kind(kind: str) -> None:
    if kind not in CREDENTIALS:
        raise Invalid(field="kind", value=kind, allowed=list(CREDENTIALS))


def _act(row: Credential, action: str) -> Act:
    facts = {"kind": row.kind, "code": row.code}
    return Act(f"person:{row.person_id}", action, row.enterprise_id, facts)
