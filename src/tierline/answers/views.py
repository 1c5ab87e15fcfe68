"""What may be answered, how that turned out, the blind audit, and the suggestions on a ticket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tierline.accounts import queries as accounts
from tierline.answers import forms, policies, queries, services
from tierline.desk import queries as desk
from tierline.domain.confidence import Rate
from tierline.domain.errors import DomainError, NotAllowed, NotFound
from tierline.plumbing import tenancy
from tierline.plumbing.actor import Actor
from tierline.plumbing.http import status_of, wording


@dataclass(frozen=True, slots=True)
class Place:
    """One enterprise's part of the page."""

    row: Any
    rules: Sequence[Any]
    classes: Sequence[Any]
    measured: Rate
    figures: Sequence[tuple[str, Rate]]
    evaluations: Sequence[Any]
    evaluation: Any
    points: Sequence[tuple[int, float, float, int]]
    weeks: Sequence[tuple[str, int, int, int]]
    form: forms.Rule


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
def policy(request: HttpRequest, slug: str) -> HttpResponse:
    """Set the enterprise's rule or a class's; ``drop`` lets the class follow the enterprise again."""
    actor, at = _asked(request)
    place = _place(actor, slug)
    if request.POST.get("drop"):
        services.drop_policy(actor=actor, enterprise_id=place.id, fault_class=request.POST["drop"][:60], at=at)
        return redirect("/answers")
    form = forms.Rule(request.POST)
    if form.is_valid():
        try:
            services.set_policy(actor=actor, enterprise_id=place.id, at=at, **form.told())
            return redirect("/answers")
        except NotAllowed:
            raise
        except DomainError as refused:
            return _page(request, refusal=wording(refused), of=place.id, form=form, status=status_of(refused))
    return _page(request, of=place.id, form=form, status=422)


@require_POST
def evaluate(request: HttpRequest, slug: str) -> HttpResponse:
    actor, at = _asked(request)
    place = _place(actor, slug)
    try:
        services.evaluate(actor=actor, enterprise_id=place.id, at=at)
    except NotAllowed:
        raise
    except DomainError as refused:
        return _page(request, refusal=wording(refused), of=place.id, status=status_of(refused))
    return redirect("/answers")


@require_POST
def use(request: HttpRequest, slug: str, evaluation_id: int) -> HttpResponse:
    actor, at = _asked(request)
    services.activate(actor=actor, evaluation_id=evaluation_id, at=at)
    return redirect("/answers")


@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    return _audit_page(request)


@require_http_methods(["POST"])
def judge(request: HttpRequest, sample_id: int) -> HttpResponse:
    actor, at = _asked(request)
    is_right = request.POST.get("verdict") == "right"
    try:
        services.judge_sample(
            actor=actor, sample_id=sample_id, is_right=is_right, why=request.POST.get("why", ""), at=at
        )
    except (NotAllowed, NotFound):
        raise
    except DomainError as refused:
        return _audit_page(request, refusal=wording(refused), of=sample_id, status=status_of(refused))
    return redirect("/answers/audit")


@require_safe
def suggestions(request: HttpRequest, number: str) -> HttpResponse:
    """A fragment of the ticket's page: what may answer it, and what the product has said already."""
    actor, at = _asked(request)
    with tenancy.reading(actor):
        ticket = desk.ticket_numbered(actor, number)
        shown = {
            "ticket": ticket,
            "found": queries.suggestions(actor, ticket),
            "given": queries.answers_of(ticket.id),
            "at": at,
        }
    return render(request, "answers/_suggestions.html", shown)


def _page(
    request: HttpRequest, *, refusal: str = "", of: int = 0, form: forms.Rule | None = None, status: int = 200
) -> HttpResponse:
    actor, at = _asked(request)
    with tenancy.reading(actor):
        places = [_shown(row, at, form if row.id == of else None) for row in _places(request, actor)]
        shown = {
            "section": "answers",
            "places": places,
            "may_set": policies.may(actor, "answer.policy"),
            "may_judge": policies.may(actor, "answer.judge"),
            "refusal": refusal,
            "of": of,
            "at": at,
        }
    return render(request, "answers/overview.html", shown, status=status)


def _audit_page(request: HttpRequest, *, refusal: str = "", of: int = 0, status: int = 200) -> HttpResponse:
    actor, _ = _asked(request)
    with tenancy.reading(actor):
        groups = [(row, queries.to_judge(actor, row.id)) for row in _places(request, actor)]
    shown = {
        "section": "answers",
        "groups": groups,
        "may_judge": policies.may(actor, "answer.judge"),
        "refusal": refusal,
        "of": of,
    }
    return render(request, "answers/audit.html", shown, status=status)


def _shown(row: Any, at: datetime, form: forms.Rule | None) -> Place:
    latest = queries.latest_done(row.id)
    classes = queries.fault_classes(row.id)
    points = [(round(100 * p[1]), p[0], p[2] / p[3], p[3]) for p in latest.points] if latest is not None else []
    step = max(1, len(points) // 12)
    return Place(
        row=row,
        rules=queries.rules(row.id),
        classes=list(classes.values()),
        measured=queries.measured(row.id),
        figures=[(each.value, told) for each, told in queries.figures(row.id, at=at).items()],
        evaluations=queries.evaluations(row.id),
        evaluation=latest,
        points=points[::step],
        weeks=queries.judged_counts(row.id),
        form=form or forms.Rule(),
    )


def _places(request: HttpRequest, actor: Actor) -> list[Any]:
    """The enterprises whose answers the reader may see, or the one that the console is narrowed to."""
    if not policies.may(actor, "answer.read"):
        raise NotAllowed(right="answer.read", role=actor.role)
    in_view = request.in_view  # type: ignore[attr-defined]
    return [accounts.enterprise(e) for e in actor.tiers if not in_view or e == in_view]


def _place(actor: Actor, slug: str) -> Any:
    with tenancy.reading(actor):
        found = next((e for e in map(accounts.enterprise, actor.tiers) if e.slug == slug), None)
    if found is None:
        raise NotFound(what="enterprise", value=slug)
    return found


def _asked(request: HttpRequest) -> tuple[Actor, datetime]:
    return request.actor, request.received_at  # type: ignore[attr-defined]
