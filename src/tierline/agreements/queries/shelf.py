"""Agreements, what entitles to them, contracts and parties as people read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from tierline.agreements.models import (
    Agreement,
    AgreementDraft,
    AgreementVersion,
    Contract,
    Entitlement,
    Party,
    PartyVersion,
)
from tierline.agreements.queries import drafts
from tierline.domain.errors import NotFound
from tierline.domain.terms import Terms


@dataclass(frozen=True)
class Wording:
    """One version. ``author_id`` and ``reason`` are of the draft that it came of, where it came of one."""

    id: int
    number: int
    stored: Mapping[str, Any]
    effective_from: datetime
    effective_to: datetime | None
    created_at: datetime
    author_id: int | None
    reason: str

    @cached_property
    def terms(self) -> Terms:
        return Terms.from_json(self.stored)

    def is_in_force(self, at: datetime) -> bool:
        return self.effective_from <= at and (self.effective_to is None or at < self.effective_to)


@dataclass(frozen=True, slots=True)
class Promise:
    """An agreement with its versions, newest first."""

    id: int
    enterprise_id: int
    code: str
    name_zh: str
    name_en: str
    wordings: tuple[Wording, ...]
    draft: drafts.DraftRow | None

    def in_force(self, at: datetime) -> Wording | None:
        """The one that new tickets get; a version that ended gives back to the one before it."""
        return next((w for w in self.wordings if w.is_in_force(at)), None)

    def coming(self, at: datetime) -> Wording | None:
        """The next to begin."""
        return next((w for w in reversed(self.wordings) if w.effective_from > at), None)

    def numbered(self, number: int) -> Wording:
        """Raises NotFound."""
        found = next((w for w in self.wordings if w.number == number), None)
        if found is None:
            raise NotFound(what="agreement_version", number=number)
        return found


@dataclass(frozen=True, slots=True)
class EntitlementRow:
    """Whom an agreement is for; what is None means any."""

    id: int
    agreement_id: int
    contract: str
    service_id: int | None
    customer_id: int | None
    grade: str | None
    rank: int
    starts_at: datetime
    ends_at: datetime | None

    def is_in_force(self, at: datetime) -> bool:
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)


@dataclass(frozen=True, slots=True)
class ContractRow:
    id: int
    enterprise_id: int
    code: str
    name_zh: str
    name_en: str
    signed_on: date | None
    signed_by: str
    starts_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class PartyWording:
    id: int
    number: int
    calendar_of: Mapping[str, str]
    targets: Mapping[str, Mapping[str, Any]]
    effective_from: datetime


@dataclass(frozen=True, slots=True)
class PartyRow:
    """``wordings`` newest first."""

    id: int
    enterprise_id: int
    kind: str
    code: str
    name_zh: str
    name_en: str
    contact: str
    email: str
    phone: str
    contract: str
    is_active: bool
    wordings: tuple[PartyWording, ...]


def promises(enterprise_id: int) -> list[Promise]:
    """Every agreement of the enterprise, by code."""
    return _promises(Agreement.objects.filter(enterprise_id=enterprise_id).order_by("code"))


def promise(agreement_id: int) -> Promise:
    """Raises NotFound."""
    found = _promises(Agreement.objects.filter(id=agreement_id))
    if not found:
        raise NotFound(what="agreement", id=agreement_id)
    return found[0]


def entitlements(enterprise_id: int, *, agreement_id: int | None = None, contract: str = "") -> list[EntitlementRow]:
    """The most general first."""
    rows = Entitlement.objects.filter(enterprise_id=enterprise_id)
    if agreement_id is not None:
        rows = rows.filter(agreement_id=agreement_id)
    if contract:
        rows = rows.filter(contract=contract)
    return [_entitlement(e) for e in rows.order_by("rank", "grade", "customer_id", "service_id", "starts_at", "id")]


def contracts(enterprise_id: int) -> list[ContractRow]:
    """The one that ends last first."""
    rows = Contract.objects.filter(enterprise_id=enterprise_id).order_by("-starts_at", "code")
    return [_contract(c) for c in rows]


def contract(contract_id: int) -> ContractRow:
    """Raises NotFound."""
    found = Contract.objects.filter(id=contract_id).first()
    if found is None:
        raise NotFound(what="contract", id=contract_id)
    return _contract(found)


def parties(enterprise_id: int, *kinds: str) -> list[PartyRow]:
    """Retired ones last."""
    rows = Party.objects.filter(enterprise_id=enterprise_id)
    return _parties((rows.filter(kind__in=kinds) if kinds else rows).order_by("-is_active", "kind", "code"))


def party(party_id: int) -> PartyRow:
    """Raises NotFound."""
    found = _parties(Party.objects.filter(id=party_id))
    if not found:
        raise NotFound(what="party", id=party_id)
    return found[0]


def _promises(rows: Iterable[Agreement]) -> list[Promise]:
    agreements = list(rows)
    ids = [a.id for a in agreements]
    drafted = list(AgreementDraft.objects.filter(agreement_id__in=ids))
    came_of = {d.published_id: d for d in drafted if d.published_id}
    being_written = {d.agreement_id: d for d in drafted if d.state == drafts.OPEN}
    wordings: dict[int, list[Wording]] = {}
    for v in AgreementVersion.objects.filter(agreement_id__in=ids).order_by("-number"):
        wordings.setdefault(v.agreement_id, []).append(_wording(v, came_of.get(v.id)))
    return [
        Promise(
            a.id,
            a.enterprise_id,
            a.code,
            a.name_zh,
            a.name_en,
            tuple(wordings.get(a.id, ())),
            drafts.row_of(being_written[a.id]) if a.id in being_written else None,
        )
        for a in agreements
    ]


def _wording(v: AgreementVersion, draft: AgreementDraft | None) -> Wording:
    return Wording(
        v.id,
        v.number,
        v.terms,
        v.effective_from,
        v.effective_to,
        v.created_at,
        draft.author_id if draft else None,
        draft.reason if draft else "",
    )


def _entitlement(e: Entitlement) -> EntitlementRow:
    return EntitlementRow(
        e.id, e.agreement_id, e.contract, e.service_id, e.customer_id, e.grade, e.rank, e.starts_at, e.ends_at
    )


def _contract(c: Contract) -> ContractRow:
    return ContractRow(
        c.id, c.enterprise_id, c.code, c.name_zh, c.name_en, c.signed_on, c.signed_by, c.starts_at, c.ends_at
    )


def _parties(rows: Iterable[Party]) -> list[PartyRow]:
    found = list(rows)
    wordings: dict[int, list[PartyWording]] = {}
    versions = PartyVersion.objects.filter(party_id__in=[p.id for p in found])
    for v in versions.order_by("-number"):
        row = PartyWording(v.id, v.number, v.calendar_of, v.targets, v.effective_from)
        wordings.setdefault(v.party_id, []).append(row)
    return [
        PartyRow(
            p.id,
            p.enterprise_id,
            p.kind,
            p.code,
            p.name_zh,
            p.name_en,
            p.contact,
            p.email,
            p.phone,
            p.contract,
            p.is_active,
            tuple(wordings.get(p.id, ())),
        )
        for p in found
    ]
