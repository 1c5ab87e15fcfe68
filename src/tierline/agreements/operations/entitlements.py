"""Whom an agreement is for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db.models import QuerySet

from tierline.accounts import queries as accounts
from tierline.agreements.models import Agreement, Contract, Entitlement
from tierline.agreements.operations.coverage import check_default_covered
from tierline.agreements.operations.rows import service_of
from tierline.audit.operations import Act, record
from tierline.domain.errors import Invalid, Missing, NotFound
from tierline.domain.terms import AgreementVersion, check_covered, check_unambiguous
from tierline.domain.text import clean
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import require_transaction

_INSTANT = timedelta(microseconds=1)


class OutlivesContract(Invalid):
    """An entitlement outside its contract's time. ``contract``, ``from_at``, ``until_at``."""

    code: ClassVar[str] = "entitlement_outlives_contract"


@dataclass(frozen=True, slots=True)
class Whom:
    """The service of a contract, an end customer, a grade; what is not named means any, all of it the enterprise."""

    contract: str = ""
    service_id: int | None = None
    customer_id: int | None = None
    grade: str | None = None

    @property
    def rank(self) -> int:
        """Contract and service before end customer before grade before the enterprise default."""
        return 4 * (self.service_id is not None) + 2 * (self.customer_id is not None) + (self.grade is not None)


def entitle(
    *,
    actor: Actor,
    enterprise_id: int,
    agreement: str,
    whom: Sequence[Whom],
    starts_at: datetime,
    at: datetime,
    ends_at: datetime | None = None,
    replaces: bool = False,
) -> list[int]:
    """Give each of ``whom`` the agreement of that code in [starts_at, ends_at).

    Under a contract it ends with the contract unless it ends before. ``replaces`` ends what the same scope had at
    ``starts_at``. Raises OutlivesContract, Ambiguous when a scope would have two
    agreements at once, CoverageEnds when the enterprise default would end, NotFound for an agreement, service or
    end customer that is not the enterprise's.
    """
    require_transaction()
    # Every entitlement of the enterprise passes this lock, so no two of them can miss each other.
    locked = Agreement.objects.select_for_update().filter(enterprise_id=enterprise_id).order_by("id")
    chosen = {a.code: a for a in locked}.get(agreement)
    if chosen is None:
        raise NotFound(what="agreement", code=agreement)
    _require_known(enterprise_id, whom)
    ends = _ends_of(enterprise_id, whom, starts_at, ends_at)
    rows = [_row(actor, enterprise_id, chosen, w, starts_at, ends[w.contract], at) for w in whom]
    if replaces:
        _end_before(actor, enterprise_id, rows, starts_at, at)
    made = Entitlement.objects.bulk_create(rows)
    _check(enterprise_id, made)
    chain = f"agreement:{chosen.id}"
    record(actor, [Act(chain, "agreement.entitled", enterprise_id, _facts(e)) for e in made], at=at)
    return [e.id for e in made]


def end_entitlement(*, actor: Actor, enterprise_id: int, entitlement_id: int, ends_at: datetime, at: datetime) -> None:
    """From ``ends_at`` on it gives nothing; running clocks stay with the version they pinned."""
    require_transaction()
    rows = Entitlement.objects.filter(enterprise_id=enterprise_id, id=entitlement_id).exclude(ends_at__lte=ends_at)
    row = rows.select_for_update().first()
    if row is None:
        raise NotFound(what="entitlement", id=entitlement_id)
    rows.update(ends_at=ends_at)
    _check(enterprise_id, [row])
    record(actor, [_ended(row, enterprise_id, ends_at)], at=at)


def _row(
    actor: Actor,
    enterprise_id: int,
    agreement: Agreement,
    whom: Whom,
    starts_at: datetime,
    ends_at: datetime | None,
    at: datetime,
) -> Entitlement:
    return Entitlement(
        provider_id=actor.provider_id,
        enterprise_id=enterprise_id,
        agreement=agreement,
        contract=clean(whom.contract, field="contract", limit=60, required=False),
        service_id=whom.service_id,
        customer_id=whom.customer_id,
        grade=None if whom.grade is None else clean(whom.grade, field="grade", limit=30),
        rank=whom.rank,
        starts_at=starts_at,
        ends_at=ends_at,
        created_at=at,
    )


