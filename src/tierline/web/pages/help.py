"""Answers before a ticket is needed: the published articles of one enterprise, for its customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from tierline.accounts.queries import Portal
from tierline.domain.errors import NotFound
from tierline.domain.text import is_storable
from tierline.knowledge import queries as knowledge
from tierline.knowledge import services as writing
from tierline.plumbing import markup, store, tenancy
from tierline.plumbing.actor import Actor
from tierline.web.pages.gate import of_portal

LIMIT = 5
_PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
_ASKED = 400


@dataclass(frozen=True, slots=True)
class Answer:
    """``excerpt`` is escaped, with the words of the question marked."""

    number: str
    title: str
    lang: str
    excerpt: SafeString
    covered: float


def found(actor: Actor, portal: Portal, asked: str) -> list[Answer]:
    """In an open scope. The reader's language first, then the rest by rank."""
    if not asked:
        return []
    hits = knowledge.search(portal.enterprise_id, asked, audiences=readable(actor), limit=LIMIT, typing=True)
    own = [h for h in hits if h.language == get_language()]
    ordered = [*own, *(h for h in hits if h.language != get_language())]
    return [
        Answer(h.number, h.title, lang_of(h.language), marked(h.snippet.text, h.snippet.hits), h.covered)
        for h in ordered
    ]


def recent(actor: Actor, portal: Portal) -> list[Any]:
    """The newest help, in an open scope."""
    rows = knowledge.article_page(portal.enterprise_id, audiences=readable(actor), state="published", limit=12)
    return listed(rows)[:6]


def lang_of(language: str) -> str:
    return "en" if language == "en" else "zh-Hans"


def marked(text: str, hits: Sequence[tuple[int, int]]) -> SafeString:
    pieces: list[tuple[str, str, str, str]] = []
    done = 0
    for start, end in hits:
        pieces += [("", text[done:start], "", ""), ("<mark>", "", text[start:end], "</mark>")]
        done = end
    pieces.append(("", text[done:], "", ""))
    return format_html_join("", "{}{}{}{}", ((SafeString(a), b, c, SafeString(d)) for a, b, c, d in pieces))


@require_safe
@of_portal
def answers(request: HttpRequest, portal: Portal) -> HttpResponse:
    """A fragment for the sentence that is being typed."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    asked = question(request)
    with tenancy.reading(actor):
        hits = found(actor, portal, asked)
    _missed(request, portal, asked, hits)
    shown = {"portal": portal, "asked": asked, "hits": hits, "is_new": request.GET.get("from") == "new"}
    return render(request, "portal/_answers.html", shown)


@require_safe
@of_portal
def articles(request: HttpRequest, portal: Portal) -> HttpResponse:
    """All help there is, newest first, or what fits a question."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    asked = question(request)
    before = request.GET.get("before", "")
    with tenancy.reading(actor):
        hits = found(actor, portal, asked)
        rows = knowledge.article_page(
            portal.enterprise_id,
            audiences=readable(actor),
            state="published",
            before=int(before) if before.isdecimal() and len(before) < 19 else None,
            limit=30,
        )
    _missed(request, portal, asked, hits)
    shown = {"section": "help", "portal": portal, "asked": asked, "hits": hits, "rows": listed(rows)}
    return render(request, "portal/help.html", {**shown, "older": rows[-1].id if len(rows) == 30 else None})


@require_safe
@of_portal
def article(request: HttpRequest, portal: Portal, number: str) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    with tenancy.reading(actor):
        text = _own(actor, portal, number)
        pair = knowledge.articles([text.article.pair_id]).get(text.article.pair_id or 0)
        others = knowledge.article_page(portal.enterprise_id, audiences=readable(actor), state="published", limit=8)
        files = knowledge.files(text.article.id)
    here = reverse("portal_article", args=[portal.slug, text.article.number])
    at = request.received_at  # type: ignore[attr-defined]
    writing.note_reading(actor=actor, article_id=text.article.id, at=at)
    shown: dict[str, Any] = {
        "section": "help",
        "portal": portal,
        "article": text,
        "lang": lang_of(text.article.language),
        "body": markup.render(text.body, {f"files/{f.name}": f"{here}/files/{f.name}" for f in files}),
        "files": files,
        "thanked": request.GET.get("thanked", ""),
        "pair": pair if pair is not None and pair.published and pair.audience in readable(actor) else None,
        "others": [row for row in listed(others) if row.id != text.article.id][:5],
    }
    return render(request, "portal/article.html", shown)


@require_POST
@of_portal
def rate(request: HttpRequest, portal: Portal, number: str) -> HttpResponse:
    """解决了, or not and why."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    with tenancy.reading(actor):
        text = _own(actor, portal, number)
    helped = request.POST.get("helped") == "yes"
    writing.rate_article(
        actor=actor,
        article_id=text.article.id,
        helped=helped,
        why=request.POST.get("why", "")[:500],
        at=request.received_at,  # type: ignore[attr-defined]
    )
    here = reverse("portal_article", args=[portal.slug, text.article.number])
    return redirect(f"{here}?thanked={'yes' if helped else 'no'}")


@require_safe
@of_portal
def file(request: HttpRequest, portal: Portal, number: str, name: str) -> Any:
    """A file of an article that this reader may read."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    with tenancy.reading(actor):
        kept = {f.name: f for f in knowledge.files(_own(actor, portal, number).article.id)}
    return served(kept.get(name))


def served(kept: knowledge.FileRow | None) -> HttpResponseBase:
    """Pictures are shown, everything else is saved: a stranger's HTML or SVG must not run under our name."""
    if kept is None:
        raise NotFound(what="file")
    is_shown = kept.media_type in _PICTURES
    response = FileResponse(
        store.path(kept.sha256).open("rb"),
        as_attachment=not is_shown,
        filename=kept.name,
        content_type=kept.media_type if is_shown else "application/octet-stream",
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _own(actor: Actor, portal: Portal, number: str) -> knowledge.ArticleText:
    text = knowledge.article_by_number(number if is_storable(number) else "", audiences=readable(actor))
    if text.article.enterprise_id != portal.enterprise_id or text.article.published is None:
        raise NotFound(what="article")
    return text


def _missed(request: HttpRequest, portal: Portal, asked: str, hits: Sequence[Answer]) -> None:
    """A question that no article answers is worth one."""
    covered = max((hit.covered for hit in hits), default=0.0)
    if asked and covered < writing.ANSWERED:
        writing.note_question(
            actor=request.actor,  # type: ignore[attr-defined]
            enterprise_id=portal.enterprise_id,
            text=asked,
            covered=covered,
            at=request.received_at,  # type: ignore[attr-defined]
        )


def question(request: HttpRequest) -> str:
    return request.GET.get("q", "").replace("\x00", "").strip()[:_ASKED]


def readable(actor: Actor) -> tuple[str, ...]:
    """On a portal nobody reads internal articles, whatever their rights elsewhere."""
    return tuple(name for name in knowledge.audiences(actor) if name != knowledge.INTERNAL)


def listed(rows: Sequence[Any]) -> list[Any]:
    """One of each pair: the reader's language where there are two."""
    language = get_language()
    ids = {row.id for row in rows if row.language == language}
    return [row for row in rows if row.language == language or row.pair_id not in ids]
