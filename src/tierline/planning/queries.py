"""Previews and their findings, for those who may see the tickets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tierline.agreements import queries as agreements
from tierline.agreements.queries import VersionRow
from tierline.desk import queries as desk
from tierline.desk.queries.history import Which, how_many
from tierline.domain.errors import NotFound
from tierline.domain.events import Event
from tierline.domain.sla import Reading, drafted, read_clocks, rebased
from tierline.domain.terms import Terms
from tierline.planning import policies
from tierline.planning.models import DRAFT, REBASE, Finding, PolicyPreview, Rebase
from tierline.plumbing.actor import Actor

PAGE = 50
# What was looked at yesterday is not what would be moved today.
CONFIRM_WITHIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding with the ticket it is about, where the reader may see that ticket."""

    finding: Finding
    ticket: Any


@dataclass(frozen=True, slots=True)
class Both:
    """One ticket under the terms it had and under those that are tried."""

    ticket: Any
    before: Sequence[Reading]
    after: Sequence[Reading]
    terms_before: Mapping[int, Terms]
    terms_after: Mapping[int, Terms]
    changed: frozenset[tuple[str, str, int]]


def preview(actor: Actor, preview_id: int) -> PolicyPreview:
    policies.require(actor, "preview.read")
    found: PolicyPreview | None = PolicyPreview.objects.filter(id=preview_id).first()
    if found is None:
        raise NotFound(what="preview", id=preview_id)
    return found


def latest_of_draft(actor: Actor, draft_id: int) -> PolicyPreview | None:
    policies.require(actor, "preview.read")
    return PolicyPreview.objects.filter(purpose=DRAFT, draft_id=draft_id).order_by("-id").first()


def newer(preview: PolicyPreview) -> PolicyPreview | None:
    """The preview of the same draft that put this one away, findings and all."""
    if preview.draft_id is None:
        return None
    later = PolicyPreview.objects.filter(purpose=DRAFT, draft_id=preview.draft_id, id__gt=preview.id)
    return later.order_by("-id").first()


def target_of(versions: Sequence[VersionRow], *, at: datetime) -> VersionRow | None:
    """The newest version in force, to which tickets can be moved; ``versions`` in order."""
    begun = [v for v in versions if v.effective_from <= at]
    return begun[-1] if begun and (begun[-1].effective_to is None or begun[-1].effective_to > at) else None


def rebases_of(actor: Actor, agreement_id: int) -> list[PolicyPreview]:
    """The latest previews of a rebase of this agreement, newest first."""
    policies.require(actor, "preview.read")
    return list(PolicyPreview.objects.filter(purpose=REBASE, agreement_id=agreement_id).order_by("-id")[:10])


def open_under(
    actor: Actor, versions: Sequence[VersionRow], target: VersionRow | None
) -> list[tuple[VersionRow, int, bool]]:
    """Each version with its number of open tickets, and whether these would be moved to the target."""
    return [
        (v, how_many(actor, Which([v.id], open_only=True)), target is not None and v.number < target.number)
        for v in versions
    ]


def rebase_of(preview: PolicyPreview) -> Rebase | None:
    return Rebase.objects.filter(preview_id=preview.id).first()


def findings(
    actor: Actor, preview: PolicyPreview, *, what: str = "", kind: str = "", after: int = 0, limit: int = PAGE
) -> tuple[list[Shown], int]:
    """A page in the order found (the latest opened first), and where the next begins; 0: this is the last.

    A ticket that the reader may not see, or not any more, is not among them.
    """
    rows = Finding.objects.filter(preview_id=preview.id, id__gt=after)
    rows = rows.filter(what=what) if what else rows
    rows = rows.filter(kind=kind) if kind else rows
    found = list(rows.order_by("id")[: limit + 1])
    tickets = desk.tickets(actor, [f.ticket_id for f in found])
    shown = [Shown(f, tickets[f.ticket_id]) for f in found[:limit] if f.ticket_id in tickets]
    return shown, found[limit - 1].id if len(found) > limit else 0


def tried(preview: PolicyPreview) -> Terms:
    return Terms.from_json({**preview.terms, "id": preview.version_id or 0})


def which(preview: PolicyPreview) -> Which:
    if preview.purpose == REBASE:
        return Which(preview.versions, preview.enterprise_id, open_only=True)
    return Which(preview.versions, preview.enterprise_id, from_at=preview.from_at, to_at=preview.to_at)


def sides(
    preview: PolicyPreview, events: Sequence[Event], terms: Mapping[int, Terms], new: Terms
) -> tuple[list[Reading], list[Reading], Mapping[int, Terms]]:
    """The ticket's clocks as they are and as they would be, at the instant the preview was asked for."""
    at = preview.to_at
    known = [e for e in events if e.occurred_at <= at]
    before = read_clocks(known, terms=terms, at=at)
    if preview.purpose == REBASE:
        target = preview.version_id or 0
        after_terms: Mapping[int, Terms] = {**terms, target: new}
        return before, read_clocks(rebased(known, target, at=at), terms=after_terms, at=at), after_terms
    after_terms = drafted(terms, preview.versions, new)
    return before, read_clocks(known, terms=after_terms, at=at), after_terms


def both(actor: Actor, preview: PolicyPreview, number: str) -> Both:
    """Raises NotFound for a ticket that the reader may not see or about which the preview found nothing."""
    ticket = desk.ticket_numbered(actor, number)
    rows = Finding.objects.filter(preview_id=preview.id, ticket_id=ticket.id)
    changed = frozenset((row.kind, row.party, row.cycle) for row in rows)
    if not changed:
        raise NotFound(what="ticket", value=number)
    terms = desk.terms_of(ticket)
    before, after, after_terms = sides(preview, desk.events(actor, ticket), terms, tried(preview))
    return Both(ticket, before, after, terms, after_terms, changed)


def is_outdated(preview: PolicyPreview, *, at: datetime) -> bool:
    """Whether the draft says something else by now, or too much time has passed to move tickets by what was seen."""
    if preview.draft_id is not None:
        return agreements.draft(preview.draft_id).version != preview.draft_version
    return at - preview.started_at > CONFIRM_WITHIN
