"""Which agreement applies and why, and where a promise is missing or about to end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tierline.accounts import queries as accounts
from tierline.agreements.queries.shelf import ContractRow, EntitlementRow, PartyRow, Promise, Wording

SOON = timedelta(days=60)
CHOSEN, LESS_SPECIFIC, OTHER, NOT_YET, ENDED, NO_VERSION = (
    "chosen",
    "less_specific",
    "other",
    "not_yet",
    "ended",
    "no_version",
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One entitlement put to the question. ``fit`` says why it was chosen or not; ``other`` names what differs."""

    entitlement: EntitlementRow
    promise: Promise
    wording: Wording | None
    fit: str
    other: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Warning:
    """``kind``: no_agreement, agreement_ends, version_ends, contract_ends, party_behind, draft_waits."""

    kind: str
    facts: Mapping[str, Any]
    promise: Promise | None = None
    contract: ContractRow | None = None


def explain(
    rows: Sequence[EntitlementRow],
    promises: Sequence[Promise],
    *,
    service_id: int | None,
    customer_id: int | None,
    grade: str,
    at: datetime,
) -> list[Candidate]:
    """Every entitlement as the selection sees it, the chosen one first, then the more specific before the general."""
    by_id = {p.id: p for p in promises}
    asked = {"service": service_id, "customer": customer_id, "grade": grade}
    seen = [_put(row, by_id[row.agreement_id], asked, at) for row in rows]
    fitting = sorted((c for c in seen if c.fit == CHOSEN), key=lambda c: -c.entitlement.rank)
    chosen = fitting[:1]
    passed = [Candidate(c.entitlement, c.promise, c.wording, LESS_SPECIFIC) for c in fitting[1:]]
    rest = sorted((c for c in seen if c.fit != CHOSEN), key=lambda c: -c.entitlement.rank)
    return [*chosen, *passed, *rest]


def warnings(
    enterprise_id: int,
    promises: Sequence[Promise],
    rows: Sequence[EntitlementRow],
    contracts: Sequence[ContractRow],
    parties: Sequence[PartyRow],
    *,
    at: datetime,
) -> list[Warning]:
    """What somebody should look at, the gravest first."""
    live = [r for r in rows if r.is_in_force(at)]
    used = {r.agreement_id for r in live}
    found = _uncovered(enterprise_id, promises, live, at)
    for row in live:
        if row.ends_at is not None and row.ends_at - at <= SOON:
            promise = next(p for p in promises if p.id == row.agreement_id)
            found.append(Warning("agreement_ends", {"ends_at": row.ends_at, "entitlement": row}, promise))
    for promise in promises:
        wording = promise.in_force(at)
        ends_at = wording.effective_to if wording else None
        if promise.id in used and ends_at is not None and ends_at - at <= SOON:
            found.append(Warning("version_ends", {"ends_at": ends_at, "number": wording.number}, promise))  # type: ignore[union-attr]
        if promise.id in used and wording is not None:
            found += [
                Warning("party_behind", {"party": party}, promise) for party in parties if is_behind(wording, party)
            ]
        if promise.draft is not None:
            found.append(Warning("draft_waits", {"since": promise.draft.changed_at}, promise))
    for contract in contracts:
        if contract.ends_at is not None and timedelta() < contract.ends_at - at <= SOON:
            found.append(Warning("contract_ends", {"ends_at": contract.ends_at}, contract=contract))
    return found


def is_behind(wording: Wording, party: PartyRow) -> bool:
    """Whether the party's newest wording came after the version was published, which therefore does not carry it."""
    return bool(party.is_active and party.wordings and party.wordings[0].effective_from > wording.created_at)


def _put(row: EntitlementRow, promise: Promise, asked: Mapping[str, Any], at: datetime) -> Candidate:
    wording = promise.in_force(at)
    wanted = {"service": row.service_id, "customer": row.customer_id, "grade": row.grade}
    other = tuple(name for name, value in wanted.items() if value is not None and value != asked[name])
    if other:
        return Candidate(row, promise, wording, OTHER, other)
    if not row.is_in_force(at):
        return Candidate(row, promise, wording, NOT_YET if row.starts_at > at else ENDED)
    return Candidate(row, promise, wording, CHOSEN if wording else NO_VERSION)


def _uncovered(
    enterprise_id: int, promises: Sequence[Promise], live: Sequence[EntitlementRow], at: datetime
) -> list[Warning]:
    """End customers for whom nothing holds: only where nothing holds for the enterprise as a whole."""
    with_version = {p.id for p in promises if p.in_force(at)}
    holding = [r for r in live if r.agreement_id in with_version]
    if any(r.rank == 0 for r in holding):
        return []
    grades = {r.grade for r in holding if r.rank == 1}
    named = accounts.customers([r.customer_id for r in holding if r.rank == 2 and r.customer_id is not None])
    left = {grade: n for grade, n in accounts.grades(enterprise_id).items() if grade not in grades}
    own = sum(c.grade in left for c in named.values())
    return [Warning("no_agreement", {"customers": sum(left.values()) - own})]
