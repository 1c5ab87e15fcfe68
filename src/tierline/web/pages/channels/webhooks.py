"""One outgoing webhook: what it is told, what went there, its raw bodies, and the acts on it."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tierline.domain.errors import DomainError, Invalid, NotAllowed
from tierline.domain.hooks import TYPES
from tierline.hooks import queries, services
from tierline.plumbing import tenancy
from tierline.plumbing.actor import Actor
from tierline.plumbing.http import wording
from tierline.web.pages.channels import forms
from tierline.web.pages.channels.listing import back, beside, frame, look_of, places, require_sight

PAGE = 30


@require_safe
def webhook(request: HttpRequest, webhook_id: int) -> HttpResponse:
    return page(request, webhook_id)


def page(request: HttpRequest, webhook_id: int, **more: Any) -> HttpResponse:
    """``?show=`` names a delivery whose body is wanted: a look that is on the record."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require_sight(actor)
    at, state = request.received_at, request.GET.get("state", "")  # type: ignore[attr-defined]
    state = state if state in queries.STATES else ""
    with tenancy.reading(actor):
        row = queries.subscription(actor, webhook_id)
        log = queries.deliveries(actor, row.id, state=state, before=_id(request.GET.get("before", "")), limit=PAGE + 1)
        figures = queries.figures([row.id], at=at)[row.id]
        chosen = _chosen(actor, log, row, _id(request.GET.get("show", "")))
        told = beside(request, actor, at)
        reads = queries.reads_bodies(actor, row.enterprise_id)
    body = _body(actor, chosen, at) if chosen is not None and reads else ""
    shown = {
        "row": row,
        "look": look_of(row),
        "log": log[:PAGE],
        "older": log[PAGE - 1].id if len(log) > PAGE else None,
        "figures": figures,
        "state": state,
        "states": queries.STATES,
        "chosen": chosen,
        "body": body,
        "reads": reads,
        "here": f"webhook-{row.id}",
        **told,
        **more,
    }
    return render(request, "channels/webhook.html", shown)


def new(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    _require_change(actor)
    with tenancy.reading(actor):
        offered = places(actor)
    form = forms.Webhook(request.POST or None, places=offered)
    if request.method == "POST" and form.is_valid():
        try:
            row = services.subscribe(
                actor=actor,
                enterprise_id=int(form.cleaned_data["enterprise"]),
                wish=form.wish(),
                at=request.received_at,  # type: ignore[attr-defined]
            )
        except DomainError as refused:
            _say(form, refused)
        else:
            return page(request, row.id, secret=queries.secret(row))
    status = 422 if request.method == "POST" else 200
    return render(
        request, "channels/webhook_form.html", {"form": form, "types": TYPES, **frame(request)}, status=status
    )


def edit(request: HttpRequest, webhook_id: int) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    _require_change(actor)
    with tenancy.reading(actor):
        row = queries.subscription(actor, webhook_id)
    form = forms.Webhook(request.POST or None, places=None, initial=forms.Webhook.of(row))
    if request.method == "POST" and form.is_valid():
        try:
            services.change(
                actor=actor,
                subscription_id=row.id,
                seen_version=form.cleaned_data["version"] or 0,
                wish=form.wish(),
                at=request.received_at,  # type: ignore[attr-defined]
            )
        except DomainError as refused:
            _say(form, refused)
        else:
            return back("channel_webhook", row.id)
    status = 422 if request.method == "POST" else 200
    shown = {"form": form, "types": TYPES, "row": row, **frame(request)}
    return render(request, "channels/webhook_form.html", shown, status=status)


@require_POST
def act(request: HttpRequest, webhook_id: int, verb: str) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    told: dict[str, Any] = {"actor": actor, "subscription_id": webhook_id, "at": request.received_at}  # type: ignore[attr-defined]
    if verb == "secret":
        row = services.rotate(**told)
        return page(request, webhook_id, secret=queries.secret(row), is_rotated=True)
    if verb == "remove":
        services.unsubscribe(**told)
        return redirect("channels")
    if verb == "replay":
        form = forms.Span(request.POST)
        if not form.is_valid():
            return page(request, webhook_id, span=form)
        services.replay(**told, since=form.cleaned_data["since"], until=form.cleaned_data["until"])
    elif verb == "test":
        trial = services.try_now(**told)
        return back("channel_webhook", webhook_id, show=trial.id)
    else:
        {"pause": services.pause, "resume": services.resume}[verb](**told)
    return back("channel_webhook", webhook_id)


@require_POST
def redeliver(request: HttpRequest, webhook_id: int, delivery_id: int) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    services.repeat(actor=actor, delivery_id=delivery_id, at=request.received_at)  # type: ignore[attr-defined]
    return back("channel_webhook", webhook_id, show=delivery_id)


def _require_change(actor: Actor) -> None:
    if not queries.may_change(actor):
        raise NotAllowed(right="webhook.change", role=actor.role)


def _chosen(actor: Actor, log: Any, row: Any, wanted: int) -> Any:
    if not wanted:
        return None
    found = next((d for d in log if d.id == wanted), None) or queries.delivery(actor, wanted)
    return found if found.subscription_id == row.id else None


def _body(actor: Actor, delivery: Any, at: Any) -> str:
    return json.dumps(
        json.loads(services.see_body(actor=actor, delivery_id=delivery.id, at=at)), ensure_ascii=False, indent=2
    )


def _say(form: Any, refused: DomainError) -> None:
    field = refused.facts.get("field") if isinstance(refused, Invalid) else None
    form.add_error(field if field in form.fields else None, wording(refused))


def _id(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
