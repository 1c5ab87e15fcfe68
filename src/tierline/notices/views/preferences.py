"""How one is told: the matrix, the budget, quiet hours, the digest and the web hooks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from tierline.accounts import queries as accounts
from tierline.domain.errors import DomainError
from tierline.domain.notices import Channel, Kind
from tierline.notices import forms, policies, queries, services, signing
from tierline.notices.models import Hook, Message
from tierline.plumbing import tenancy
from tierline.plumbing.actor import Actor
from tierline.plumbing.http import status_of, wording


@dataclass(frozen=True, slots=True)
class HookRow:
    hook: Hook
    enterprise: str
    secret: str
    messages: list[Message]


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    policies.require_reader(actor)
    if request.method != "POST":
        return _page(request, status=200)
    form = forms.Preferences(request.POST)
    if not form.is_valid():
        return _page(request, form=form, status=422)
    try:
        services.prefer(actor=actor, chosen=form.chosen(), at=request.received_at)  # type: ignore[attr-defined]
    except DomainError as refused:
        field = refused.facts.get("field")
        form.add_error(field if field in form.fields else None, wording(refused))
        return _page(request, form=form, status=status_of(refused))
    return _done("saved")


@require_POST
def add_hook(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    policies.require_reader(actor)
    form = forms.NewHook(request.POST, places=_places(actor))
    if not form.is_valid():
        return _page(request, hook_form=form, status=422)
    given = form.cleaned_data
    try:
        services.add_hook(
            actor=actor,
            url=given["url"],
            label=given["label"],
            enterprise_id=int(given["enterprise"]) if given["enterprise"] else None,
            kinds=[Kind(one) for one in given["kinds"]],
            at=request.received_at,  # type: ignore[attr-defined]
        )
    except DomainError as refused:
        form.add_error("url", wording(refused))
        return _page(request, hook_form=form, status=status_of(refused))
    return _done("hook_added")


@require_POST
def remove_hook(request: HttpRequest, hook_id: int) -> HttpResponse:
    return _act(request, "hook_removed", services.remove_hook, hook_id=hook_id)


@require_POST
def try_hook(request: HttpRequest, hook_id: int) -> HttpResponse:
    return _act(request, "tried", services.try_hook, hook_id=hook_id)


@require_POST
def try_mail(request: HttpRequest) -> HttpResponse:
    return _act(request, "tried", services.try_mail)


@require_POST
def repeat(request: HttpRequest, message_id: int) -> HttpResponse:
    return _act(request, "repeated", services.repeat_message, message_id=message_id)


def _act(request: HttpRequest, done: str, verb: Callable[..., Any], **told: int) -> HttpResponse:
    verb(actor=request.actor, at=request.received_at, **told)  # type: ignore[attr-defined]
    return _done(done)


def _done(what: str) -> HttpResponse:
    return redirect(f"{reverse('notice_preferences')}?{urlencode({'done': what})}")


def _places(actor: Actor) -> list[tuple[int, str]]:
    """The enterprises whose hooks the actor may set up."""
    if not policies.governs(actor):
        return []
    with tenancy.reading(actor):
        return [(e.id, e.name) for e in accounts.enterprises() if e.id in actor.enterprises]


def _page(
    request: HttpRequest,
    *,
    form: forms.Preferences | None = None,
    hook_form: forms.NewHook | None = None,
    status: int,
) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    at = request.received_at  # type: ignore[attr-defined]
    assert actor.person_id is not None
    places = _places(actor)
    with tenancy.reading(actor):
        wishes = queries.wishes([actor.person_id])[actor.person_id]
        used, held = queries.used(actor, at=at), queries.held(actor)
        hooks = _hooks(actor, dict(places))
        mails = queries.mails(actor)
    form = form or forms.Preferences(initial=forms.initial(wishes))
    shown = {
        "section": "notices",
        "form": form,
        "hook_form": hook_form or forms.NewHook(places=places),
        "matrix": [(kind.value, [_cell(form, kind, channel) for channel in Channel]) for kind in Kind],
        "channels": [channel.value for channel in Channel],
        "kinds": [kind.value for kind in Kind if kind is not Kind.CHANNEL],
        "wishes": wishes,
        "hours": _hours(wishes) if wishes.is_quiet else [False] * 24,
        "used": used,
        "used_share": min(100, used * 100 // wishes.budget),
        "held": held,
        "hooks": hooks,
        "mails": mails,
        "places": places,
        "at": at,
        "done": request.GET.get("done", ""),
    }
    return render(request, "notices/preferences.html", shown, status=status)


def _cell(form: forms.Preferences, kind: Kind, channel: Channel) -> Any:
    name = f"{kind}.{channel}"
    return form[name] if name in form.fields else None


def _hours(wishes: queries.Wishes) -> list[bool]:
    starts, ends = wishes.quiet.starts, wishes.quiet.ends
    middles = [hour * 60 + 30 for hour in range(24)]
    if starts < ends:
        return [starts <= m < ends for m in middles]
    return [m >= starts or m < ends for m in middles]


def _hooks(actor: Actor, places: dict[int, str]) -> list[HookRow]:
    assert actor.person_id is not None
    hooks = [*queries.own_hooks([actor.person_id]).get(actor.person_id, ()), *queries.enterprise_hooks(places)]
    messages = queries.messages_of(hook.id for hook in hooks)
    return [HookRow(h, places.get(h.enterprise_id or 0, ""), signing.secret_of(h), list(messages[h.id])) for h in hooks]
