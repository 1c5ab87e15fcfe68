"""What tiers, departments and suppliers promise us: published once, never rewritten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from tierline.accounts.operations import AlreadyThere
from tierline.agreements.models import Party, PartyVersion
from tierline.agreements.operations.rows import insert
from tierline.agreements.queries import drafts
from tierline.audit.operations import Act, record
from tierline.domain.errors import Invalid, Missing, NotFound
from tierline.domain.terms import Terms
from tierline.domain.text import clean
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import require_transaction

OWED: Mapping[str, tuple[str, ...]] = {
    "L2": ("hand_off_accept", "l2_plan"),
    "L3": ("hand_off_accept", "l3_start"),
    drafts.DEPARTMENT: ("task",),
    drafts.SUPPLIER: ("supplier",),
}


class NotOwed(Invalid):
    """A clock that such a party does not owe. ``kind``, ``party``."""

    code: ClassVar[str] = "kind_not_owed_by_party"


@dataclass(frozen=True, slots=True)
class NewParty:
    """``code`` is L2 or L3 for a tier, else what the tasks name."""

    kind: str
    code: str
    name_zh: str
    name_en: str
    contact: str = ""
    email: str = ""
    phone: str = ""
    contract: str = ""


def add_party(*, actor: Actor, enterprise_id: int, row: NewParty, at: datetime) -> int:
    """Raises AlreadyThere, Invalid for a tier other than L2 and L3."""
    require_transaction()
    if row.kind not in (drafts.TIER, drafts.DEPARTMENT, drafts.SUPPLIER):
        raise Invalid(field="kind", value=row.kind)
    code = clean(row.code, field="code", limit=60).strip()
    if row.kind == drafts.TIER and code not in OWED:
        raise Invalid(field="code", value=code, allowed=["L2", "L3"])
    made = Party(
        provider_id=actor.provider_id,
        enterprise_id=enterprise_id,
        kind=row.kind,
        code=code,
        name_zh=clean(row.name_zh, field="name_zh", limit=200),
        name_en=clean(row.name_en, field="name_en", limit=200),
        created_at=at,
        **_reach(row.contact, row.email, row.phone, row.contract),
    )
    insert([made], what="party", codes=[code])
    _record(actor, made, "party.added", {"code": code, "kind": row.kind}, at)
    return made.id


def set_party_contact(
    *,
    actor: Actor,
    enterprise_id: int,
    party_id: int,
    contact: str,
    email: str,
    phone: str,
    contract: str,
    at: datetime,
) -> None:
    require_transaction()
    row = _party(enterprise_id, party_id)
    Party.objects.filter(id=row.id).update(**_reach(contact, email, phone, contract))
    _record(actor, row, "party.contact_set", {"code": row.code}, at)


def retire_party(*, actor: Actor, enterprise_id: int, party_id: int, at: datetime) -> None:
    """Later versions of agreements do without it; what is published stays as it was."""
    require_transaction()
    row = _party(enterprise_id, party_id)
    if not Party.objects.filter(id=row.id, is_active=True).update(is_active=False):
        raise AlreadyThere(what="retired", codes=[row.code])
    _record(actor, row, "party.retired", {"code": row.code}, at)


def publish_party(
    *,
    actor: Actor,
    enterprise_id: int,
    party_id: int,
    calendar_of: Mapping[str, str],
    targets: Mapping[str, Any],
    at: datetime,
) -> int:
    """The next wording of its promise. An agreement carries it from its next version on.

    Raises NotOwed, Missing without any target, and what a clock could not run on.
    """
    require_transaction()
    row = _party(enterprise_id, party_id)
    owed = OWED[row.code if row.kind == drafts.TIER else row.kind]
    for kind in targets:
        if kind not in owed:
            raise NotOwed(field="targets", kind=kind, party=row.code)
    if not any(targets.values()):
        raise Missing(field="targets")
    wordings = drafts.wordings(enterprise_id, set(calendar_of.values()) - {drafts.ALWAYS})
    Terms.from_json({"calendars": wordings, "calendar_of": dict(calendar_of), "targets": dict(targets)})
    last = PartyVersion.objects.filter(party_id=row.id).order_by("-number").first()
    made = PartyVersion(
        provider_id=actor.provider_id,
        enterprise_id=enterprise_id,
        party=row,
        number=last.number + 1 if last else 1,
        calendar_of=dict(calendar_of),
        targets=dict(targets),
        effective_from=at,
        created_at=at,
    )
    insert([made], what="party_version", codes=[row.code])
    _record(actor, row, "party.published", {"code": row.code, "number": made.number}, at)
    return made.id


def _reach(contact: str, email: str, phone: str, contract: str) -> dict[str, str]:
    return {
        "contact": clean(contact, field="contact", limit=200, required=False),
        "email": clean(email, field="email", limit=320, required=False),
        "phone": clean(phone, field="phone", limit=40, required=False),
        "contract": clean(contract, field="contract", limit=200, required=False),
    }


def _party(enterprise_id: int, party_id: int) -> Party:
    row = Party.objects.filter(enterprise_id=enterprise_id, id=party_id).first()
    if row is None:
        raise NotFound(what="party", id=party_id)
    return row


def _record(actor: Actor, row: Party, action: str, facts: dict[str, Any], at: datetime) -> None:
    record(actor, [Act(f"party:{row.id}", action, row.enterprise_id, facts)], at=at)
