"""Whom an agreement is for: given, and ended."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tierline.accounts import queries as accounts
from tierline.agreements import forms, policies, services, wording
from tierline.agreements import queries as catalogue
from tierline.agreements.operations import Whom
from tierline.agreements.queries import shelf
from tierline.agreements.queries.shelf import EntitlementRow, Promise
from tierline.agreements.views import frame
from tierline.agreements.views.agreements import grades_of, whom_of
from tierline.agreements.views.frame import House
from tierline.domain.errors import DomainError, NotFound
from tierline.plumbing import tenancy
from tierline.plumbing.http import status_of


@require_http_methods(["GET", "HEAD", "POST"])
def entitle(request: HttpRequest, agreement_id: int) -> HttpResponse:
    actor = frame.reader(request)
    with tenancy.reading(actor):
        side = frame.houses(actor, request)
        home, promise = _found(agreement_id)
        form = forms.EntitleForm(
            request.POST or None,
            zone=home.zone,
            grades=grades_of(home.id),
            services=[(str(s.id), frame.name(s)) for s in catalogue.services(home.id)],
            contracts=[(c.code, c.code) for c in home.contracts],
        )
        customer_id, likely = _customer(form, home) if request.method == "POST" else (None, ())
    policies.require(actor, "agreement.entitle", home.id)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                _entitle(request, form, home, promise, customer_id)
            except DomainError as refused:
                form.add_error(None, wording.refusal(refused))
                status = status_of(refused)
            else:
                return redirect(f"{reverse('agreement', args=[agreement_id])}?done=entitled#whom")
    shown = {"house": home, "promise": promise, "form": form, "likely": likely}
    return frame.page(request, "agreements/entitle.html", shown, side=side, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, agreement_id: int, entitlement_id: int) -> HttpResponse:
    """When it ends; empty: now."""
    actor = frame.reader(request)
    at = request.received_at  # type: ignore[attr-defined]
    with tenancy.reading(actor):
        side = frame.houses(actor, request)
        home, promise = _found(agreement_id)
        row = _entitlement(home, promise, entitlement_id)
        (whom,) = whom_of(home.id, [row])
    policies.require(actor, "agreement.entitle", home.id)
    form = forms.UntilForm(request.POST or None, zone=home.zone)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.end_entitlement(
                    actor=actor,
                    enterprise_id=home.id,
                    entitlement_id=row.id,
                    ends_at=form.cleaned_data["ends_at"] or at,
                    at=at,
                )
            except DomainError as refused:
                form.add_error(None, wording.refusal(refused))
                status = status_of(refused)
            else:
                return redirect(f"{reverse('agreement', args=[agreement_id])}?done=ended#whom")
    shown = {"house": home, "promise": promise, "form": form, "row": row, "whom": whom}
    return frame.page(request, "agreements/end.html", shown, side=side, status=status)


def _entitle(
    request: HttpRequest, form: forms.EntitleForm, home: House, promise: Promise, customer_id: int | None
) -> None:
    given: dict[str, Any] = form.cleaned_data
    at = request.received_at  # type: ignore[attr-defined]
    whom = Whom(
        contract=given["contract"],
        service_id=int(given["service"]) if given["service"] else None,
        customer_id=customer_id,
        grade=given["grade"] or None,
    )
    services.entitle(
        actor=request.actor,  # type: ignore[attr-defined]
        enterprise_id=home.id,
        agreement=promise.code,
        whom=[whom],
        starts_at=given["starts_at"] or at,
        ends_at=given["ends_at"],
        replaces=given["replaces"],
        at=at,
    )


def _customer(form: forms.EntitleForm, home: House) -> tuple[int | None, Any]:
    """The end customer of that name; without one, an error on the field and the names that come near."""
    name = form.cleaned_data["customer"].strip() if form.is_valid() else ""
    if not name:
        return None, ()
    found = accounts.customers_named(home.id, [name]).get(name)
    if found is None:
        form.add_error("customer", wording.unknown_customer(name))
        return None, accounts.customers_like(home.id, name)
    return found.id, ()


def _found(agreement_id: int) -> tuple[House, Promise]:
    home = frame.house(shelf.promise(agreement_id).enterprise_id)
    return home, next(p for p in home.promises if p.id == agreement_id)


def _entitlement(home: House, promise: Promise, entitlement_id: int) -> EntitlementRow:
    found = [e for e in home.entitlements if e.id == entitlement_id and e.agreement_id == promise.id]
    if not found:
        raise NotFound(what="entitlement", id=entitlement_id)
    return found[0]
