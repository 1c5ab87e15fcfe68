"""Files up and down, and the tasks that a department owes."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from tierline.desk import queries, services
from tierline.domain.errors import DomainError, Missing, NotAllowed
from tierline.plumbing import store, tenancy
from tierline.plumbing.actor import DEPARTMENT, Actor
from tierline.plumbing.http import problem

# Shown in the browser; everything else is saved: a stranger's HTML or SVG must not run under our name.
_SHOWN = ("image/png", "image/jpeg", "image/gif", "image/webp")


@require_safe
def attachment(request: HttpRequest, attachment_id: int) -> HttpResponseBase:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    with tenancy.reading(actor):
        file = queries.attachment(actor, attachment_id)
    response = FileResponse(
        store.path(file.sha256).open("rb"),
        as_attachment=file.type not in _SHOWN,
        filename=file.name,
        content_type=file.type,
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.role != DEPARTMENT:
        raise NotAllowed(right="tasks.read", role=actor.role)
    at = request.received_at  # type: ignore[attr-defined]
    with tenancy.reading(actor):
        owed = queries.departments_open_tasks(actor)
        tickets = queries.tickets(actor, [task.ticket_id for task in owed])
    rows = [(task, tickets[task.ticket_id]) for task in owed if task.ticket_id in tickets]
    return render(request, "desk/tasks.html", {"section": "tasks", "rows": rows, "at": at})


@require_POST
def keep(request: HttpRequest, number: str) -> HttpResponse:
    """One file of a message that is still being written: kept at once, so that the writer sees how it goes."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    given = request.FILES.get("file")
    with tenancy.reading(actor):
        ticket = queries.ticket_numbered(actor, number)
    try:
        if given is None:
            raise Missing(field="file")
        kept = services.keep_attachment(
            actor=actor,
            enterprise_id=ticket.enterprise_id,
            name=given.name or "",
            chunks=given.chunks(),
            at=request.received_at,  # type: ignore[attr-defined]
        )
    except DomainError as refused:
        return problem(refused, instance=request.path)
    return JsonResponse({"id": kept.id, "name": kept.name, "size": kept.size}, status=201)
