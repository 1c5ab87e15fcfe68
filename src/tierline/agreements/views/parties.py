"""内部协议与供应商: what tiers, departments and suppliers promise us."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from tierline.agreements import forms, services, wording
from tierline.agreements.operations import OWED, NewParty
from tierline.agreements.queries import coverage, drafts, shelf
from tierline.agreements.queries.shelf import PartyRow, PartyWording
from tierline.agreements.views import frame
from tierline.agreements.views.faces import PRIORITIES
from tierline.agreements.views.frame import House
from tierline.agreements.views.papers import writable
from tierline.domain.errors import DomainError
from tierline.domain.terms import read_amount
from tierline.plumbing import tenancy
from tierline.plumbing.http import status_of

KINDS = (drafts.TIER, drafts.DEPARTMENT, drafts.SUPPLIER)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    actor = frame.reader(request)
    with tenancy.reading(actor):
        side = frame.houses(actor, request)
    own = writable(request, side, "party.change")
    asked = request.GET.get("kind", "")
    form = forms.PartyForm(
        request.POST or None,
        enterprises=[(str(h.id), h.name) for h in own],
        kinds=KINDS,
        initial={"kind": asked if asked in KINDS else drafts.SUPPLIER},
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = dict(form.cleaned_data)
            enterprise_id = int(given.pop("enterprise"))
            try:
                party_id = services.add_party(
                    actor=actor,
                    enterprise_id=enterprise_id,
                    row=NewParty(**given),
                    at=request.received_at,  # type: ignore[attr-defined]
                )
            except DomainError as refused:
                form.add_error(None, wording.refusal(refused))
                status = status_of(refused)
            else:
                return redirect(f"{reverse('party', args=[party_id])}?done=added")
    return frame.page(request, "agreements/party_new.html", {"form": form}, side=side, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def party(request: HttpRequest, party_id: int) -> HttpResponse:
    """Its promise in versions; a manager publishes the next."""
    actor = frame.reader(request)
    with tenancy.reading(actor):
        side, home, row = _found(actor, request, party_id)
        names = frame.calendar_names(home.id)
    newest = row.wordings[0] if row.wordings else None
    held = {"calendar_of": newest.calendar_of, "targets": newest.targets} if newest else None
    owed = OWED[row.code if row.kind == drafts.TIER else row.kind]
    form = forms.PartyPromiseForm(request.POST or None, kinds=owed, calendars=list(names.items()), held=held)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.publish_party(
                    actor=actor,
                    enterprise_id=home.id,
                    party_id=row.id,
                    calendar_of=form.calendar_of(),
                    targets=form.targets(),
                    at=request.received_at,  # type: ignore[attr-defined]
                )
            except DomainError as refused:
                if status_of(refused) == 403:
                    raise
                form.add_error(None, wording.refusal(refused))
                status = status_of(refused)
            else:
                return redirect(f"{reverse('party', args=[row.id])}?done=published")
    shown = {
        "house": home,
        "party": row,
        "wordings": [(w, _table(w, names)) for w in row.wordings],
        "behind": _behind(request, home, row),
        "form": form,
        "priorities": PRIORITIES,
    }
    return frame.page(request, "agreements/party.html", shown, side=side, status=status)


@require_POST
def contact(request: HttpRequest, party_id: int) -> HttpResponse:
    actor = frame.reader(request)
    with tenancy.reading(actor):
        row = shelf.party(party_id)
    given = {name: request.POST.get(name, "") for name in ("contact", "email", "phone", "contract")}
    services.set_party_contact(
        actor=actor,
        enterprise_id=row.enterprise_id,
        party_id=row.id,
        at=request.received_at,  # type: ignore[attr-defined]
        **given,
    )
    return redirect(f"{reverse('party', args=[row.id])}?done=saved")


@require_POST
def retire(request: HttpRequest, party_id: int) -> HttpResponse:
    actor = frame.reader(request)
    with tenancy.reading(actor):
        row = shelf.party(party_id)
    services.retire_party(
        actor=actor,
        enterprise_id=row.enterprise_id,
        party_id=row.id,
        at=request.received_at,  # type: ignore[attr-defined]
    )
    return redirect(f"{reverse('party', args=[row.id])}?done=retired")


def _found(actor: Any, request: HttpRequest, party_id: int) -> tuple[list[House], House, PartyRow]:
    row = shelf.party(party_id)
    return frame.houses(actor, request), frame.house(row.enterprise_id), row


def _behind(request: HttpRequest, home: House, row: PartyRow) -> list[Any]:
    """The agreements in use whose version does not carry the newest wording yet."""
    at = request.received_at  # type: ignore[attr-defined]
    held = [(p, p.in_force(at)) for p in home.promises if home.uses(p.id, at)]
    return [p for p, w in held if w is not None and coverage.is_behind(w, row)]


def _table(version: PartyWording, names: dict[str, str]) -> list[tuple[str, list[str]]]:
    """A line per clock, then the calendars; a cell per priority."""
    lines = []
    for kind, row in version.targets.items():
        cells = [wording.amount(read_amount(row[p], where=kind)) if p in row else wording.NOTHING for p in PRIORITIES]
        lines.append((kind, cells))
    return [*lines, ("", [wording.calendar(version.calendar_of.get(p), names) for p in PRIORITIES])]
