"""The front door of one enterprise: ask, follow, answer, verify, reopen, rate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tierline.accounts import queries as accounts
from tierline.accounts.queries import Portal
from tierline.agreements import queries as agreements
from tierline.answers import queries as answers
from tierline.answers import services as answering
from tierline.assets import queries as assets
from tierline.desk import operations, queries, services
from tierline.desk.queries.asking import Asking, asking
from tierline.domain.errors import DomainError, Invalid, Missing
from tierline.plumbing import tenancy
from tierline.plumbing.actor import Actor
from tierline.plumbing.http import fault_wording, problem, wording
from tierline.review import queries as review
from tierline.review import services as rating
from tierline.web import forms
from tierline.web.pages import door, help, promises, story
from tierline.web.pages.gate import of_portal, portal_of


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest, slug: str) -> HttpResponse:
    return door.enter(request, portal_of(request, slug))


@require_safe
@of_portal
def home(request: HttpRequest, portal: Portal) -> HttpResponse:
    """My tickets, and a sentence box that looks for an answer first."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    asked = help.question(request)
    wanted = queries.Filter(q=asked[:200]) if asked else queries.Filter()
    with tenancy.reading(actor):
        page = queries.page(actor, wanted, cursor=request.GET.get("cursor", ""), limit=20)
        people = accounts.people(t.assignee_id for t in page.tickets)
        hits = help.found(actor, portal, asked)
        often = help.recent(actor, portal)
    shown = {"section": "home", "page": page, "people": people, "asked": asked, "hits": hits, "often": often}
    shown |= {"hour": _hour(request), "waiting": sum(needs_answer(t) for t in page.tickets)}
    return render(request, "portal/home.html", {"portal": portal, **shown})


def needs_answer(ticket: Any) -> bool:
    """Whether the next word is the requester's."""
    return bool(ticket.state == "resolved" or ticket.waiting_on == "customer")


@require_http_methods(["GET", "HEAD", "POST"])
@of_portal
def new(request: HttpRequest, portal: Portal) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    with tenancy.reading(actor):
        services_of = [(s.code, _named(s)) for s in agreements.services(portal.enterprise_id)]
        devices = assets.assets_of_customer(actor.customer_id, limit=12) if actor.customer_id else []
        told = request.POST if request.method == "POST" else request.GET
        service = told.get("service", "")[:60].replace("\x00", "")
        asked = asking(portal.enterprise_id, service, request.POST.getlist)
    offered: dict[str, Any] = {"services": services_of, "devices": devices}
    if request.method != "POST":
        initial = {"subject": request.GET.get("subject", "")[:500], "service": service}
        return _new_page(request, portal, forms.Request(initial=initial, **offered), asked)
    if request.POST.get("step") == "fields":
        if "HX-Request" in request.headers:
            return render(request, "ui/asked.html", {"asking": asked, "devices": devices, "ask_at": request.path})
        return _new_page(request, portal, forms.Request(initial=request.POST.dict(), **offered), asked)
    form = forms.Request(request.POST, request.FILES, **offered)
    if not form.is_valid() or (asked.drawn and not asked.is_seen):
        # What the service asks was not on the page that was sent: without script nothing put it there.
        return _new_page(request, portal, form, asked, status=422)
    try:
        ticket = _open(request, portal, form.cleaned_data, asked)
    except DomainError as refused:
        if refused.code == "answers_refused":
            asked.refuse(refused.facts["errors"], fault_wording)
        _show(form, refused)
        _remember_files(form)
        return _new_page(request, portal, form, asked, status=422)
    return redirect(f"{reverse('portal_ticket', args=[portal.slug, ticket.number])}?done=opened")


@require_safe
@of_portal
def ticket(request: HttpRequest, portal: Portal, number: str) -> HttpResponse:
    return _ticket_page(request, portal, number)


