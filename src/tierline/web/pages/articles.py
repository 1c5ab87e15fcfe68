"""An article as the team reads it: the published version, in the reader's own reach."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tierline.domain.errors import NotAllowed
from tierline.domain.text import is_storable
from tierline.knowledge import queries as knowledge
from tierline.plumbing import markup, tenancy
from tierline.plumbing.actor import AUDITOR, ENGINEER, MANAGER, Actor


@require_safe
def article(request: HttpRequest, number: str) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.role not in (ENGINEER, MANAGER, AUDITOR):
        raise NotAllowed(right="article.read", role=actor.role)
    with tenancy.reading(actor):
        found = knowledge.article_by_number(number if is_storable(number) else "", audiences=knowledge.audiences(actor))
    shown = {"article": found, "body": markup.render(found.body), "section": "knowledge"}
    return render(request, "web/article.html", shown)
