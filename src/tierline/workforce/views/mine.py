"""My shifts: what is coming, leave, who could stand in, and the calendar to subscribe to."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext, override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tierline.accounts import queries as accounts
from tierline.domain.errors import DomainError, NotAllowed, NotFound
from tierline.plumbing import tenancy
from tierline.plumbing.actor import Actor
from tierline.plumbing.http import status_of, wording
from tierline.workforce import feeds, policies, queries, services
from tierline.workforce.forms import LeaveForm, StandInForm
from tierline.workforce.operations import StandIn

AHEAD, BEHIND = timedelta(days=60), timedelta(days=14)


@require_safe
def shifts(request: HttpRequest) -> HttpResponse:
    return _page(request, LeaveForm())


@require_POST
def ask_leave(request: HttpRequest) -> HttpResponse:
    actor, at = _asked(request)
    form = LeaveForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        starts_at, ends_at = form.span(actor.zone)
        told = form.cleaned_data
        services.ask_leave(
            actor=actor, kind=told["kind"], starts_at=starts_at, ends_at=ends_at, reason=told["reason"], at=at
        )
    except DomainError as refused:
        form.add_error(None, wording(refused))
        return _page(request, form, status=status_of(refused))
    return redirect(reverse("my_shifts"))


@require_POST
def withdraw_leave(request: HttpRequest, leave_id: int) -> HttpResponse:
    actor, at = _asked(request)
    services.withdraw_leave(actor=actor, leave_id=leave_id, at=at)
    return redirect(reverse("my_shifts"))


@require_POST
def renew_feed(request: HttpRequest) -> HttpResponse:
    actor, at = _asked(request)
    services.renew_feed(actor=actor, at=at)
    return redirect(f"{reverse('my_shifts')}#feed")


@require_http_methods(["GET", "HEAD", "POST"])
def stand_in(request: HttpRequest, shift_id: int) -> HttpResponse:
    """A colleague is asked to take one's shift; a manager puts somebody on it. Looked at first, then confirmed."""
    actor, at = _asked(request)
    with tenancy.reading(actor):
        row = queries.shift(shift_id)
        is_own = row is not None and row.person_id == actor.person_id
        if row is None or row.ends_at <= at or not (is_own or policies.may(actor, "shift.plan")):
            raise NotFound(what="shift", id=shift_id)
        offered = _colleagues(actor, row, at)
        initial = {"starts_at": localtime(max(row.starts_at, at)), "ends_at": localtime(row.ends_at)}
    form = StandInForm(request.POST or None, initial=initial, choices={"person": offered})
    shown: dict[str, Any] = {"section": "rosters", "row": row, "form": form, "is_own": is_own, "at": at}
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        wanted = StandIn(shift_id, int(told["person"]), told["starts_at"], told["ends_at"], told["reason"])
        try:
            with tenancy.reading(actor):
                shown |= {"plan": queries.stand_in_plan(row, wanted.to_person, wanted.starts_at, wanted.ends_at)}
                shown |= {"people": accounts.people([wanted.to_person, row.person_id])}
            if request.POST.get("step") == "do":
                act = services.ask_swap if is_own else services.override_shift
                act(actor=actor, wanted=wanted, at=at)
                return redirect(reverse("my_shifts") if is_own else reverse("rosters"))
        except DomainError as refused:
            form.add_error(None, wording(refused))
            return render(request, "workforce/stand_in.html", shown, status=status_of(refused))
    status = 422 if form.is_bound and not form.is_valid() else 200
    with tenancy.reading(actor):
        shown["owner"] = accounts.people([row.person_id]).get(row.person_id)
    return render(request, "workforce/stand_in.html", shown, status=status)


@require_POST
def answer_swap(request: HttpRequest, swap_id: int) -> HttpResponse:
    actor, at = _asked(request)
    answer = request.POST.get("answer")
    if answer == "withdraw":
        services.withdraw_swap(actor=actor, swap_id=swap_id, at=at)
    else:
        services.answer_swap(actor=actor, swap_id=swap_id, is_agreed=answer == "agree", at=at)
    return redirect(reverse("my_shifts"))


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar file. Whoever has the address reads it; a renewed key, a left person or no such address is 404."""
    found = feeds.read(token)
    at = request.received_at  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    provider_id, person_id, key = found
    actor = accounts.actor(provider_id, person_id, at=at, channel="feed")
    if actor is None or actor.own_enterprise_id is not None:
        raise Http404
    with tenancy.reading(actor):
        if not key or queries.profile(person_id, at=at).feed_key != key:
            raise Http404
        rows = _rows(person_id, at - BEHIND, at + AHEAD)
        names = {e.id: e.name for e in accounts.enterprises() if e.id in actor.enterprises}
    with override(actor.language):
        titles = {kind: gettext(f"page.duty.{kind}") for kind in ("shift", "standby")}
    return HttpResponse(
        feeds.calendar(rows, names=names, titles=titles, at=at), content_type="text/calendar; charset=utf-8"
    )


def _page(request: HttpRequest, form: LeaveForm, *, status: int = 200) -> HttpResponse:
    actor, at = _asked(request)
    assert actor.person_id is not None
    with tenancy.reading(actor):
        key = queries.profile(actor.person_id, at=at).feed_key
        swaps = queries.swaps(actor.person_id, after=at)
        shown = {
            "section": "oncall",
            "at": at,
            "rows": _rows(actor.person_id, at, at + AHEAD),
            "leaves": queries.leaves([actor.person_id], after=at),
            "asked": [s for s in swaps if s.asked_by == actor.person_id],
            "swaps": [s for s in swaps if s.to_person == actor.person_id],
            "people": accounts.people([i for s in swaps for i in (s.asked_by, s.to_person)]),
            "names": {e.id: e.name for e in accounts.enterprises()},
            "form": form,
            "feed": feeds.address(feeds.token(actor.provider_id, actor.person_id, key)) if key else "",
        }
    return render(request, "workforce/mine.html", shown, status=status)


def _rows(person_id: int, low: datetime, high: datetime) -> list[Any]:
    rows = queries.shifts(starts_before=high, ends_after=low, person_id=person_id)
    return [r for r in rows if r.cancelled_at is None or r.cancelled_at > max(r.starts_at, low)]


def _colleagues(actor: Actor, row: Any, at: datetime) -> list[tuple[str, str]]:
    """Engineers who could take it: assigned where it is, in its tier or a higher one."""
    where = [row.enterprise_id] if row.enterprise_id is not None else list(actor.enterprises)
    found = {
        p.id: f"{p.name} · L{tier}"
        for p, _, tier in accounts.engineers_of(where, at=at)
        if p.id != row.person_id and tier >= (row.tier or 1)
    }
    return [(str(i), name) for i, name in sorted(found.items(), key=lambda pair: pair[1])]


def _asked(request: HttpRequest) -> tuple[Actor, datetime]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not policies.may(actor, "roster.read") or actor.person_id is None:
        raise NotAllowed(right="roster.read", role=actor.role)
    return actor, request.received_at  # type: ignore[attr-defined]
