"""操作规范: what binds the reader, and for who leads the desk, who has not read it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from tierline.domain.errors import DomainError
from tierline.knowledge import policies, services
from tierline.knowledge.queries import Wanted, listed, procedures
from tierline.knowledge.views import frame
from tierline.plumbing import tenancy


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    actor = frame.reader(request)
    at = request.received_at  # type: ignore[attr-defined]
    with tenancy.reading(actor):
        own = frame.houses(request, actor)
        mine = procedures.of_person(actor.person_id, own)
        leads = policies.may(actor, "procedure.overview")
        missing = procedures.missing(own, at=at) if leads else {}
        drafts = listed(own, Wanted(kind="procedure", states=("draft", "review")))
    shown = {
        "mine": mine,
        "asked": sum(p.read_at is None for p in mine),
        "missing": missing,
        "leads": leads,
        "drafts": drafts,
        "binds": actor.person_id is not None and bool(actor.tiers),
        "at": at,
    }
    return frame.page(request, "knowledge/procedures.html", shown)


@require_safe
def readers(request: HttpRequest, number: str) -> HttpResponse:
    """For who leads the desk: who has not read the version in force stands first."""
    actor = frame.reader(request, "procedure.overview")
    at = request.received_at  # type: ignore[attr-defined]
    with tenancy.reading(actor):
        row = frame.found(actor, number).article
        bound = procedures.readers(row.id, at=at)
    shown = {"article": row, "readers": bound, "read": sum(r.is_current for r in bound), "at": at}
    return frame.page(request, "knowledge/readers.html", shown)


@require_POST
def confirm(request: HttpRequest, number: str) -> HttpResponse:
    actor = frame.reader(request)
    with tenancy.reading(actor):
        row = frame.found(actor, number).article
    version = frame.whole(request.POST.get("version", "")) or 0
    try:
        services.confirm_procedure(
            actor=actor,
            article_id=row.id,
            version=version,
            at=request.received_at,  # type: ignore[attr-defined]
        )
    except DomainError as refused:
        if refused.code != "stale_version":
            raise
        return redirect(f"{reverse('article', args=[row.number])}?done=newer")
    return redirect(f"{reverse('knowledge_procedures')}?done=read")
