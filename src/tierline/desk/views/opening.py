"""Staff write down what somebody told them, and what the service asks besides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tierline.desk import forms, operations, services
from tierline.desk.queries.asking import Asking, asking
from tierline.desk.views import offers
from tierline.domain.errors import DomainError, NotAllowed
from tierline.plumbing import tenancy
from tierline.plumbing.actor import DEPARTMENT, ENGINEER, MANAGER, Actor
from tierline.plumbing.http import fault_wording, wording

FIELDS = "fields"


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """``step=fields`` sends nothing yet: it shows what the chosen service asks, as a fragment where script asked."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.role not in (ENGINEER, MANAGER, DEPARTMENT):
        raise NotAllowed(right="ticket.open", role=actor.role)
    with tenancy.reading(actor):
        choices = offers.for_new(actor, request.in_view)  # type: ignore[attr-defined]
        asked = _asking(request, choices)
    if request.method != "POST":
        only = choices["enterprises"][0][0] if len(choices["enterprises"]) == 1 else None
        return _page(request, forms.New(**choices, initial={"channel": "phone", "enterprise": only}), asked)
    if request.POST.get("step") == FIELDS:
        if "HX-Request" in request.headers:
            return render(request, "ui/asked.html", {"asking": asked, "ask_at": request.path})
        return _page(request, forms.New(**choices, initial=request.POST.dict()), asked)
    form = forms.New(request.POST, request.FILES, **choices)
    if form.is_valid():
        if asked.row is not None and not asked.is_seen and asked.drawn:
            return _page(request, form, asked, 422)
        try:
            ticket = _open(request, actor, form.cleaned_data, asked)
        except DomainError as refused:
            _show(form, asked, refused)
        else:
            return redirect(f"{reverse('ticket', args=[ticket.number])}?done=open")
    return _page(request, form, asked, 422)


def _asking(request: HttpRequest, choices: Mapping[str, Any]) -> Asking:
    told = request.POST.get("enterprise", "")
    reach = {str(enterprise_id) for enterprise_id, _ in choices["enterprises"]}
    service = request.POST.get("service", "")[:60].replace("\x00", "")
    return asking(int(told), service, request.POST.getlist) if told in reach else Asking()


def _page(request: HttpRequest, form: forms.New, asked: Asking, status: int = 200) -> HttpResponse:
    shown = {"form": form, "section": "new", "asking": asked, "ask_at": request.path}
    return render(request, "desk/new.html", shown, status=status)


def _show(form: forms.New, asked: Asking, refused: DomainError) -> None:
    if refused.code == "answers_refused":
        asked.refuse(refused.facts["errors"], fault_wording)
    field = {"requester": "email"}.get(str(refused.facts.get("field")), refused.facts.get("field"))
    form.add_error(field if field in form.fields else None, wording(refused))


def _open(request: HttpRequest, actor: Actor, given: dict[str, Any], asked: Asking) -> Any:
    at = request.received_at  # type: ignore[attr-defined]

    def keep(files: list[Any]) -> list[int]:
        return [
            services.keep_attachment(
                actor=actor, enterprise_id=given["enterprise"], name=file.name, chunks=file.chunks(), at=at
            ).id
            for file in files
        ]

    for key in asked.file_fields:
        asked.keep(key, keep(request.FILES.getlist(f"a-{key}")))
    item = operations.NewTicket(
        enterprise_id=given["enterprise"],
        text=given["text"],
        subject=given["subject"],
        requester_email=given["email"],
        requester_name=given["name"],
        service=given["service"],
        impact=given["impact"],
        urgency=given["urgency"],
        channel=given["channel"],
        attachments=keep(given["attachments"]),
        answers=asked.given,
        form_version=asked.version,
    )
    made = services.open_tickets(actor=actor, items=[item], at=at)[0]
    if isinstance(made, DomainError):
        raise made
    return made