@require_http_methods(["POST"])
@of_portal
def act(request: HttpRequest, portal: Portal, number: str, verb: str) -> HttpResponse:
    """Reply, verify, reopen or rate; what was typed comes back with the reason when it is refused."""
    kind, do = _VERBS[verb]
    form = kind(request.POST, request.FILES)
    if not form.is_valid():
        return _ticket_page(request, portal, number, {verb: form}, status=422)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    with tenancy.reading(actor):
        found = queries.ticket_numbered(actor, number)
    try:
        do(request, found, form.cleaned_data)
    except DomainError as refused:
        _remember_files(form)
        _show(form, refused)
        status = 409 if refused.code in ("stale_version", "illegal_move") else 422
        return _ticket_page(request, portal, number, {verb: form}, status=status)
    return redirect(f"{reverse('portal_ticket', args=[portal.slug, number])}?done={verb}#latest")


def _reply(request: HttpRequest, ticket: Any, given: dict[str, Any]) -> None:
    given["kept_ids"] = forms.ids(given["kept"]) + keep_files(request, ticket.enterprise_id, given["attachments"])
    services.reply_to_tickets(
        actor=request.actor,  # type: ignore[attr-defined]
        seen={ticket.id: given["version"]},
        text=given["text"],
        attachments=given["kept_ids"],
        at=request.received_at,  # type: ignore[attr-defined]
    )


def _verify(request: HttpRequest, ticket: Any, given: dict[str, Any]) -> None:
    services.verify_tickets(
        actor=request.actor,  # type: ignore[attr-defined]
        seen={ticket.id: given["version"]},
        accepted=given["answer"] == "yes",
        comment=given["comment"],
        at=request.received_at,  # type: ignore[attr-defined]
    )


def _reopen(request: HttpRequest, ticket: Any, given: dict[str, Any]) -> None:
    services.reopen_tickets(
        actor=request.actor,  # type: ignore[attr-defined]
        seen={ticket.id: given["version"]},
        reason=given["reason"],
        at=request.received_at,  # type: ignore[attr-defined]
    )


def _rate(request: HttpRequest, ticket: Any, given: dict[str, Any]) -> None:
    rating.rate_ticket(
        actor=request.actor,  # type: ignore[attr-defined]
        ticket_id=ticket.id,
        score=given["score"],
        comment=given["comment"],
        at=request.received_at,  # type: ignore[attr-defined]
    )


def _helped(request: HttpRequest, ticket: Any, given: dict[str, Any]) -> None:
    answering.tell_outcome(
        actor=request.actor,  # type: ignore[attr-defined]
        ticket_id=ticket.id,
        seq=given["seq"],
        helped=given["answer"] == "yes",
        at=request.received_at,  # type: ignore[attr-defined]
    )


_VERBS: dict[str, tuple[Callable[..., Any], Callable[..., None]]] = {
    "reply": (forms.Reply, _reply),
    "verify": (forms.Verify, _verify),
    "reopen": (forms.Reopen, _reopen),
    "rate": (forms.Rate, _rate),
    "helped": (forms.Helped, _helped),
}


@require_POST
@of_portal
def keep(request: HttpRequest, portal: Portal) -> HttpResponse:
    """One file of a message that is still being written."""
    given = request.FILES.get("file")
    try:
        if given is None:
            raise Missing(field="file")
        [kept] = _keep(request, portal.enterprise_id, [given])
    except DomainError as refused:
        return problem(refused, instance=request.path)
    return JsonResponse({"id": kept.id, "name": kept.name, "size": kept.size}, status=201)


def keep_files(request: HttpRequest, enterprise_id: int, files: list[Any]) -> list[int]:
    """Each file on its own: what a refusal of the message comes after is still there for the next try."""
    return [file.id for file in _keep(request, enterprise_id, files)]


def _keep(request: HttpRequest, enterprise_id: int, files: list[Any]) -> list[Any]:
    return [
        services.keep_attachment(
            actor=request.actor,  # type: ignore[attr-defined]
            enterprise_id=enterprise_id,
            name=file.name,
            chunks=file.chunks(),
            at=request.received_at,  # type: ignore[attr-defined]
        )
        for file in files
    ]


