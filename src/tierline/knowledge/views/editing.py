"""Writing: a new article, the next version, its preview; what each step of its life asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from tierline.accounts import queries as accounts
from tierline.domain.errors import DomainError
from tierline.knowledge import forms, policies, queries, services
from tierline.knowledge.operations import NewArticle
from tierline.knowledge.queries import ArticleText
from tierline.knowledge.views import frame
from tierline.plumbing import markup, tenancy
from tierline.plumbing.actor import Actor
from tierline.plumbing.http import status_of


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """``?pair=KB-1`` begins the other language's edition."""
    actor = frame.reader(request, "article.draft")
    at = request.received_at  # type: ignore[attr-defined]
    with tenancy.reading(actor):
        pair = frame.found(actor, request.GET["pair"]) if request.GET.get("pair") else None
        own = (pair.article.enterprise_id,) if pair else frame.houses(request, actor)
        choices = {**_choices(own, at), "enterprises": frame.named(own)}
    form = forms.ArticleForm(request.POST or None, request.FILES or None, initial=_begun(pair, request), **choices)
    return _written(request, form, pair=pair, save=lambda given: _create(actor, own, pair, given, at))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, number: str) -> HttpResponse:
    actor = frame.reader(request, "article.draft")
    at = request.received_at  # type: ignore[attr-defined]
    with tenancy.reading(actor):
        row = frame.found(actor, number).article
        text = queries.article(row.id, version=row.latest)
        choices = _choices([row.enterprise_id], at)
    initial = {
        "seen": row.latest,
        "title": text.title,
        "body": text.body,
        "owner": row.owner_id,
        "fault_class": row.fault_class,
        "applies": "\n".join(" | ".join(filter(None, line)) for line in row.applies),
    }
    form = forms.ArticleForm(request.POST or None, request.FILES or None, initial=initial, **choices)
    for name in ("kind", "language", "audience"):
        del form.fields[name]
    return _written(request, form, article=text, save=lambda given: _revise(actor, text, given, at))


@require_POST
def move(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """submit, send-back, publish, confirm, retire, settle: one button each on the article's page."""
    if verb not in _MOVES:
        raise Http404
    actor = frame.reader(request, "article.draft")
    with tenancy.reading(actor):
        row = frame.found(actor, number).article
    form_class, act = _MOVES[verb]
    form = form_class(request.POST)
    target = reverse("article", args=[row.number])
    if not form.is_valid():
        shown = {"article": row, "form": form, "verb": verb}
        return frame.page(request, "knowledge/move.html", shown, status=422)
    about = {"actor": actor, "enterprise_id": row.enterprise_id, "article_id": row.id}
    try:
        act({**about, "at": request.received_at}, form.cleaned_data)  # type: ignore[attr-defined]
    except DomainError as refused:
        if refused.code == "not_allowed":
            raise
        form.add_error(None, frame.refusal(refused))
        shown = {"article": row, "form": form, "verb": verb}
        return frame.page(request, "knowledge/move.html", shown, status=status_of(refused))
    return redirect(f"{target}?done={verb}")


def _publish(about: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    services.publish_article(
        **about, seen=given["seen"], audience=given["audience"] or None, review_on=given["review_on"]
    )


_Act = Callable[[Mapping[str, Any], Mapping[str, Any]], None]
_MOVES: Mapping[str, tuple[type[Any], _Act]] = {
    "submit": (forms.SeenForm, lambda about, given: services.submit_article(**about, seen=given["seen"])),
    "send-back": (
        forms.SendBackForm,
        lambda about, given: services.send_back_article(**about, seen=given["seen"], reason=given["reason"]),
    ),
    "publish": (forms.PublishForm, _publish),
    "confirm": (
        forms.PublishForm,
        lambda about, given: services.confirm_article(**about, seen=given["seen"], review_on=given["review_on"]),
    ),
    "retire": (forms.SeenForm, lambda about, given: services.retire_article(**about, seen=given["seen"])),
    "settle": (forms.SeenForm, lambda about, given: services.settle_objections(**about)),
}


def _written(
    request: HttpRequest,
    form: Any,
    *,
    save: Callable[[Mapping[str, Any]], str],
    article: ArticleText | None = None,
    pair: ArticleText | None = None,
) -> HttpResponse:
    """The editor; with ``preview`` what readers would see stands beside what was typed and nothing is saved."""
    status, preview = 200, None
    if request.method == "POST":
        status = 422
        if form.is_valid() and "preview" in request.POST:
            status, preview = 200, markup.render(form.cleaned_data["body"])
        elif form.is_valid():
            try:
                return redirect(f"{reverse('article', args=[save(form.cleaned_data)])}?done=saved&version=latest")
            except DomainError as refused:
                if refused.code == "not_allowed":
                    raise
                form.add_error(None, frame.refusal(refused))
                status = status_of(refused)
    shown = {"form": form, "article": article, "pair": pair, "preview": preview}
    return frame.page(request, "knowledge/edit.html", shown, status=status)


def _create(actor: Actor, own: tuple[int, ...], pair: ArticleText | None, given: Mapping[str, Any], at: Any) -> str:
    enterprise_id = int(given.get("enterprise") or own[0])
    row = NewArticle(
        given["title"],
        given["body"],
        given["language"] or "zh-hans",
        audience=given["audience"] or policies.INTERNAL,
        owner_id=int(given["owner"]) if given.get("owner") else None,
        pair_id=pair.article.id if pair else None,
        kind=given["kind"] or "article",
        applies=given["applies"],
        fault_class=given.get("fault_class", ""),
    )
    made = services.draft_article(actor=actor, enterprise_id=enterprise_id, row=row, at=at)
    _attach(actor, enterprise_id, made, given, at)
    with tenancy.reading(actor):
        return queries.article(made).article.number


def _revise(actor: Actor, text: ArticleText, given: Mapping[str, Any], at: Any) -> str:
    """Words that did not change make no new version; what is said about the article is saved anyway."""
    row = text.article
    about = {"actor": actor, "enterprise_id": row.enterprise_id, "article_id": row.id, "at": at}
    if (given["title"], given["body"].replace("\r\n", "\n")) != (text.title, text.body) or given["seen"] != row.latest:
        services.revise_article(**about, title=given["title"], body=given["body"], seen=given["seen"])
    owner = int(given["owner"]) if given.get("owner") else None
    services.describe_article(
        **about, owner_id=owner, applies=given["applies"], fault_class=given.get("fault_class", "")
    )
    _attach(actor, row.enterprise_id, row.id, given, at)
    return row.number


def _attach(actor: Actor, enterprise_id: int, article_id: int, given: Mapping[str, Any], at: Any) -> None:
    file = given.get("file")
    if file is not None:
        services.keep_file(
            actor=actor,
            enterprise_id=enterprise_id,
            article_id=article_id,
            name=file.name or "",
            chunks=file.chunks(),
            at=at,
        )


def _choices(houses: Any, at: Any) -> dict[str, Any]:
    people = {p.id: p.name for house in houses for p, _tier in accounts.engineers(house, at=at)}
    return {"owners": list(people.items())}


def _begun(pair: ArticleText | None, request: HttpRequest) -> dict[str, Any]:
    if pair is None:
        return {
            "audience": policies.INTERNAL,
            "title": request.GET.get("title", "")[:200],
            "kind": request.GET.get("kind", ""),
        }
    other = "en" if pair.article.language != "en" else "zh-hans"
    return {"language": other, "audience": pair.article.audience, "title": pair.title, "body": pair.body}
