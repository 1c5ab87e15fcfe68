"""服务目录: the services, who answers for each, their fault classes and what each asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tierline.accounts import queries as accounts
from tierline.agreements import policies, services
from tierline.agreements import queries as catalogue
from tierline.agreements.forms.request_forms import FaultClassForm, ServiceForm
from tierline.agreements.operations import NewFaultClass, NewService
from tierline.agreements.queries import ServiceRow, request_forms
from tierline.agreements.views.frame import reader
from tierline.domain import forms
from tierline.domain.errors import DomainError, NotFound
from tierline.domain.forms import Drawn
from tierline.plumbing import tenancy
from tierline.plumbing.actor import ADMIN, ENGINEER, MANAGER, Actor
from tierline.plumbing.http import wording


@dataclass(frozen=True, slots=True)
class Shelf:
    """One enterprise's catalogue. By service: how many ``faults``, the ``forms`` asked now; ``drafted``: in work."""

    id: int
    name: str
    services: Sequence[ServiceRow]
    faults: Mapping[int, int]
    forms: Mapping[int, request_forms.FormRow]
    drafted: set[int]


@dataclass(frozen=True, slots=True)
class Preview:
    """What ``ui/asked.html`` draws: the form, with nothing to send."""

    row: Any
    version: int
    drawn: Sequence[Drawn]


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The first service of the reach, beside the list of all."""
    actor = reader(request)
    with tenancy.reading(actor):
        side = shelves(actor, request)
    first = next((s for house in side for s in house.services), None)
    if first is not None and "HX-Request" not in request.headers:
        return _detail(request, actor, first.id)
    return page(request, "catalogue/empty.html", {}, side=side)


@require_safe
def service(request: HttpRequest, service_id: int) -> HttpResponse:
    return _detail(request, reader(request), service_id)


def _detail(
    request: HttpRequest, actor: Actor, service_id: int, fault_form: FaultClassForm | None = None, status: int = 200
) -> HttpResponse:
    with tenancy.reading(actor):
        side, home, found = place(actor, request, service_id)
        row = home.forms.get(found.id)
        versions = request_forms.versions(found.id)
        draft = request_forms.draft(found.id)
        people = accounts.people([found.owner_id, draft.author_id, *(v.author_id for v in versions)])
        shown = {
            "house": home,
            "service": found,
            "owner": people.get(found.owner_id or 0),
            "fault_classes": catalogue.fault_classes(found.id),
            "fault_form": fault_form or FaultClassForm(),
            "form_row": row,
            "versions": versions,
            "draft": draft,
            "people": people,
            "preview": preview(row.form, row.number) if row else None,
        }
    return page(request, "catalogue/service.html", shown, side=side, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    actor = reader(request)
    with tenancy.reading(actor):
        side = shelves(actor, request)
        own = [h for h in side if policies.may(actor, "catalogue.change", h.id)]
        owners = _owners()
    if not own:
        policies.require(actor, "catalogue.change", 0)
    form = ServiceForm(request.POST or None, enterprises=[(str(h.id), h.name) for h in own], owners=owners, is_new=True)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.add_service(
                actor=actor,
                enterprise_id=int(form.cleaned_data["enterprise"]),
                row=_row(form.cleaned_data),
                at=request.received_at,  # type: ignore[attr-defined]
            )
        except DomainError as refused:
            _show(form, refused)
        else:
            return redirect(f"{reverse('catalogue_service', args=[made])}?done=added")
    status = 422 if request.method == "POST" else 200
    return page(request, "catalogue/edit.html", {"form": form, "is_new": True}, side=side, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, service_id: int) -> HttpResponse:
    actor = reader(request)
    with tenancy.reading(actor):
        side, home, found = place(actor, request, service_id)
        owners = _owners()
    policies.require(actor, "catalogue.change", home.id)
    before = {
        "name_zh": found.name_zh,
        "name_en": found.name_en,
        "owner_tier": found.owner_tier,
        "owner": found.owner_id,
    }
    form = ServiceForm(request.POST or None, enterprises=[], owners=owners, is_new=False, initial=before)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_service(
                actor=actor,
                enterprise_id=home.id,
                service_id=found.id,
                row=_row({**form.cleaned_data, "code": found.code}),
                at=request.received_at,  # type: ignore[attr-defined]
            )
        except DomainError as refused:
            _show(form, refused)
        else:
            return redirect(f"{reverse('catalogue_service', args=[found.id])}?done=changed")
    status = 422 if request.method == "POST" else 200
    shown = {"form": form, "is_new": False, "service": found, "house": home}
    return page(request, "catalogue/edit.html", shown, side=side, status=status)


@require_POST
def retire(request: HttpRequest, service_id: int) -> HttpResponse:
    """Out of use, or in use again."""
    actor = reader(request)
    with tenancy.reading(actor):
        _, home, found = place(actor, request, service_id)
    verb = services.retire_service if found.is_active else services.restore_service
    verb(actor=actor, enterprise_id=home.id, service_id=found.id, at=request.received_at)  # type: ignore[attr-defined]
    done = "retired" if found.is_active else "restored"
    return redirect(f"{reverse('catalogue_service', args=[found.id])}?done={done}")


@require_POST
def add_fault_class(request: HttpRequest, service_id: int) -> HttpResponse:
    actor = reader(request)
    with tenancy.reading(actor):
        _, home, found = place(actor, request, service_id)
    policies.require(actor, "catalogue.change", home.id)
    form = FaultClassForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        rows = [NewFaultClass(given["code"], given["name_zh"], given["name_en"])]
        of = {"enterprise_id": home.id, "service_id": found.id, "at": request.received_at}  # type: ignore[attr-defined]
        try:
            services.add_fault_classes(actor=actor, rows=rows, **of)
        except DomainError as refused:
            _show(form, refused)
        else:
            return redirect(f"{reverse('catalogue_service', args=[found.id])}?done=fault_added#faults")
    return _detail(request, actor, service_id, form, 422)


def shelves(actor: Actor, request: HttpRequest) -> list[Shelf]:
    """The catalogues in view. Inside a scope."""
    in_view: int | None = request.in_view  # type: ignore[attr-defined]
    return [_shelf(e) for e in accounts.enterprises() if e.id in actor.enterprises and in_view in (None, e.id)]


def place(actor: Actor, request: HttpRequest, service_id: int) -> tuple[list[Shelf], Shelf, ServiceRow]:
    """The list, the enterprise and the service. Raises NotFound. Inside a scope."""
    side = shelves(actor, request)
    for house in side:
        for found in house.services:
            if found.id == service_id:
                return side, house, found
    raise NotFound(what="service", id=service_id)


def preview(form: forms.Form, version: int, given: Mapping[str, Any] | None = None) -> Preview:
    return Preview(form, version, forms.drawn(form, forms.defaults(form) if given is None else given, {}))


def page(
    request: HttpRequest, template: str, shown: Mapping[str, Any], *, side: Sequence[Shelf], status: int = 200
) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    frame = {
        "section": "catalogue",
        "side": side,
        "writable": frozenset(h.id for h in side if policies.may(actor, "catalogue.change", h.id)),
        "done": request.GET.get("done", ""),
        "look_at": reverse("catalogue_form_look", args=[shown["service"].id]) if "service" in shown else "",
    }
    return render(request, template, {**frame, **shown}, status=status)


def _shelf(e: Any) -> Shelf:
    rows = catalogue.services(e.id, with_inactive=True)
    ids = [s.id for s in rows]
    faults = catalogue.fault_class_counts(ids)
    return Shelf(e.id, e.name, rows, faults, request_forms.current(ids), request_forms.drafted(ids))


def _owners() -> list[tuple[int, str]]:
    return [(p.id, p.name) for p in accounts.provider_people((MANAGER, ENGINEER, ADMIN))]


def _row(given: Mapping[str, Any]) -> NewService:
    return NewService(given["code"], given["name_zh"], given["name_en"], given["owner_tier"], given["owner"])


def _show(form: Any, refused: DomainError) -> None:
    field = refused.facts.get("field")
    form.add_error(field if field in form.fields else None, wording(refused))
