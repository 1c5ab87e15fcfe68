"""The front door of one enterprise: ask, follow, answer, verify, reopen."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from tierline.accounts import queries as accounts
from tierline.accounts.queries import Portal
from tierline.agreements import queries as agreements
from tierline.desk import operations, queries, services
from tierline.domain.errors import DomainError, Invalid, NotAllowed, NotFound
from tierline.knowledge import queries as knowledge
from tierline.plumbing import tenancy
from tierline.plumbing.actor import CLIENT, DEPARTMENT, GUEST, REQUESTER, Actor
from tierline.plumbing.http import wording
from tierline.web import forms
from tierline.web.pages import door, story

_PEOPLE = (REQUESTER, GUEST, DEPARTMENT, CLIENT)
_OPEN_STATES = ("new", "open", "waiting", "resolved")


def of_portal(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Resolves the enterprise of the path, and asks that the person be one of its own."""

    @wraps(view)
    def checked(request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponse:
        portal = portal_of(request, slug)
        actor: Actor | None = request.actor  # type: ignore[attr-defined]
        if actor is None:
            target = reverse("portal_sign_in", args=[slug])
            return redirect(f"{target}?{urlencode({'next': request.get_full_path()})}")
        if actor.own_enterprise_id is None and portal.enterprise_id in actor.enterprises:
            raise NotAllowed(right="portal.use", role=actor.role)
        if actor.own_enterprise_id != portal.enterprise_id:
            raise NotFound(what="page")
        if actor.role not in _PEOPLE:
            raise NotAllowed(right="portal.use", role=actor.role)
        request.portal = portal  # type: ignore[attr-defined]
        return view(request, portal, **kwargs)

    return checked


def portal_of(request: HttpRequest, slug: str) -> Portal:
    """Raises NotFound; under an enterprise's own domain there are no other enterprises."""
    here: Portal | None = request.portal  # type: ignore[attr-defined]
    portal = accounts.portal(slug=slug)
    if portal is None or (here is not None and here.enterprise_id != portal.enterprise_id):
        raise NotFound(what="page")
    return portal


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest, slug: str) -> HttpResponse:
    return door.enter(request, portal_of(request, slug))


