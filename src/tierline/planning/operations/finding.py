"""The next tickets of a preview: read under both sets of terms, and what differs written down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tierline.desk.queries.history import History, histories, pinned_terms
from tierline.domain.sla import Difference, compare
from tierline.planning import queries
from tierline.planning.models import DONE, Finding, PolicyPreview
from tierline.plumbing.actor import Actor
from tierline.plumbing.rows import insert_new
from tierline.plumbing.service import require_transaction


def look_at_next(actor: Actor, preview: PolicyPreview, *, at: datetime) -> bool:
    """One batch of the locked preview; whether there is more to do. What the asker may not see is not looked at."""
    require_transaction()
    size = min(preview.size, preview.total - preview.done)
    place = (preview.at_opened, preview.at_ticket) if preview.at_opened and preview.at_ticket else None
    found = histories(actor, queries.which(preview), after=place, limit=size)
    rows = _findings(preview, found)
    insert_new(rows)
    _count(preview, rows)
    preview.done += len(found)
    preview.batch += 1
    if found:
        preview.at_opened, preview.at_ticket = found[-1].place
    is_over = len(found) < size or preview.done >= preview.total
    if is_over:
        preview.state, preview.finished_at = DONE, at
    preview.save(update_fields=[*_WRITTEN, "counts", "tickets"])
    return not is_over


_WRITTEN = ("done", "batch", "at_opened", "at_ticket", "state", "error", "finished_at")


def _findings(preview: PolicyPreview, found: Sequence[History]) -> list[Finding]:
    terms, new = pinned_terms(found), queries.tried(preview)
    rows = []
    for history in found:
        if history.is_imported:
            continue
        before, after, _ = queries.sides(preview, history.events, terms, new)
        rows += [_finding(preview, history, difference) for difference in compare(before, after)]
    return rows


def _finding(preview: PolicyPreview, history: History, found: Difference) -> Finding:
    return Finding(
        provider_id=preview.provider_id,
        enterprise_id=preview.enterprise_id,
        preview_id=preview.id,
        ticket_id=history.ticket_id,
        opened_at=history.opened_at,
        kind=found.kind,
        party=found.party,
        cycle=found.cycle,
        what=found.what,
        state_before=found.before.state if found.before else "",
        state_after=found.after.state if found.after else "",
        due_before=found.before.due_at if found.before else None,
        due_after=found.after.due_at if found.after else None,
    )


def _count(preview: PolicyPreview, rows: Sequence[Finding]) -> None:
    counts = {kind: dict(row) for kind, row in preview.counts.items()}
    for row in rows:
        own = counts.setdefault(row.kind, {})
        own[row.what] = own.get(row.what, 0) + 1
    preview.counts = counts
    preview.tickets += len({row.ticket_id for row in rows})
