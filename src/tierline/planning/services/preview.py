"""预演: what other terms would have meant, looked up in batches behind the page."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tierline.accounts import queries as accounts
from tierline.agreements import queries as agreements
from tierline.audit.operations import Act, record
from tierline.desk.queries.history import how_many
from tierline.domain.errors import DomainError, Invalid, NotFound
from tierline.domain.terms import Terms
from tierline.planning import policies, queries
from tierline.planning.models import BROKEN, DRAFT, FAILED, REBASE, RUNNING, STOPPED, Finding, PolicyPreview
from tierline.planning.operations import look_at_next
from tierline.plumbing import clock, jobs
from tierline.plumbing.actor import Actor, system
from tierline.plumbing.service import service

# Tickets of a batch, and how many are looked at in all: of more the latest opened.
BATCH, MOST = 300, 20_000


@service
def preview_draft(*, actor: Actor, draft_id: int, days: int, at: datetime, size: int = BATCH, most: int = MOST) -> int:
    """Replays the tickets of the last ``days`` days under the draft; the preview's id. Raises Invalid, NotFound,

    and whatever publishing the draft would refuse.
    """
    if not 0 < days <= policies.LONGEST_DAYS:
        raise Invalid(field="days", value=days, allowed=[1, policies.LONGEST_DAYS])
    draft = agreements.draft(draft_id)
    policies.require(actor, "preview.run", draft.enterprise_id)
    versions = [v.id for v in agreements.versions_of_agreement(draft.agreement_id)]
    row = _new(actor, draft.enterprise_id, draft.agreement_id, agreements.drafted_terms(draft_id), versions, size, at)
    row.purpose, row.draft_id, row.draft_version = DRAFT, draft.id, draft.version
    row.from_at = at - timedelta(days=days)
    older = PolicyPreview.objects.filter(draft_id=draft_id, purpose=DRAFT)
    # Stopped first: that waits for a batch on its way, whose findings go with the others.
    older.filter(state=RUNNING).update(state=STOPPED)
    Finding.objects.filter(preview_id__in=list(older.values_list("id", flat=True))).delete()
    return _start(actor, row, most, at)


@service
def preview_rebase(*, actor: Actor, agreement_id: int, at: datetime, size: int = BATCH) -> int:
    """What moving the agreement's open tickets to its newest version in force would do; the preview's id."""
    versions = agreements.versions_of_agreement(agreement_id)
    target = queries.target_of(versions, at=at)
    if target is None:
        raise NotFound(what="agreement", id=agreement_id)
    enterprise_id = agreements.enterprise_of(agreement_id)
    policies.require(actor, "agreement.rebase", enterprise_id)
    older = [v.id for v in versions if v.number < target.number]
    row = _new(actor, enterprise_id, agreement_id, agreements.terms([target.id])[target.id], older, size, at)
    row.purpose, row.version_id = REBASE, target.id
    return _start(actor, row, MOST, at)


@service
def stop_preview(*, actor: Actor, preview_id: int, at: datetime) -> None:
    """It keeps what it found; resumed, it goes on from there."""
    row = _locked(actor, preview_id)
    if row.state == RUNNING:
        row.state = STOPPED
        row.save(update_fields=["state"])


@service
def resume_preview(*, actor: Actor, preview_id: int, at: datetime) -> None:
    """Goes on where it stopped or failed. One that runs, is done or was put away by a newer one is left alone."""
    row = _locked(actor, preview_id)
    if row.state in (STOPPED, FAILED) and queries.newer(row) is None:
        row.state, row.error = RUNNING, ""
        # The number of a job that may still be about is used up.
        row.batch += 1
        row.save(update_fields=["state", "error", "batch"])
        _defer(row)


@service
def advance_preview(*, actor: Actor, preview_id: int, batch: int, at: datetime) -> None:
    """One batch, if that is the one whose turn it is; then the next is deferred in the same transaction."""
    row = PolicyPreview.objects.select_for_update(of=("self",)).filter(id=preview_id).first()
    if row is None or not row.is_turn_of(batch):
        return
    policies.require(actor, "preview.run", row.enterprise_id)
    row.state, row.error = RUNNING, ""
    if look_at_next(actor, row, at=at):
        _defer(row)


@service
def fail_preview(*, actor: Actor, preview_id: int, batch: int, code: str) -> None:
    PolicyPreview.objects.filter(id=preview_id, state=RUNNING, batch=batch).update(state=FAILED, error=code)


def run_preview(provider_id: int, enterprise_id: int, preview_id: int, person_id: int, batch: int) -> None:
    """The job. It looks with the eyes of who asked, as they see now; a refusal is kept to be shown.

    Whatever else breaks it shows as broken and is raised: the queue logs it and tries the same batch again.
    """
    at, product = clock.now(), system(provider_id, (enterprise_id,))
    try:
        advance_preview(actor=accounts.asker(provider_id, person_id, at=at), preview_id=preview_id, batch=batch, at=at)
    except DomainError as refused:
        fail_preview(actor=product, preview_id=preview_id, batch=batch, code=refused.code)
    except Exception:
        fail_preview(actor=product, preview_id=preview_id, batch=batch, code=BROKEN)
        raise


def _new(
    actor: Actor, enterprise_id: int, agreement_id: int, terms: Terms, versions: list[int], size: int, at: datetime
) -> PolicyPreview:
    return PolicyPreview(
        provider_id=actor.provider_id,
        enterprise_id=enterprise_id,
        agreement_id=agreement_id,
        terms=terms.to_json(),
        versions=versions,
        to_at=at,
        started_at=at,
        total=0,
        size=size,
        asked_by_id=actor.person_id or 0,
    )


def _start(actor: Actor, row: PolicyPreview, most: int, at: datetime) -> int:
    row.total = how_many(actor, queries.which(row), most=most)
    row.save(force_insert=True)
    facts: dict[str, Any] = {"preview": row.id, "purpose": row.purpose, "draft": row.draft_id, "tickets": row.total}
    record(actor, [Act(f"agreement:{row.agreement_id}", "agreement.previewed", row.enterprise_id, facts)], at=at)
    _defer(row)
    return row.id


def _locked(actor: Actor, preview_id: int) -> PolicyPreview:
    row = PolicyPreview.objects.select_for_update(of=("self",)).filter(id=preview_id).first()
    if row is None:
        raise NotFound(what="preview", id=preview_id)
    policies.require(actor, "preview.run", row.enterprise_id)
    return row  # type: ignore[no-any-return]


def _defer(row: PolicyPreview) -> None:
    jobs.defer(
        run_preview,
        provider_id=row.provider_id,
        enterprise_id=row.enterprise_id,
        preview_id=row.id,
        person_id=row.asked_by_id,
        batch=row.batch,
    )
