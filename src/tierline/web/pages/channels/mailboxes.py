"""One mailbox: how it is connected, what came and went, its raw bodies, and the acts on it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from tierline.channels import queries, services
from tierline.domain.errors import DomainError, Invalid, Missing, NotAllowed
from tierline.hooks import queries as hooks
from tierline.plumbing import tenancy
from tierline.plumbing.actor import Actor
from tierline.plumbing.http import wording
from tierline.web.pages.channels import forms
from tierline.web.pages.channels.listing import DAY, back, beside, frame, places, require_sight

PAGE = 30


@require_safe
def mailbox(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """``?show=`` names an incoming delivery whose body is wanted, with its secrets masked."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require_sight(actor)
    at = request.received_at  # type: ignore[attr-defined]
    way = request.GET.get("way", "")
    way = way if way in ("in", "out") else ""
    trouble = "trouble" if request.GET.get("trouble") else ""
    with tenancy.reading(actor):
        door = queries.door(actor, mailbox_id, since=at - DAY)
        traffic = queries.traffic(
            actor,
            enterprise_id=door.enterprise_id,
            mailbox_id=door.id,
            direction=way,
            outcome=trouble,
            cursor=request.GET.get("cursor", "")[:200],
            limit=PAGE,
        )
        raw = _raw(actor, request.GET.get("show", ""))
        told = beside(request, actor, at)
    shown = {
        "door": door,
        "failures": _failures(door),
        "steps": _steps(door),
        "traffic": traffic,
        "way": way,
        "trouble": trouble,
        "raw": raw,
        "here": f"mailbox-{door.id}",
        **told,
    }
    return render(request, "channels/mailbox.html", shown)


def new(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    _require_change(actor)
    with tenancy.reading(actor):
        offered = places(actor)
    form = forms.Mailbox(request.POST or None, places=offered)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.add_mailbox(
                actor=actor,
                enterprise_id=int(form.cleaned_data["enterprise"]),
                address=form.cleaned_data["address"],
                at=request.received_at,  # type: ignore[attr-defined]
                **form.told(),
            )
        except DomainError as refused:
            _say(form, refused)
        else:
            return back("channel_mailbox", made)
    status = 422 if request.method == "POST" else 200
    return render(request, "channels/mailbox_form.html", {"form": form, **frame(request)}, status=status)


def edit(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    _require_change(actor)
    at = request.received_at  # type: ignore[attr-defined]
    with tenancy.reading(actor):
        door = queries.door(actor, mailbox_id, since=at - DAY)
    form = forms.Mailbox(request.POST or None, places=None, initial=forms.Mailbox.of(door))
    if request.method == "POST" and form.is_valid():
        try:
            services.change_mailbox(
                actor=actor,
                mailbox_id=door.id,
                seen_version=form.cleaned_data["version"] or 0,
                at=at,
                **form.told(),
            )
        except DomainError as refused:
            _say(form, refused)
        else:
            return back("channel_mailbox", door.id)
    status = 422 if request.method == "POST" else 200
    return render(request, "channels/mailbox_form.html", {"form": form, "door": door, **frame(request)}, status=status)


@require_POST
def act(request: HttpRequest, mailbox_id: int, verb: str) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    verbs: dict[str, Any] = {
        "test": services.start_test,
        "pause": services.pause_mailbox,
        "resume": services.resume_mailbox,
    }
    verbs[verb](actor=actor, mailbox_id=mailbox_id, at=request.received_at)  # type: ignore[attr-defined]
    return back("channel_mailbox", mailbox_id)


@require_POST
def again(request: HttpRequest, mailbox_id: int, way: str, delivery_id: int) -> HttpResponse:
    """Let in what was parked, or send what failed once more."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    at = request.received_at  # type: ignore[attr-defined]
    if way == "in":
        services.redeliver(actor=actor, delivery_id=delivery_id, at=at)
    else:
        services.send_again(actor=actor, outbound_id=delivery_id, at=at)
    return back("channel_mailbox", mailbox_id)


def _failures(door: Any) -> list[tuple[str, str, Any]]:
    """(word, in the server's own words, since when) of what does not work now."""
    ways = [
        (door.failure, door.failure_detail, door.failed_at),
        (door.relay_failure, door.relay_failure_detail, door.relay_failed_at),
    ]
    return [(f"failure_{code}", detail, since) for code, detail, since in ways if code]


def _steps(door: Any) -> list[tuple[Any, str, str]]:
    """(step, its name, what went wrong with it) of the last test."""
    return [
        (step, f"step_{step['name']}", f"failure_{step['code']}" if step.get("code") else "")
        for step in door.test.get("steps", ())
    ]


def _raw(actor: Actor, wanted: str) -> Any:
    if not (wanted.isascii() and wanted.isdecimal()) or len(wanted) > 18:
        return None
    return queries.raw_body(actor, int(wanted))


def _require_change(actor: Actor) -> None:
    if not hooks.may_change(actor):
        raise NotAllowed(right="mailbox.change", role=actor.role)


def _say(form: Any, refused: DomainError) -> None:
    """A missing secret is the field's own matter; a clash of versions concerns the whole form."""
    field = refused.facts.get("field") if isinstance(refused, Invalid | Missing) else None
    words = gettext("page.channels.required") if isinstance(refused, Missing) else wording(refused)
    form.add_error(field if field in form.fields else None, words)
