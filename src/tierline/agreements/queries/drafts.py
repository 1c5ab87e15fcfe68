"""Versions to be: what a draft says, and the terms that would come of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tierline.agreements.models import AgreementDraft, CalendarVersion, Party, PartyVersion
from tierline.domain.errors import NotFound
from tierline.domain.terms import Terms, UnknownCalendar

ALWAYS, OPEN = "always", "open"
TIER, DEPARTMENT, SUPPLIER = "tier", "department", "supplier"
# Which clock a party of that kind owes; a tier's are of the agreement itself.
_OWES: Mapping[str, str] = {DEPARTMENT: "task", SUPPLIER: "supplier"}


@dataclass(frozen=True, slots=True)
class DraftRow:
    """``body`` is the terms with calendars by code; ``based_on`` the id of the version it began from.

    ``effective_from`` None: from the moment it is published.
    """

    id: int
    enterprise_id: int
    agreement_id: int
    body: Mapping[str, Any]
    effective_from: datetime | None
    effective_to: datetime | None
    based_on: int | None
    reason: str
    state: str
    author_id: int | None
    version: int
    changed_at: datetime


def draft(draft_id: int) -> DraftRow:
    """In the reader's reach, whatever became of it. Raises NotFound."""
    found = AgreementDraft.objects.filter(id=draft_id).first()
    if found is None:
        raise NotFound(what="agreement_draft", id=draft_id)
    return row_of(found)


def open_draft(agreement_id: int) -> DraftRow | None:
    """The one that is being written, if any."""
    found = AgreementDraft.objects.filter(agreement_id=agreement_id, state=OPEN).first()
    return row_of(found) if found else None


def drafted_terms(draft_id: int) -> Terms:
    """What the draft would promise if it were published now. Raises NotFound, and whatever publishing refuses."""
    row = draft(draft_id)
    return Terms.from_json({**composed(row.enterprise_id, row.body), "label": f"draft {row.id}"})


def composed(enterprise_id: int, body: Mapping[str, Any]) -> dict[str, Any]:
    """The terms as a version stores them: calendars by wording, what tiers, departments and suppliers promise.

    What the body itself promises goes before what a tier does. Raises UnknownCalendar.
    """
    terms = {name: value for name, value in body.items() if name not in ("id", "label", "calendars", "parties")}
    targets = {kind: dict(row) for kind, row in dict(terms.get("targets", {})).items()}
    tier_calendars = {tier: dict(row) for tier, row in dict(terms.get("tier_calendars", {})).items()}
    parties: dict[str, dict[str, Any]] = {}
    for party, version in promises(enterprise_id):
        if party.kind == TIER:
            _add_tier(party.code, version, targets, tier_calendars)
        else:
            _add_party(party, version, parties)
    terms |= {"targets": targets, "tier_calendars": tier_calendars, "parties": parties}
    return {**terms, "calendars": wordings(enterprise_id, _named(terms))}


def plain(enterprise_id: int, terms: Mapping[str, Any]) -> dict[str, Any]:
    """A version's terms as a draft keeps them: what came from calendars and parties is left to come from them again."""
    body = {name: value for name, value in terms.items() if name not in ("id", "label", "calendars", "parties")}
    targets = {kind: dict(row) for kind, row in dict(body.get("targets", {})).items()}
    calendars = {tier: dict(row) for tier, row in dict(body.get("tier_calendars", {})).items()}
    tiers = PartyVersion.objects.filter(enterprise_id=enterprise_id, party__kind=TIER).select_related("party")
    for version in tiers:
        tier = version.party.code
        for priority, amount in version.targets.get("hand_off_accept", {}).items():
            row = targets.get("hand_off_accept", {})
            if isinstance(row.get(priority), Mapping) and row[priority].get(tier) == amount:
                row[priority] = {t: a for t, a in row[priority].items() if t != tier}
        own = calendars.get(tier, {})
        calendars[tier] = {p: name for p, name in own.items() if version.calendar_of.get(p) != name}
    kept = {kind: {p: amount for p, amount in row.items() if amount} for kind, row in targets.items()}
    body["targets"] = {kind: row for kind, row in kept.items() if row}
    return {**body, "tier_calendars": {tier: row for tier, row in calendars.items() if row}}


def promises(enterprise_id: int) -> list[tuple[Party, PartyVersion]]:
    """Each active party with the newest wording of what it promises."""
    rows = PartyVersion.objects.filter(enterprise_id=enterprise_id, party__is_active=True).select_related("party")
    newest = {row.party_id: row for row in rows.order_by("party__kind", "party__code", "number")}
    return [(row.party, row) for row in newest.values()]


def _add_tier(tier: str, version: PartyVersion, targets: dict[str, Any], calendars: dict[str, Any]) -> None:
    for kind, row in version.targets.items():
        own = targets.setdefault(kind, {})
        for priority, amount in row.items():
            if kind != "hand_off_accept":
                own.setdefault(priority, amount)
            elif not own.get(priority) or any(str(key).startswith("L") for key in own[priority]):
                own[priority] = {tier: amount, **(own.get(priority) or {})}
    calendars[tier] = {**version.calendar_of, **calendars.get(tier, {})}


def _add_party(party: Party, version: PartyVersion, parties: dict[str, dict[str, Any]]) -> None:
    kind = _OWES[party.kind]
    for priority, amount in version.targets.get(kind, {}).items():
        cell = {"calendar": version.calendar_of.get(priority, ALWAYS), "target": amount}
        parties.setdefault(kind, {}).setdefault(party.code, {})[priority] = cell


def _named(terms: Mapping[str, Any]) -> set[str]:
    named = {terms["working_calendar"]} if terms.get("working_calendar") else set()
    named |= set(terms.get("calendar_of", {}).values())
    named |= {name for row in terms["tier_calendars"].values() for name in row.values()}
    cells = (c for kinds in terms["parties"].values() for party in kinds.values() for c in party.values())
    return (named | {cell["calendar"] for cell in cells}) - {ALWAYS}


def wordings(enterprise_id: int, codes: Iterable[str]) -> dict[str, Any]:
    """The newest version of each calendar, by code. Raises UnknownCalendar."""
    wanted = set(codes)
    rows = CalendarVersion.objects.filter(enterprise_id=enterprise_id, code__in=wanted).order_by("number")
    found = {row.code: row.body for row in rows}
    if missing := sorted(wanted - set(found)):
        raise UnknownCalendar(field="calendars", calendar=", ".join(missing))
    return found


def row_of(d: AgreementDraft) -> DraftRow:
    return DraftRow(
        d.id, d.enterprise_id, d.agreement_id, d.body, d.effective_from, d.effective_to, d.based_on_id, d.reason,
        d.state, d.author_id, d.version, d.changed_at,
    )  # fmt: skip
