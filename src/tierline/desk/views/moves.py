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
from tierline.desk import forms, operations, queries, services
from tierline.desk.views import offers, timeline
from tierline.desk.views.verbs import VERBS, Ask, Verb
from tierline.domain.errors import DomainError, NotAllowed
from tierline.plumbing import tenancy
from tierline.plumbing.actor import DEPARTMENT, ENGINEER, MANAGER, Actor
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
    fresh = {"version": ticket.version, "seq": ticket.last_seq}
    shown = {"ticket": ticket, "verb": verb, "task": task, "icon": entry.icon, "section": "ticket"}
    if request.method != "POST":
        form = entry.form(offer=offer, initial=fresh)
        return render(request, "desk/move.html", {**shown, "form": form, "is_allowed": task or verb in moves})
    form = entry.form(request.POST, request.FILES, offer=offer)
    if not form.is_valid():
        return _again(request, {**shown, "form": form}, 422)
    try:
        done = entry.call(Ask(actor, ticket, {ticket.id: form.cleaned_data["version"]}, at, form))
    except DomainError as refused:
        return _refused(request, {**shown, "form": form}, refused)
    target = done[0].number if verb == "split" else ticket.number
    return redirect(f"{reverse('ticket', args=[target])}?{urlencode({'done': verb})}#latest")


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


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Staff write down what somebody told them."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.role not in (ENGINEER, MANAGER, DEPARTMENT):
        raise NotAllowed(right="ticket.open", role=actor.role)
    with tenancy.reading(actor):
        choices = offers.for_new(actor, request.in_view)  # type: ignore[attr-defined]
    if request.method != "POST":
        only = choices["enterprises"][0][0] if len(choices["enterprises"]) == 1 else None
        form = forms.New(**choices, initial={"channel": "phone", "enterprise": only})
        return render(request, "desk/new.html", {"form": form, "section": "new"})
    form = forms.New(request.POST, request.FILES, **choices)
    if form.is_valid():
        try:
            ticket = _open(request, actor, form.cleaned_data)
        except DomainError as refused:
            field = {"requester": "email"}.get(str(refused.facts.get("field")), refused.facts.get("field"))
            form.add_error(field if field in form.fields else None, wording(refused))
        else:
            return redirect(f"{reverse('ticket', args=[ticket.number])}?done=open")
    return render(request, "desk/new.html", {"form": form, "section": "new"}, status=422)


def _open(request: HttpRequest, actor: Actor, given: dict[str, Any]) -> Any:
    at = request.received_at  # type: ignore[attr-defined]
    kept = [
        services.keep_attachment(
            actor=actor, enterprise_id=given["enterprise"], name=file.name, chunks=file.chunks(), at=at
        ).id
        for file in given["attachments"]
    ]
    item = operations.NewTicket(
        enterprise_id=given["enterprise"],
        text=given["text"],
        subject=given["subject"],
        requester_email=given["email"],
        requester_name=given["name"],
        service=given["service"],
        impact=given["impact"],
        urgency=given["urgency"],
        channel=given["channel"],
        attachments=kept,
    )
    made = services.open_tickets(actor=actor, items=[item], at=at)[0]
    if isinstance(made, DomainError):
        raise made
    return made
