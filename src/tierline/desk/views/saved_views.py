"""Saved views: keeping what the queue shows now, and the page where they are named, ordered, shared and dropped."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from tierline.accounts import queries as accounts
from tierline.agreements import queries as agreements
from tierline.desk import forms, policies, services
from tierline.desk.queries import address, saved_views
from tierline.desk.queries.address import Address
from tierline.desk.views.chips import chips
from tierline.desk.views.queue import worker
from tierline.domain.errors import DomainError
from tierline.plumbing import tenancy
from tierline.plumbing.actor import Actor
from tierline.plumbing.http import status_of, wording


@require_http_methods(["GET", "HEAD", "POST"])
def saved(request: HttpRequest) -> HttpResponse:
    """The person's views and those shared with them; a POST keeps the address ``asked`` under a name."""
    actor = worker(request)
    asked = _asked(request)
    form = forms.SaveView(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                view_id = _save(actor, asked, form.cleaned_data, at=_at(request), in_view=request.in_view)  # type: ignore[attr-defined]
            except DomainError as refused:
                form.add_error(None, wording(refused))
                status = status_of(refused)
            else:
                told = {**asked.asked, "saved": str(view_id)}
                return redirect(f"/queue?{urlencode(told, doseq=True)}")
    return _page(request, actor, asked, form, status)


@require_POST
def change(request: HttpRequest, view_id: int) -> HttpResponse:
    """Rename, share, make it the first, move it up or down, or drop it."""
    actor, at = worker(request), _at(request)
    act = request.POST.get("act", "")
    usual: dict[str, Any] = {"actor": actor, "view_id": view_id, "at": at}
    if act == "rename":
        services.change_view(**usual, name=request.POST.get("name", ""))
    elif act in ("share", "keep"):
        services.change_view(**usual, is_shared=act == "share")
    elif act in ("default", "no_default"):
        services.change_view(**usual, is_default=act == "default")
    elif act in ("up", "down"):
        _move(actor, view_id, -1 if act == "up" else 1, at)
    elif act == "delete":
        services.delete_view(**usual)
    return redirect("/queue/views")


def _save(actor: Actor, asked: Address, given: dict[str, Any], *, at: datetime, in_view: int | None) -> int:
    with tenancy.reading(actor):
        enterprise_id = _enterprise(actor, asked) or in_view
    told = dict(asked.asked)
    if in_view and not asked.one("enterprise"):
        # What the person narrowed the console to is part of what they see.
        told["enterprise"] = [str(in_view)]
    view_id = services.save_view(
        actor=actor,
        name=given["name"],
        asked=told,
        enterprise_id=enterprise_id,
        is_shared=given["is_shared"],
        at=at,
    )
    if given["is_default"]:
        services.change_view(actor=actor, view_id=view_id, is_default=True, at=at)
    return view_id


def _enterprise(actor: Actor, asked: Address) -> int | None:
    """The enterprise that the address speaks of, by name or by something of its own."""
    if asked.one("enterprise"):
        return accounts.enterprise(int(asked.one("enterprise"))).id
    customer, service = asked.number("customer"), asked.number("service")
    if customer is not None:
        return int(accounts.customer(customer).enterprise_id)
    if service is not None:
        return next((e for e in actor.enterprises if any(s.id == service for s in agreements.services(e))), None)
    return None


def _move(actor: Actor, view_id: int, step: int, at: datetime) -> None:
    with tenancy.reading(actor):
        own = [v.id for v in saved_views.views(actor) if v.is_own]
    if view_id in own:
        place = own.index(view_id)
        own.insert(max(0, place + step), own.pop(place))
        services.order_views(actor=actor, view_ids=own, at=at)


def _page(request: HttpRequest, actor: Actor, asked: Address, form: Any, status: int) -> HttpResponse:
    with tenancy.reading(actor):
        shown = {
            "views": saved_views.views(actor),
            "chips": chips(asked),
            "asked": asked.query(),
            "view": asked.view,
            "form": form,
            "may_share": actor.role in policies.GRANTS["view.share"],
            "section": "queue",
        }
    is_fragment = "HX-Request" in request.headers
    name = "desk/_save_view.html" if is_fragment else "desk/views.html"
    return render(request, name, {**shown, "is_fragment": is_fragment}, status=status)


def _asked(request: HttpRequest) -> Address:
    given = parse_qs(request.POST.get("asked", ""), max_num_fields=100) if request.method == "POST" else None
    if given is None:
        given = {name: request.GET.getlist(name) for name in address.KEPT}
    return address.understood(given)


def _at(request: HttpRequest) -> datetime:
    at: datetime = request.received_at  # type: ignore[attr-defined]
    return at
