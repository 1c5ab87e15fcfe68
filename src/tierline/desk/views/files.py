"""Files down, and the tasks that a department owes."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tierline.desk import queries
from tierline.domain.errors import NotAllowed
from tierline.plumbing import store, tenancy
from tierline.plumbing.actor import DEPARTMENT, Actor

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
