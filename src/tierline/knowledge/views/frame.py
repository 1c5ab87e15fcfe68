"""What every page of the room begins with: who reads, whose knowledge, which article."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tierline.accounts import queries as accounts
from tierline.domain.errors import DomainError, NotFound
from tierline.domain.text import is_storable
from tierline.knowledge import policies, queries
from tierline.knowledge.queries import ArticleText
from tierline.plumbing.actor import Actor
from tierline.plumbing.http import wording


def reader(request: HttpRequest, right: str = "knowledge.read") -> Actor:
    """Raises NotAllowed: the page says which right is missing and who grants it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    policies.require(actor, right)
    return actor


def houses(request: HttpRequest, actor: Actor) -> tuple[int, ...]:
    """The enterprise in view, or all in reach."""
    in_view = request.in_view  # type: ignore[attr-defined]
    return (in_view,) if in_view else policies.visible(actor).enterprises


def named(houses: Sequence[int]) -> list[tuple[int, str]]:
    """(id, name), in an open scope."""
    return [(e.id, e.name) for e in accounts.enterprises() if e.id in houses]


def found(actor: Actor, number: str, *, version: int | None = None) -> ArticleText:
    """In an open scope. Raises NotFound."""
    if not is_storable(number):
        raise NotFound(what="article")
    return queries.article_by_number(number, audiences=policies.audiences(actor), version=version)


def page(request: HttpRequest, template: str, shown: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    frame = {"section": "knowledge", "done": request.GET.get("done", "")}
    return render(request, template, {**frame, **shown}, status=status)


def refusal(refused: DomainError) -> str:
    return wording(refused)


def whole(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 19 else None
