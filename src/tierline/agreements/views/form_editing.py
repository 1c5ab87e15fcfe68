"""What a service asks, while it is being written: the editor, its preview, what differs, publishing."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tierline.agreements import policies, services
from tierline.agreements.forms.request_forms import acted, body_of, rows_of
from tierline.agreements.queries import request_forms
from tierline.agreements.queries.request_forms import FormDraft
from tierline.agreements.views.catalogue import page, place, preview
from tierline.agreements.views.frame import reader
from tierline.domain import forms
from tierline.domain.errors import DomainError, NotFound
from tierline.domain.forms import CONDITIONS, KINDS
from tierline.plumbing import tenancy
from tierline.plumbing.http import status_of, wording

_NOTHING: dict[str, Any] = {"fields": []}


@require_http_methods(["GET", "HEAD", "POST"])
def editor(request: HttpRequest, service_id: int) -> HttpResponse:
    """Every button keeps the draft as it was typed; faults stand beside their fields and only publishing minds them."""
    actor = reader(request)
    with tenancy.reading(actor):
        side, home, found = place(actor, request, service_id)
        draft, row = request_forms.draft(found.id), request_forms.asked(found.id)
    policies.require(actor, "catalogue.change", home.id)
    body: Any = draft.body if draft.body is not None else row.body if row else _NOTHING
    refusal, status = "", 200
    if request.method == "POST":
        body = acted(body_of(request.POST), request.POST.get("do", ""), request.POST.get("kind", ""))
        seen = request.POST.get("version", "")
        try:
            services.save_form_draft(
                actor=actor,
                enterprise_id=home.id,
                service_id=found.id,
                body=body,
                seen_version=int(seen) if seen.isdecimal() and len(seen) < 9 else 0,
                at=request.received_at,  # type: ignore[attr-defined]
            )
        except DomainError as refused:
            refusal, status = wording(refused), status_of(refused)
        else:
            where = {"up": "#f-", "down": "#f-"}.get(request.POST.get("do", "").partition(":")[0], "")
            return redirect(reverse("catalogue_form", args=[found.id]) + ("#fields" if where else "?done=saved"))
    faults = list(forms.faults_of(body))
    shown = {
        "house": home,
        "service": found,
        "draft": draft,
        "form_row": row,
        "rows": rows_of(body, faults),
        "faults": faults,
        "kinds": KINDS,
        "ops": CONDITIONS,
        "refusal": refusal,
        "preview": None if faults else preview(forms.parse(body), row.number + 1 if row else 1),
    }
    return page(request, "catalogue/form.html", shown, side=side, status=status)


@require_POST
def look(request: HttpRequest, service_id: int) -> HttpResponse:
    """The preview after an answer: what appears and what goes. Nothing is kept."""
    actor = reader(request)
    with tenancy.reading(actor):
        _, home, found = place(actor, request, service_id)
        draft, row = request_forms.draft(found.id), request_forms.asked(found.id)
    may = policies.may(actor, "catalogue.change", home.id)
    is_draft = may and request.POST.get("of") == "draft" and draft.body is not None
    if is_draft and not list(forms.faults_of(draft.body)):
        form, number = forms.parse(draft.body or {}), (row.number if row else 0) + 1
    elif row is not None:
        form, number = row.form, row.number
    else:
        raise NotFound(what="request_form", id=service_id)
    asking = preview(form, number, forms.posted(form, request.POST.getlist))
    return render(request, "ui/asked.html", {"asking": asking, "ask_at": request.path})


@require_safe
def diff(request: HttpRequest, service_id: int) -> HttpResponse:
    """Between two versions: ``?a=1&b=2``; ``draft`` names the one that is being written."""
    actor = reader(request)
    with tenancy.reading(actor):
        side, home, found = place(actor, request, service_id)
        versions, draft = request_forms.versions(found.id), request_forms.draft(found.id)
    known = {str(v.number): v.form for v in versions}
    if draft.body is not None and not list(forms.faults_of(draft.body)):
        known["draft"] = forms.parse(draft.body)
    names = ["draft"] * ("draft" in known) + [str(v.number) for v in versions]
    b = _asked(request.GET.get("b", ""), names, 0)
    a = _asked(request.GET.get("a", ""), names, 1)
    lines = forms.differences(known[a], known[b]) if a and b else []
    shown = {"house": home, "service": found, "names": names, "a": a, "b": b, "lines": lines}
    return page(request, "catalogue/diff.html", shown, side=side)


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, service_id: int) -> HttpResponse:
    """What changes for who asks from now on; tickets that are open keep the form they were opened with."""
    actor = reader(request)
    with tenancy.reading(actor):
        side, home, found = place(actor, request, service_id)
        draft, row = request_forms.draft(found.id), request_forms.asked(found.id)
    policies.require(actor, "catalogue.change", home.id)
    if draft.body is None:
        return redirect(reverse("catalogue_form", args=[found.id]))
    refusal, status = "", 200
    if request.method == "POST":
        seen = request.POST.get("version", "")
        try:
            services.publish_form(
                actor=actor,
                enterprise_id=home.id,
                service_id=found.id,
                seen_version=int(seen) if seen.isdecimal() and len(seen) < 9 else 0,
                at=request.received_at,  # type: ignore[attr-defined]
            )
        except DomainError as refused:
            refusal, status = wording(refused), status_of(refused)
        else:
            return redirect(f"{reverse('catalogue_service', args=[found.id])}?done=published")
    shown = {
        "house": home,
        "service": found,
        "draft": draft,
        "form_row": row,
        "refusal": refusal,
        **_changes(draft, row),
    }
    return page(request, "catalogue/publish.html", shown, side=side, status=status)


@require_POST
def drop(request: HttpRequest, service_id: int) -> HttpResponse:
    actor = reader(request)
    with tenancy.reading(actor):
        _, home, found = place(actor, request, service_id)
    at = request.received_at  # type: ignore[attr-defined]
    services.drop_form_draft(actor=actor, enterprise_id=home.id, service_id=found.id, at=at)
    return redirect(f"{reverse('catalogue_service', args=[found.id])}?done=dropped")


def _changes(draft: FormDraft, row: request_forms.FormRow | None) -> dict[str, Any]:
    faults = list(forms.faults_of(draft.body))
    if faults:
        return {"faults": faults, "lines": [], "preview": None}
    form = forms.parse(draft.body or {})
    before = row.form if row else forms.Form(())
    number = row.number + 1 if row else 1
    return {"faults": [], "lines": forms.differences(before, form), "preview": preview(form, number), "number": number}


def _asked(text: str, names: list[str], nth: int) -> str:
    if text in names:
        return text
    return names[nth] if nth < len(names) else ""
