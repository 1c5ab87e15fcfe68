"""Versions to be: begun from one that is there, changed, then published or dropped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tierline.accounts.operations import AlreadyThere
from tierline.agreements.models import Agreement, AgreementDraft, AgreementVersion
from tierline.agreements.operations.promises import Wording, check_not_backdated, named, publish
from tierline.agreements.operations.rows import insert
from tierline.agreements.queries import drafts
from tierline.audit.operations import Act, record
from tierline.domain.errors import NotFound, StaleVersion
from tierline.domain.terms import EndsBeforeItStarts, Terms, check_published
from tierline.domain.text import clean
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import require_transaction

PUBLISHED, DROPPED = "published", "dropped"
# What a draft does not carry: it takes these from the calendars and parties when it is published.
_TAKEN = ("id", "label", "calendars", "parties")


@dataclass(frozen=True, slots=True)
class Drafted:
    """What the editor hands in. ``body`` is terms with calendars by code."""

    body: Mapping[str, Any]
    effective_from: datetime | None = None
    effective_to: datetime | None = None
    reason: str = ""


def create_agreement(
    *, actor: Actor, enterprise_id: int, code: str, name_zh: str, name_en: str, like: int | None, at: datetime
) -> int:
    """An agreement without a version yet, and its first draft: of the shipped terms or those of version ``like``.

    The draft's id. Raises AlreadyThere for a code that is taken.
    """
    require_transaction()
    agreement = named(actor, enterprise_id, Wording(code, name_zh, name_en, {}, at), at=at)
    insert([agreement], what="agreement", codes=[agreement.code])
    record(actor, [Act(f"agreement:{agreement.id}", "agreement.added", enterprise_id, {"code": agreement.code})], at=at)
    version = _version(enterprise_id, like) if like is not None else None
    body = _body_of(version) if version is not None else bare(Terms.default().to_json())
    return _begin(actor, enterprise_id, agreement, None, body, at)


def start_draft(*, actor: Actor, enterprise_id: int, agreement_id: int, version_id: int | None, at: datetime) -> int:
    """The next version, begun from ``version_id``, else the newest. Raises AlreadyThere while one is being written."""
    require_transaction()
    agreement = Agreement.objects.select_for_update().filter(enterprise_id=enterprise_id, id=agreement_id).first()
    if agreement is None:
        raise NotFound(what="agreement", id=agreement_id)
    versions = AgreementVersion.objects.filter(agreement_id=agreement_id)
    chosen = versions.filter(id=version_id) if version_id is not None else versions
    base = chosen.order_by("-number").first()
    if base is None and version_id is not None:
        raise NotFound(what="agreement_version", id=version_id)
    body = _body_of(base) if base is not None else bare(Terms.default().to_json())
    return _begin(actor, enterprise_id, agreement, base, body, at)


def save_draft(
    *, actor: Actor, enterprise_id: int, draft_id: int, seen_version: int, drafted: Drafted, at: datetime
) -> None:
    """Raises whatever publishing would refuse, and StaleVersion when somebody else changed it in between."""
    require_transaction()
    row = _draft(enterprise_id, draft_id)
    _check(enterprise_id, drafted, at)
    claimed = AgreementDraft.objects.filter(id=row.id, version=seen_version, state=drafts.OPEN).update(
        body=bare(drafted.body),
        effective_from=drafted.effective_from,
        effective_to=drafted.effective_to,
        reason=clean(drafted.reason, field="reason", limit=500, required=False),
        author_id=actor.person_id,
        version=seen_version + 1,
        changed_at=at,
    )
    if not claimed:
        raise StaleVersion(what="agreement_draft", id=row.id, seen=seen_version)
    _record(actor, row, "agreement.drafted", {"draft": row.id, "version": seen_version + 1}, at)


def drop_draft(*, actor: Actor, enterprise_id: int, draft_id: int, at: datetime) -> None:
    require_transaction()
    row = _draft(enterprise_id, draft_id)
    _end(row, row.version, at, state=DROPPED)
    _record(actor, row, "agreement.draft_dropped", {"draft": row.id}, at)


def publish_draft(*, actor: Actor, enterprise_id: int, draft_id: int, seen_version: int, at: datetime) -> int:
    """The version that came of it. Raises StaleVersion unless the draft is as the person saw it."""
    require_transaction()
    row = _draft(enterprise_id, draft_id)
    begins = row.effective_from or at
    check_not_backdated(begins, at=at)
    agreement = Agreement.objects.get(id=row.agreement_id)
    wording = Wording(
        agreement.code,
        agreement.name_zh,
        agreement.name_en,
        drafts.composed(enterprise_id, row.body),
        begins,
        row.effective_to,
    )
    version_id = publish(actor=actor, enterprise_id=enterprise_id, wording=wording, at=at)
    _end(row, seen_version, at, state=PUBLISHED, published_id=version_id)
    return version_id


def bare(terms: Mapping[str, Any]) -> dict[str, Any]:
    """Terms as a draft keeps them: without what comes from the calendars and parties."""
    return {name: value for name, value in terms.items() if name not in _TAKEN}


def _begin(
    actor: Actor,
    enterprise_id: int,
    agreement: Agreement,
    base: AgreementVersion | None,
    body: Mapping[str, Any],
    at: datetime,
) -> int:
    if AgreementDraft.objects.filter(agreement_id=agreement.id, state=drafts.OPEN).exists():
        raise AlreadyThere(what="agreement_draft", codes=[agreement.code])
    row = AgreementDraft(
        provider_id=actor.provider_id,
        enterprise_id=enterprise_id,
        agreement=agreement,
        based_on=base,
        body=dict(body),
        author_id=actor.person_id,
        created_at=at,
        changed_at=at,
    )
    insert([row], what="agreement_draft", codes=[agreement.code])
    facts = {"draft": row.id, "based_on": base.number if base else None}
    _record(actor, row, "agreement.draft_begun", facts, at)
    return row.id


def _body_of(version: AgreementVersion) -> dict[str, Any]:
    """The draft it came of, so that what a tier promises stays the tier's; else its own terms."""
    came_of = AgreementDraft.objects.filter(published_id=version.id).first()
    return dict(came_of.body) if came_of is not None else drafts.plain(version.enterprise_id, version.terms)


