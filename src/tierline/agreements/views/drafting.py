"""A new agreement, and the next version of one: drafted, compared, published or dropped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from tierline.agreements import forms, policies, services, wording
from tierline.agreements.operations import Drafted
from tierline.agreements.queries import drafts, shelf
from tierline.agreements.queries.shelf import Promise
from tierline.agreements.views import frame
from tierline.agreements.views.agreements import grouped
from tierline.agreements.views.faces import PRIORITIES
from tierline.agreements.views.frame import House
from tierline.domain.errors import DomainError, NotFound
from tierline.domain.priority import Urgency
from tierline.domain.terms import WAITS, changes
from tierline.plumbing import tenancy
from tierline.plumbing.http import status_of


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    actor = frame.reader(request)
    with tenancy.reading(actor):
        side = frame.houses(actor, request)
        own = [h for h in side if policies.may(actor, "agreement.publish", h.id)]
    if not own:
        policies.require(actor, "agreement.publish", 0)
    versions = [(str(w.id), f"{frame.name(p)} v{w.number}") for h in own for p in h.promises for w in p.wordings[:1]]
    form = forms.NewAgreementForm(
        request.POST or None, enterprises=[(str(h.id), h.name) for h in own], versions=versions
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                draft_id = _created(request, form)
            except DomainError as refused:
                form.add_error(None, wording.refusal(refused))
            else:
                return redirect(_address("agreement_draft", _agreement_of(actor, draft_id)))
    return frame.page(request, "agreements/new.html", {"form": form}, side=side, status=status)


@require_POST
def start(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """Begins the next version, or goes to the one that is being written."""
    actor = frame.reader(request)
    with tenancy.reading(actor):
        promise = shelf.promise(agreement_id)
    if promise.draft is None:
        services.start_draft(
            actor=actor,
            enterprise_id=promise.enterprise_id,
            agreement_id=agreement_id,
            version_id=_number(request.POST.get("version", "")),
            at=request.received_at,  # type: ignore[attr-defined]
        )
    return redirect(_address("agreement_draft", agreement_id))


@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """The editor. What is refused comes back as it was typed, with the reason beside the field."""
    actor = frame.reader(request)
    at = request.received_at  # type: ignore[attr-defined]
    with tenancy.reading(actor):
        side, home, promise, written = _written(request, agreement_id)
        calendars = list(frame.calendar_names(home.id).items())
    policies.require(actor, "agreement.publish", home.id)
    fresh = {
        "version": written.version,
        "effective_from": written.effective_from,
        "effective_to": written.effective_to,
        "reason": written.reason,
    }
    form = forms.TermsForm(request.POST or None, body=written.body, calendars=calendars, zone=home.zone, initial=fresh)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                services.save_draft(
                    actor=actor,
                    enterprise_id=home.id,
                    draft_id=written.id,
                    seen_version=given["version"],
                    drafted=Drafted(form.terms(), given["effective_from"], given["effective_to"], given["reason"]),
                    at=at,
                )
            except DomainError as refused:
                form.refuse(refused)
                status = status_of(refused)
            else:
                return redirect(_address("agreement_publish", agreement_id))
    shown = {"house": home, "promise": promise, "draft": written, "form": form, **_headings()}
    return frame.page(request, "agreements/draft.html", shown, side=side, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """What would change, against the version in force, before it does."""
    actor = frame.reader(request)
    at = request.received_at  # type: ignore[attr-defined]
    with tenancy.reading(actor):
        side, home, promise, written = _written(request, agreement_id)
        compared = _compared(home, promise, written, at)
    policies.require(actor, "agreement.publish", home.id)
    status = 200
    if request.method == "POST":
        try:
            services.publish_draft(
                actor=actor,
                enterprise_id=home.id,
                draft_id=written.id,
                seen_version=_number(request.POST.get("version", "")) or 0,
                at=at,
            )
        except DomainError as refused:
            compared["refusal"], status = wording.refusal(refused), status_of(refused)
        else:
            return redirect(f"{_address('agreement', agreement_id)}?done=published")
    shown = {"house": home, "promise": promise, "draft": written, **compared}
    return frame.page(request, "agreements/publish.html", shown, side=side, status=status)


@require_POST
def drop(request: HttpRequest, agreement_id: int) -> HttpResponse:
    actor = frame.reader(request)
    with tenancy.reading(actor):
        _, home, _, written = _written(request, agreement_id)
    services.drop_draft(
        actor=actor,
        enterprise_id=home.id,
        draft_id=written.id,
        at=request.received_at,  # type: ignore[attr-defined]
    )
    return redirect(f"{_address('agreement', agreement_id)}?done=dropped")


def _compared(home: House, promise: Promise, written: drafts.DraftRow, at: Any) -> dict[str, Any]:
    """The differences in words, or why the draft could not be published as it stands."""
    names = frame.calendar_names(home.id)
    held = promise.in_force(at)
    try:
        terms = drafts.drafted_terms(written.id)
    except DomainError as refused:
        return {"held": held, "groups": {}, "refusal": wording.refusal(refused)}
    found = changes(held.terms, terms) if held else ()
    lines = [wording.difference(change, names) for change in found]
    return {"held": held, "groups": grouped(lines), "lines": lines, "refusal": ""}


def _headings() -> dict[str, Any]:
    return {
        "waits": WAITS,
        "urgencies": [u.value for u in Urgency],
        "priorities": PRIORITIES,
    }


def _created(request: HttpRequest, form: forms.NewAgreementForm) -> int:
    given: Mapping[str, Any] = form.cleaned_data
    return services.create_agreement(
        actor=request.actor,  # type: ignore[attr-defined]
        enterprise_id=int(given["enterprise"]),
        code=given["code"],
        name_zh=given["name_zh"],
        name_en=given["name_en"],
        like=_number(given["like"]),
        at=request.received_at,  # type: ignore[attr-defined]
    )


def _agreement_of(actor: Any, draft_id: int) -> int:
    with tenancy.reading(actor):
        return drafts.draft(draft_id).agreement_id


def _written(request: HttpRequest, agreement_id: int) -> tuple[list[House], House, Promise, drafts.DraftRow]:
    """Raises NotFound where nothing is being written."""
    actor = request.actor  # type: ignore[attr-defined]
    found = shelf.promise(agreement_id)
    home = frame.house(found.enterprise_id)
    promise = next(p for p in home.promises if p.id == agreement_id)
    if promise.draft is None:
        raise NotFound(what="agreement_draft", id=agreement_id)
    return frame.houses(actor, request), home, promise, promise.draft


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 19 else None


def _address(name: str, agreement_id: int) -> str:
    return reverse(name, args=[agreement_id])