def _require_known(enterprise_id: int, whom: Iterable[Whom]) -> None:
    wanted = {w.customer_id for w in whom if w.customer_id is not None}
    known = {c.id for c in accounts.customers(wanted).values() if c.enterprise_id == enterprise_id}
    if wanted - known:
        raise NotFound(what="customer", ids=sorted(wanted - known))
    for service_id in {w.service_id for w in whom if w.service_id is not None}:
        service_of(enterprise_id, service_id)


def end_those_of(*, actor: Actor, enterprise_id: int, contract: str, ends_at: datetime, at: datetime) -> None:
    """Ends what a contract entitles to at ``ends_at``; what would only begin then is taken back as a whole."""
    require_transaction()
    rows = Entitlement.objects.filter(enterprise_id=enterprise_id, contract=contract).exclude(ends_at__lte=ends_at)
    acts = []
    for row in rows:
        until = max(ends_at, row.starts_at + _INSTANT)
        Entitlement.objects.filter(id=row.id).update(ends_at=until)
        acts.append(_ended(row, enterprise_id, until))
    record(actor, acts, at=at)


def _ends_of(
    enterprise_id: int, whom: Iterable[Whom], starts_at: datetime, ends_at: datetime | None
) -> dict[str, datetime | None]:
    named = {w.contract for w in whom if w.contract}
    if any(w.contract and w.service_id is None for w in whom):
        raise Missing(field="service")
    found = {c.code: c for c in Contract.objects.filter(enterprise_id=enterprise_id, code__in=named)}
    if missing := sorted(named - set(found)):
        raise NotFound(what="contract", codes=missing)
    ends: dict[str, datetime | None] = {"": ends_at}
    for code, contract in found.items():
        until = contract.ends_at
        last = max(ends_at or starts_at, starts_at + _INSTANT)
        if starts_at < contract.starts_at or (until is not None and last > until):
            raise OutlivesContract(field="ends_at", contract=code, from_at=contract.starts_at, until_at=until)
        ends[code] = ends_at or until
    return ends


def _end_before(
    actor: Actor, enterprise_id: int, rows: Sequence[Entitlement], starts_at: datetime, at: datetime
) -> None:
    scopes = {_scope(e) for e in rows}
    earlier = [e for e in _like(enterprise_id, rows).filter(starts_at__lt=starts_at) if _scope(e) in scopes]
    earlier = [e for e in earlier if e.ends_at is None or e.ends_at > starts_at]
    Entitlement.objects.filter(id__in=[e.id for e in earlier]).update(ends_at=starts_at)
    acts = [_ended(e, enterprise_id, starts_at) for e in earlier]
    record(actor, acts, at=at)


def _check(enterprise_id: int, changed: Sequence[Entitlement]) -> None:
    """Asks the domain about the rows as they now stand; a refusal takes the transaction with it."""
    scopes = {_scope(e) for e in changed}
    standing = [_value(e) for e in _like(enterprise_id, changed) if _scope(e) in scopes]
    check_unambiguous(standing)
    check_covered(standing)
    check_default_covered(enterprise_id)


def _like(enterprise_id: int, rows: Sequence[Entitlement]) -> QuerySet[Entitlement]:
    """Entitlements of the enterprise that may share a scope with one of ``rows``."""
    ranks = {e.rank for e in rows}
    found = Entitlement.objects.filter(enterprise_id=enterprise_id, rank__in=ranks)
    customers = {e.customer_id for e in rows}
    return found if None in customers else found.filter(customer_id__in=customers)


def _scope(e: Entitlement) -> tuple[int | None, int | None, str | None]:
    return e.service_id, e.customer_id, e.grade


def _value(e: Entitlement) -> AgreementVersion:
    return AgreementVersion(e.id, e.starts_at, e.ends_at, e.service_id, e.customer_id, e.grade)


def _facts(e: Entitlement) -> dict[str, Any]:
    named = {"service": e.service_id, "customer": e.customer_id, "grade": e.grade}
    return {"entitlement": e.id, **{name: value for name, value in named.items() if value is not None}}


def _ended(e: Entitlement, enterprise_id: int, ends_at: datetime) -> Act:
    facts = {"entitlement": e.id, "ends": ends_at.isoformat()}
    return Act(f"agreement:{e.agreement_id}", "agreement.entitlement_ended", enterprise_id, facts)