def _check(enterprise_id: int, drafted: Drafted, at: datetime) -> None:
    if drafted.effective_from is not None:
        check_not_backdated(drafted.effective_from, at=at)
    if drafted.effective_to is not None and drafted.effective_to <= (drafted.effective_from or at):
        raise EndsBeforeItStarts(field="effective_to", version="")
    check_published(Terms.from_json(drafts.composed(enterprise_id, bare(drafted.body))))


def _draft(enterprise_id: int, draft_id: int) -> AgreementDraft:
    row = AgreementDraft.objects.filter(enterprise_id=enterprise_id, id=draft_id, state=drafts.OPEN).first()
    if row is None:
        raise NotFound(what="agreement_draft", id=draft_id)
    return row


def _version(enterprise_id: int, version_id: int) -> AgreementVersion:
    row = AgreementVersion.objects.filter(enterprise_id=enterprise_id, id=version_id).first()
    if row is None:
        raise NotFound(what="agreement_version", id=version_id)
    return row


def _end(row: AgreementDraft, seen_version: int, at: datetime, **fields: Any) -> None:
    claimed = AgreementDraft.objects.filter(id=row.id, version=seen_version, state=drafts.OPEN)
    if not claimed.update(version=seen_version + 1, changed_at=at, **fields):
        raise StaleVersion(what="agreement_draft", id=row.id, seen=seen_version)


def _record(actor: Actor, row: AgreementDraft, action: str, facts: Mapping[str, Any], at: datetime) -> None:
    record(actor, [Act(f"agreement:{row.agreement_id}", action, row.enterprise_id, dict(facts))], at=at)
