"""换版: after a look and a confirmation the open tickets are moved, a batch at a time."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from tierline.accounts import queries as accounts
from tierline.audit.operations import Act, record
from tierline.desk.queries.history import how_many
from tierline.domain.errors import DomainError, NotFound
from tierline.planning import policies, queries
from tierline.planning.models import BROKEN, DONE, FAILED, REBASE, RUNNING, PolicyPreview, Rebase
from tierline.planning.operations import move_next
from tierline.plumbing import clock, jobs
from tierline.plumbing.actor import Actor, system
from tierline.plumbing.service import service

# Few enough that nobody waits long for a ticket that is being moved.
BATCH = 100


class NotPreviewed(DomainError):
    """Tickets are moved only by a finished preview of the last hour. ``preview``."""

    code: ClassVar[str] = "rebase_not_previewed"


@service
def confirm_rebase(*, actor: Actor, preview_id: int, at: datetime, size: int = BATCH) -> int:
    """The second step: the tickets of that preview are moved from now on. Twice confirmed is confirmed once.

    Raises NotPreviewed, NotAllowed, NotFound.
    """
    preview = PolicyPreview.objects.select_for_update(of=("self",)).filter(id=preview_id, purpose=REBASE).first()
    if preview is None:
        raise NotFound(what="preview", id=preview_id)
    policies.require(actor, "agreement.rebase", preview.enterprise_id)
    there = queries.rebase_of(preview)
    if there is not None:
        return there.id
    if preview.state != DONE or queries.is_outdated(preview, at=at):
        raise NotPreviewed(preview=preview_id)
    row = Rebase.objects.create(
        provider_id=preview.provider_id,
        enterprise_id=preview.enterprise_id,
        preview_id=preview.id,
        version_id=preview.version_id,
        versions=preview.versions,
        total=how_many(actor, queries.which(preview)),
        size=size,
        started_at=at,
        confirmed_by_id=actor.person_id,
    )
    facts = {"rebase": row.id, "version": row.version_id, "tickets": row.total, "counts": preview.counts}
    _record(actor, preview, "agreement.rebase_confirmed", facts, at)
    _defer(row)
    made: int = row.id
    return made


@service
def resume_rebase(*, actor: Actor, rebase_id: int, at: datetime) -> None:
    """Goes on where it failed; tickets that were moved stay moved."""
    row = Rebase.objects.select_for_update(of=("self",)).filter(id=rebase_id).first()
    if row is None:
        raise NotFound(what="rebase", id=rebase_id)
    policies.require(actor, "agreement.rebase", row.enterprise_id)
    if row.state == FAILED:
        row.state, row.error = RUNNING, ""
        row.batch += 1
        row.save(update_fields=["state", "error", "batch"])
        _defer(row)


@service
def advance_rebase(*, actor: Actor, rebase_id: int, batch: int, at: datetime) -> None:
    """One batch, if that is the one whose turn it is; the tickets and how far it got are one transaction."""
    row = Rebase.objects.select_for_update(of=("self",)).select_related("preview").filter(id=rebase_id).first()
    if row is None or not row.is_turn_of(batch):
        return
    row.state, row.error = RUNNING, ""
    if move_next(actor, row, at=at):
        _defer(row)
    else:
        _record(actor, row.preview, "agreement.rebased", {"rebase": row.id, "moved": row.moved}, at)


@service
def fail_rebase(*, actor: Actor, rebase_id: int, batch: int, code: str) -> None:
    Rebase.objects.filter(id=rebase_id, state=RUNNING, batch=batch).update(state=FAILED, error=code)


def run_rebase(provider_id: int, enterprise_id: int, rebase_id: int, person_id: int, batch: int) -> None:
    """The job. The events carry who confirmed it, and that person's right is asked for at every batch.

    Whatever else breaks it shows as broken and is raised: the queue logs it and tries the same batch again.
    """
    at, product = clock.now(), system(provider_id, (enterprise_id,))
    try:
        advance_rebase(actor=accounts.asker(provider_id, person_id, at=at), rebase_id=rebase_id, batch=batch, at=at)
    except DomainError as refused:
        fail_rebase(actor=product, rebase_id=rebase_id, batch=batch, code=refused.code)
    except Exception:
        fail_rebase(actor=product, rebase_id=rebase_id, batch=batch, code=BROKEN)
        raise


def _record(actor: Actor, preview: PolicyPreview, action: str, facts: dict[str, object], at: datetime) -> None:
    record(actor, [Act(f"agreement:{preview.agreement_id}", action, preview.enterprise_id, facts)], at=at)


def _defer(row: Rebase) -> None:
    jobs.defer(
        run_rebase,
        provider_id=row.provider_id,
        enterprise_id=row.enterprise_id,
        rebase_id=row.id,
        person_id=row.confirmed_by_id,
        batch=row.batch,
    )