@require_safe
@of_portal
def home(request: HttpRequest, portal: Portal) -> HttpResponse:
    """My tickets, and a sentence box that looks for an answer first."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    asked = request.GET.get("q", "").strip()[:400]
    with tenancy.reading(actor):
        page = queries.page(actor, queries.Filter(), cursor=request.GET.get("cursor", ""), limit=20)
        people = accounts.people(t.assignee_id for t in page.tickets)
        hits = (
            knowledge.search(portal.enterprise_id, asked, audiences=knowledge.audiences(actor), limit=5)
            if asked
            else []
        )
    shown = {"section": "home", "page": page, "people": people, "asked": asked, "hits": hits, "hour": _hour(request)}
    return render(request, "portal/home.html", {"portal": portal, **shown})


@require_http_methods(["GET", "HEAD", "POST"])
@of_portal
def new(request: HttpRequest, portal: Portal) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    with tenancy.reading(actor):
        offered = [(s.code, _named(s)) for s in agreements.services(portal.enterprise_id)]
    if request.method != "POST":
        initial = {"subject": request.GET.get("subject", "")[:500]}
        return _new_page(request, portal, forms.Request(initial=initial, services=offered))
    form = forms.Request(request.POST, request.FILES, services=offered)
    if not form.is_valid():
        return _new_page(request, portal, form, status=422)
    try:
        ticket = _open(request, portal, form.cleaned_data)
    except DomainError as refused:
        _show(form, refused)
        return _new_page(request, portal, form, status=422)
    return redirect(f"{reverse('portal_ticket', args=[portal.slug, ticket.number])}?done=opened")


@require_safe
@of_portal
def ticket(request: HttpRequest, portal: Portal, number: str) -> HttpResponse:
    return _ticket_page(request, portal, number)


@require_http_methods(["POST"])
@of_portal
def act(request: HttpRequest, portal: Portal, number: str, verb: str) -> HttpResponse:
    """Reply, verify or reopen; what was typed comes back with the reason when it is refused."""
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
        kept = form.cleaned_data.get("kept_ids")
        if kept:
            form.data = form.data.copy()
            form.data["kept"] = ",".join(map(str, kept))
        _show(form, refused)
        status = 409 if refused.code in ("stale_version", "illegal_move") else 422
        return _ticket_page(request, portal, number, {verb: form}, status=status)
    return redirect(f"{reverse('portal_ticket', args=[portal.slug, number])}?done={verb}#latest")


def _reply(request: HttpRequest, ticket: Any, given: dict[str, Any]) -> None:
    given["kept_ids"] = [int(n) for n in given["kept"].split(",") if n.isdecimal() and len(n) < 19][:50]
    given["kept_ids"] += keep_files(request, ticket.enterprise_id, given["attachments"])
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


_VERBS: dict[str, tuple[Callable[..., Any], Callable[..., None]]] = {
    "reply": (forms.Reply, _reply),
    "verify": (forms.Verify, _verify),
    "reopen": (forms.Reopen, _reopen),
}


def keep_files(request: HttpRequest, enterprise_id: int, files: list[Any]) -> list[int]:
    """Each file on its own: what a refusal of the message comes after is still there for the next try."""
    return [
        services.keep_attachment(
            actor=request.actor,  # type: ignore[attr-defined]
            enterprise_id=enterprise_id,
            name=file.name,
            chunks=file.chunks(),
            at=request.received_at,  # type: ignore[attr-defined]
        ).id
        for file in files
    ]


def _open(request: HttpRequest, portal: Portal, given: dict[str, Any]) -> Any:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    impact, urgency = forms.HARM.get(given["harm"], ("", ""))
    item = operations.NewTicket(
        enterprise_id=portal.enterprise_id,
        subject=given["subject"],
        text=given["text"].strip() or given["subject"],
        requester_email=actor.email,
        requester_name=actor.name,
        requester_language=get_language() or "zh-hans",
        service=given["service"],
        impact=impact,
        urgency=urgency,
        channel="portal",
        attachments=keep_files(request, portal.enterprise_id, given["attachments"]),
    )
    made = services.open_tickets(actor=actor, items=[item], at=request.received_at)[0]  # type: ignore[attr-defined]
    if isinstance(made, DomainError):
        raise made
    return made


def _new_page(request: HttpRequest, portal: Portal, form: forms.Request, status: int = 200) -> HttpResponse:
    return render(request, "portal/new.html", {"section": "new", "portal": portal, "form": form}, status=status)


def _ticket_page(
    request: HttpRequest, portal: Portal, number: str, typed: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    with tenancy.reading(actor):
        found = queries.ticket_numbered(actor, number)
        shown = story.told(actor, found, at=request.received_at)  # type: ignore[attr-defined]
    version = {"version": found.version}
    offered = {
        "reply": forms.Reply(initial=version),
        "verify": forms.Verify(initial=version) if "verify" in shown.moves else None,
        "reopen": forms.Reopen(initial=version) if "reopen" in shown.moves and found.state != "resolved" else None,
    }
    for verb, form in (typed or {}).items():
        form.data = form.data.copy()
        form.data["version"] = str(found.version)
        offered[verb] = form
    page = {"section": "ticket", "portal": portal, "ticket": found, "story": shown, "forms": offered}
    return render(request, "portal/ticket.html", {**page, "done": request.GET.get("done", "")}, status=status)


def _show(form: Any, refused: DomainError) -> None:
    field = refused.facts.get("field") if isinstance(refused, Invalid) else None
    form.add_error(field if field in form.fields else None, wording(refused))


def _named(service: agreements.ServiceRow) -> str:
    return service.name_en if get_language() == "en" else service.name_zh


def _hour(request: HttpRequest) -> str:
    return story.part_of_day(request.received_at)  # type: ignore[attr-defined]