def _remember_files(form: Any) -> None:
    """Files that were kept before the refusal are named in the form, so that nobody picks them again."""
    kept = form.cleaned_data.get("kept_ids")
    if kept:
        form.data = form.data.copy()
        form.data["kept"] = ",".join(map(str, kept))


def _open(request: HttpRequest, portal: Portal, given: dict[str, Any], asked: Asking) -> Any:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    impact, urgency = forms.HARM.get(given["harm"], ("", ""))
    given["kept_ids"] = forms.ids(given["kept"]) + keep_files(request, portal.enterprise_id, given["attachments"])
    for key in asked.file_fields:
        asked.keep(key, keep_files(request, portal.enterprise_id, request.FILES.getlist(f"a-{key}")))
    item = operations.NewTicket(
        enterprise_id=portal.enterprise_id,
        subject=given["subject"],
        text=given["text"].strip() or given["subject"],
        requester_email=actor.email,
        requester_name=actor.name,
        requester_language=get_language() or "zh-hans",
        service=given["service"],
        asset=given["device"],
        impact=impact,
        urgency=urgency,
        channel="portal",
        attachments=given["kept_ids"],
        answers=asked.given,
        form_version=asked.version,
    )
    made = services.open_tickets(actor=actor, items=[item], at=request.received_at)[0]  # type: ignore[attr-defined]
    if isinstance(made, DomainError):
        raise made
    return made


def _new_page(
    request: HttpRequest, portal: Portal, form: forms.Request, asked_of: Asking, status: int = 200
) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    asked = str(form["subject"].value() or "").replace("\x00", "").strip()[:400]
    with tenancy.reading(actor):
        promised = promises.first_responses(actor, portal.enterprise_id, at=request.received_at)  # type: ignore[attr-defined]
        hits = help.found(actor, portal, asked)
    shown = {"section": "new", "portal": portal, "form": form, "promised": promised, "hits": hits, "asked": asked}
    shown |= {"asking": asked_of, "devices": form.devices, "ask_at": request.path}
    return render(request, "portal/new.html", {**shown, "is_new": True}, status=status)


def _ticket_page(
    request: HttpRequest, portal: Portal, number: str, typed: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    at = request.received_at  # type: ignore[attr-defined]
    with tenancy.reading(actor):
        found = queries.ticket_numbered(actor, number)
        shown = story.told(actor, found, at=at)
        rated = review.ratings([found.id]).get(found.id)
        to_judge = answers.unjudged(actor, found)
    version = {"version": found.version}
    offered: dict[str, Any] = {
        "reply": forms.Reply(initial=version),
        "verify": forms.Verify(initial=version) if "verify" in shown.moves else None,
        "reopen": forms.Reopen(initial=version) if "reopen" in shown.moves and found.state != "resolved" else None,
        "rate": None,
    }
    if review.may_rate(actor, found, rated, at=at):
        before = {"score": rated.score, "comment": rated.comment} if rated else {}
        offered["rate"] = forms.Rate(initial=version | before)
    for verb, form in (typed or {}).items():
        form.data = form.data.copy()
        form.data["version"] = str(found.version)
        offered[verb] = form
    page: dict[str, Any] = {
        "to_judge": to_judge,
        "section": "ticket",
        "portal": portal,
        "ticket": found,
        "story": shown,
        "forms": offered,
        "rating": rated,
    }
    return render(request, "portal/ticket.html", {**page, "done": request.GET.get("done", "")}, status=status)


def _show(form: Any, refused: DomainError) -> None:
    field = refused.facts.get("field") if isinstance(refused, Invalid) else None
    form.add_error(field if field in form.fields else None, wording(refused))


def _named(service: agreements.ServiceRow) -> str:
    return service.name_en if get_language() == "en" else service.name_zh


def _hour(request: HttpRequest) -> str:
    return story.part_of_day(request.received_at)  # type: ignore[attr-defined]
