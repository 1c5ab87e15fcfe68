"""合同: the contracts between provider and enterprise."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tierline.agreements import forms, policies, services, wording
from tierline.agreements.operations import NewContract
from tierline.agreements.queries import shelf
from tierline.agreements.views import frame
from tierline.agreements.views.agreements import whom_of
from tierline.agreements.views.frame import House
from tierline.domain.errors import DomainError
from tierline.plumbing import tenancy
from tierline.plumbing.http import status_of


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    actor = frame.reader(request)
    with tenancy.reading(actor):
        side = frame.houses(actor, request)
    own = writable(request, side, "contract.change")
    form = forms.ContractForm(request.POST or None, zone=own[0].zone, enterprises=[(str(h.id), h.name) for h in own])
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                contract_id = services.add_contract(
                    actor=actor,
                    enterprise_id=int(given["enterprise"]),
                    row=NewContract(
                        given["code"],
                        given["name_zh"],
                        given["name_en"],
                        given["starts_at"],
                        given["ends_at"],
                        given["signed_on"],
                        given["signed_by"],
                    ),
                    at=request.received_at,  # type: ignore[attr-defined]
                )
            except DomainError as refused:
                form.add_error(None, wording.refusal(refused))
                status = status_of(refused)
            else:
                return redirect(f"{reverse('contract', args=[contract_id])}?done=added")
    return frame.page(request, "agreements/contract_new.html", {"form": form}, side=side, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def contract(request: HttpRequest, contract_id: int) -> HttpResponse:
    """What it entitles to; a manager sets its end."""
    actor = frame.reader(request)
    with tenancy.reading(actor):
        side = frame.houses(actor, request)
        row = shelf.contract(contract_id)
        home = frame.house(row.enterprise_id)
        rows = [e for e in home.entitlements if e.contract == row.code]
        entitled = list(zip(rows, whom_of(home.id, rows), strict=True))
    form = forms.UntilForm(request.POST or None, zone=home.zone, initial={"ends_at": row.ends_at})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.set_contract_end(
                    actor=actor,
                    enterprise_id=home.id,
                    contract_id=row.id,
                    ends_at=form.cleaned_data["ends_at"],
                    at=request.received_at,  # type: ignore[attr-defined]
                )
            except DomainError as refused:
                if status_of(refused) == 403:
                    raise
                form.add_error(None, wording.refusal(refused))
                status = status_of(refused)
            else:
                return redirect(f"{reverse('contract', args=[row.id])}?done=saved")
    shown = {
        "house": home,
        "contract": row,
        "entitled": entitled,
        "promises": {p.id: p for p in home.promises},
        "form": form,
    }
    return frame.page(request, "agreements/contract.html", shown, side=side, status=status)


def writable(request: HttpRequest, side: list[House], right: str) -> list[House]:
    """The enterprises in view that the reader may change. Raises NotAllowed when there is none."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    own = [h for h in side if policies.may(actor, right, h.id)]
    if not own:
        policies.require(actor, right, side[0].id if side else 0)
    return own
