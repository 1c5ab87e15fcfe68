"""One page per move: its form alone, and what comes back when the move is refused. Works without script."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from tierline.accounts import queries as accounts
from tierline.desk import forms, queries, services
from tierline.desk.views import closed, offers, timeline
from tierline.desk.views.verbs import VERBS, Ask, Verb
from tierline.domain.errors import DomainError
from tierline.plumbing import tenancy
from tierline.plumbing.actor import Actor
from tierline.plumbing.http import status_of, wording


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    if verb not in VERBS:
        raise Http404
    return _move(request, number, verb, VERBS[verb])


@require_http_methods(["GET", "HEAD", "POST"])
def finish_task(request: HttpRequest, number: str, task: int) -> HttpResponse:
    def call(ask: Ask) -> Any:
        return services.finish_task(**ask.usual, number=task, result=ask.given["result"])

    return _move(request, number, "task-finish", Verb(forms.FinishTask, call, "check"), task=task)


def _move(request: HttpRequest, number: str, verb: str, entry: Verb, task: int | None = None) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    at = request.received_at  # type: ignore[attr-defined]
    with tenancy.reading(actor):
        ticket = queries.ticket_numbered(actor, number)
        events = queries.events(actor, ticket)
        moves = queries.allowed_moves(actor, ticket)
        offer = offers.offer(actor, ticket, events, moves, at=at)
        into = queries.ticket(actor, ticket.merged_into_id) if ticket.merged_into_id else None
    fresh = {"version": ticket.version, "seq": ticket.last_seq}
    shown = {"ticket": ticket, "verb": verb, "task": task, "icon": entry.icon, "section": "ticket"}
    if request.method != "POST":
        form = entry.form(offer=offer, initial=fresh)
        if not task and verb not in moves:
            return _not_open(request, {**shown, "form": form}, closed.why(actor, ticket, verb, moves, into))
        return render(request, "desk/move.html", {**shown, "form": form, "is_allowed": True})
    form = entry.form(request.POST, request.FILES, offer=offer)
    if not form.is_valid():
        return _again(request, {**shown, "form": form}, 422)
    try:
        done = entry.call(Ask(actor, ticket, {ticket.id: form.cleaned_data["version"]}, at, form))
    except DomainError as refused:
        return _refused(request, {**shown, "form": form}, refused)
    target = done[0].number if verb == "split" else ticket.number
    after = request.POST.get("after", "")
    if after in VERBS:
        return redirect(reverse("ticket_move", args=[target, after]))
    return redirect(f"{reverse('ticket', args=[target])}?{urlencode({'done': verb})}#latest")


def _not_open(request: HttpRequest, shown: dict[str, Any], told: closed.Closed) -> HttpResponse:
    """Why not, and the move that opens the way; after it the reader is where they wanted to be."""
    return render(request, "desk/move.html", {**shown, "is_allowed": False, "closed": told})


def _refused(request: HttpRequest, shown: dict[str, Any], refused: DomainError) -> HttpResponse:
    """What was typed stays; a stale version comes with what the others did meanwhile."""
    form, actor = shown["form"], request.actor  # type: ignore[attr-defined]
    if refused.code == "not_allowed":
        raise refused
    if refused.code == "incomplete_package":
        missing = refused.facts["missing"]
        for name in missing:
            form.add_error(name, gettext("page.move.part_missing"))
        form.add_error(None, wording(type(refused)(missing=[timeline.word("part", name) for name in missing])))
    elif refused.facts.get("field") in form.fields:
        form.add_error(refused.facts["field"], wording(refused))
    else:
        form.add_error(None, wording(refused))
    since: list[timeline.Line] = []
    if refused.code == "stale_version":
        with tenancy.reading(actor):
            ticket = queries.ticket(actor, shown["ticket"].id)
            events = [e for e in queries.events(actor, ticket) if e.seq > (form.cleaned_data.get("seq") or 0)]
            people = accounts.people([*(e.actor_id for e in events), *(e.payload.get("assignee") for e in events)])
        since = timeline.lines(events, timeline.Names(people), {})
        shown["ticket"] = ticket
        shown["who"] = gettext("page.time.pause").join(dict.fromkeys(x.author.name for x in since if x.author))
    return _again(request, {**shown, "since": since, "refused": refused.code}, status_of(refused))


def _again(request: HttpRequest, shown: dict[str, Any], status: int) -> HttpResponse:
    """The form as it was typed, now against the ticket as it is."""
    form, ticket = shown["form"], shown["ticket"]
    form.data = form.data.copy()
    form.data["version"], form.data["seq"] = str(ticket.version), str(ticket.last_seq)
    kept = getattr(form, "cleaned_data", {}).get("kept")
    if kept:
        form.data["kept"] = kept
    return render(request, "desk/move.html", {**shown, "is_allowed": True}, status=status)
