"""Checklists, synonyms, the shared shelf, and questions that nothing answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from tierline.domain.errors import DomainError, NotFound
from tierline.knowledge import forms, policies, queries, services
from tierline.knowledge.queries import checklists, shelf, synonyms
from tierline.knowledge.views import frame
from tierline.plumbing import markup, tenancy
from tierline.plumbing.actor import CLIENT, Actor
from tierline.plumbing.http import status_of


@require_http_methods(["GET", "HEAD", "POST"])
def synonym_page(request: HttpRequest) -> HttpResponse:
    actor = frame.reader(request, "synonyms.write")
    with tenancy.reading(actor):
        own = frame.named(frame.houses(request, actor))
        chosen = _one_of(own, request.POST.get("enterprise") or request.GET.get("enterprise", ""))
        written = "\n".join(", ".join(group) for group in synonyms.groups(chosen))
    form = forms.SynonymsForm(request.POST or None, initial={"groups": written})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.write_synonyms(
                    actor=actor,
                    enterprise_id=chosen,
                    groups=form.cleaned_data["groups"],
                    at=request.received_at,  # type: ignore[attr-defined]
                )
            except DomainError as refused:
                form.add_error(None, frame.refusal(refused))
                status = status_of(refused)
            else:
                return redirect(f"{reverse('knowledge_synonyms')}?enterprise={chosen}&done=saved")
    shown = {"form": form, "own": own, "chosen": chosen}
    return frame.page(request, "knowledge/synonyms.html", shown, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def shelf_page(request: HttpRequest) -> HttpResponse:
    """What everybody may use, and what waits for its owner."""
    actor = frame.reader(request, "shelf.read")
    if request.method == "POST":
        return _shelved(request, actor)
    asked = request.GET.get("q", "").replace("\x00", "")[:200]
    with tenancy.reading(actor):
        own = frame.houses(request, actor)
        rows = shelf.shared(asked) if policies.may(actor, "shelf.adopt") else []
        offers = shelf.offers(own, states=("offered", "approved"))
        houses = frame.named(own)
    shown = {
        "rows": [(r, markup.render(r.body)) for r in rows],
        "offers": [(o, markup.render(o.body), _owns(actor, o)) for o in offers],
        "asked": asked,
        "houses": houses,
        "may_adopt": policies.may(actor, "shelf.adopt"),
        "may_approve": policies.may(actor, "shelf.approve"),
        "person_id": actor.person_id,
    }
    return frame.page(request, "knowledge/shelf.html", shown)


def _owns(actor: Actor, offer: shelf.OfferRow) -> bool:
    """Whether to offer the decision; the service asks again."""
    return actor.role == CLIENT or (actor.person_id == offer.owner_id != offer.offered_by_id)


def _shelved(request: HttpRequest, actor: Any) -> HttpResponse:
    at = request.received_at  # type: ignore[attr-defined]
    told = request.POST
    if told.get("adopt"):
        house = frame.whole(told.get("enterprise", "")) or 0
        services.adopt_shared(actor=actor, enterprise_id=house, number=told["adopt"], at=at)
        return redirect(f"{reverse('knowledge')}?state=draft&done=saved")
    offer_id = frame.whole(told.get("offer", "")) or 0
    if told.get("decision") == "withdraw":
        services.withdraw_offer(actor=actor, offer_id=offer_id, at=at)
    else:
        services.decide_offer(actor=actor, offer_id=offer_id, approved=told.get("decision") == "approve", at=at)
    return redirect(f"{reverse('knowledge_shelf')}?done=saved")


@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, number: str) -> HttpResponse:
    """The wording for the shelf: numbers and addresses are masked, names are for the writer to take out."""
    actor = frame.reader(request, "shelf.offer")
    with tenancy.reading(actor):
        text = frame.found(actor, number)
    form = forms.OfferForm(request.POST or None, initial={"title": text.title, "body": text.body})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.offer_article(
                    actor=actor,
                    enterprise_id=text.article.enterprise_id,
                    article_id=text.article.id,
                    title=form.cleaned_data["title"],
                    body=form.cleaned_data["body"],
                    at=request.received_at,  # type: ignore[attr-defined]
                )
            except DomainError as refused:
                form.add_error(None, frame.refusal(refused))
                status = status_of(refused)
            else:
                return redirect(f"{reverse('article', args=[text.article.number])}?done=offered")
    return frame.page(request, "knowledge/offer.html", {"form": form, "article": text.article}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def checklist_page(request: HttpRequest) -> HttpResponse:
    """All of them; ``?class=`` opens one to be written on."""
    actor = frame.reader(request)
    may_write = policies.may(actor, "checklist.write")
    with tenancy.reading(actor):
        own = frame.named(frame.houses(request, actor))
        rows = checklists.checklists([house for house, _ in own])
    known = {row.id: row for row in rows}
    chosen = known.get(frame.whole(request.GET.get("list", "")) or 0)
    form, status = None, 200
    if may_write:
        form = _checklist_form(request, own, chosen)
        if request.method == "POST":
            status = 422
            if form.is_valid():
                try:
                    _save(request, actor, own, chosen, form.cleaned_data)
                except DomainError as refused:
                    form.add_error(None, frame.refusal(refused))
                    status = status_of(refused)
                else:
                    return redirect(f"{reverse('knowledge_checklists')}?done=saved")
    shown = {"rows": rows, "form": form, "chosen": chosen, "is_new": "new" in request.GET, "own": dict(own)}
    return frame.page(request, "knowledge/checklists.html", shown, status=status)


def _checklist_form(request: HttpRequest, own: Sequence[tuple[int, str]], chosen: Any) -> Any:
    initial: dict[str, Any] = {"fault_class": request.GET.get("class", "")}
    if chosen is not None:
        lines = [" | ".join(filter(None, (s.text, s.by, s.otherwise))) for s in chosen.steps]
        initial = {"seen": chosen.version, "fault_class": chosen.fault_class, "title": chosen.title}
        initial["steps"] = "\n".join(lines)
    return forms.ChecklistForm(request.POST or None, initial=initial, enterprises=own)


def _save(request: HttpRequest, actor: Any, own: Sequence[tuple[int, str]], chosen: Any, given: Any) -> None:
    house = chosen.enterprise_id if chosen else _one_of(own, str(given.get("enterprise", "")))
    services.write_checklist(
        actor=actor,
        enterprise_id=house,
        fault_class=given["fault_class"],
        title=given["title"],
        steps=given["steps"],
        seen=given["seen"],
        at=request.received_at,  # type: ignore[attr-defined]
    )


@require_POST
def gap(request: HttpRequest) -> HttpResponse:
    """A group of questions becomes a draft, or is put aside."""
    actor = frame.reader(request, "article.draft")
    ids = [n for text in request.POST.getlist("question")[:500] if (n := frame.whole(text)) is not None]
    house = frame.whole(request.POST.get("enterprise", "")) or 0
    about: dict[str, Any] = {"actor": actor, "enterprise_id": house, "question_ids": ids}
    about["at"] = request.received_at  # type: ignore[attr-defined]
    if "dismiss" in request.POST:
        services.dismiss_questions(**about)
        return redirect(f"{reverse('knowledge')}?done=dismissed")
    made = services.draft_from_questions(**about, language=actor.language)
    with tenancy.reading(actor):
        number = queries.article(made).article.number
    return redirect(reverse("article_edit", args=[number]))


def _one_of(own: Sequence[tuple[int, str]], asked: str) -> int:
    wanted = frame.whole(asked)
    if not own:
        raise NotFound(what="enterprise")
    return next((house for house, _ in own if house == wanted), own[0][0])
