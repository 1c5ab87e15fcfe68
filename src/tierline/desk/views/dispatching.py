"""分流规则: how each enterprise's work is given out, which skills its services ask for, and which papers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from tierline.accounts import queries as accounts
from tierline.agreements import queries as agreements
from tierline.desk import policies, services
from tierline.desk.queries import routing
from tierline.desk.views.offers import service_name
from tierline.domain.errors import DomainError, Invalid, NotFound
from tierline.domain.routing import PARTS
from tierline.plumbing import tenancy
from tierline.plumbing.actor import Actor
from tierline.plumbing.http import status_of, wording
from tierline.workforce import queries as workforce
from tierline.workforce import services as people
from tierline.workforce.operations import NewSkill


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
def change(request: HttpRequest, enterprise_id: int) -> HttpResponse:
    """Push or pull, and what weighs how much."""
    told = request.POST

    def act(actor: Actor, at: datetime) -> None:
        services.set_dispatch_rule(
            actor=actor,
            enterprise_id=enterprise_id,
            mode=told.get("mode", ""),
            weights={part: _number(told, part) for part in PARTS},
            paused_share=_number(told, "paused_share"),
            overflow=_number(told, "overflow"),
            at=at,
        )

    return _done(request, act)


@require_POST
def add_need(request: HttpRequest, enterprise_id: int) -> HttpResponse:
    told = request.POST

    def act(actor: Actor, at: datetime) -> None:
        services.add_skill_need(
            actor=actor,
            enterprise_id=enterprise_id,
            service_code=told.get("service", ""),
            skill=told.get("skill", ""),
            level=_number(told, "level"),
            at=at,
        )

    return _done(request, act)


@require_POST
def add_skill(request: HttpRequest) -> HttpResponse:
    """One more on the provider's own list."""
    told = request.POST
    row = NewSkill(told.get("code", ""), told.get("name_zh", ""), told.get("name_en", ""))
    return _done(request, lambda actor, at: people.add_skills(actor=actor, rows=[row], at=at))


@require_POST
def remove_need(request: HttpRequest, need_id: int) -> HttpResponse:
    return _done(request, lambda actor, at: services.remove_skill_need(actor=actor, need_id=need_id, at=at))


@require_POST
def ask_paper(request: HttpRequest, enterprise_id: int) -> HttpResponse:
    told = request.POST

    def act(actor: Actor, at: datetime) -> None:
        people.ask_for_credential(
            actor=actor,
            enterprise_id=enterprise_id,
            kind=told.get("kind", ""),
            code=told.get("code", ""),
            name_zh=told.get("name_zh", ""),
            name_en=told.get("name_en", ""),
            at=at,
        )

    return _done(request, act)


@require_POST
def end_paper(request: HttpRequest, requirement_id: int) -> HttpResponse:
    return _done(request, lambda actor, at: people.ask_no_longer(actor=actor, requirement_id=requirement_id, at=at))


def _done(request: HttpRequest, act: Callable[[Actor, datetime], Any]) -> HttpResponse:
    actor, at = _asked(request)
    policies.require(actor, "dispatch.change")
    try:
        act(actor, at)
    except NotFound:
        raise
    except DomainError as refused:
        return _page(request, refused)
    return redirect(reverse("dispatch"))


def _page(request: HttpRequest, refused: DomainError | None = None) -> HttpResponse:
    actor, _ = _asked(request)
    in_view: int | None = request.in_view  # type: ignore[attr-defined]
    with tenancy.reading(actor):
        houses = [e for e in accounts.enterprises() if e.id in actor.enterprises and in_view in (None, e.id)]
        skills = {s.code: s.name_en if get_language() == "en" else s.name_zh for s in workforce.skills()}
        shown = {
            "section": "rosters",
            "houses": [_house(e, skills) for e in houses],
            "skills": list(skills.items()),
            "modes": routing.MODES,
            "may_change": actor.role in policies.GRANTS["dispatch.change"],
            "refusal": wording(refused) if refused else "",
        }
    return render(request, "desk/dispatch.html", shown, status=status_of(refused) if refused else 200)


def _house(enterprise: Any, skills: dict[str, str]) -> dict[str, Any]:
    found = routing.rule_of(enterprise.id)
    catalogue = {s.id: s for s in agreements.services(enterprise.id)}
    needs = routing.skill_needs([enterprise.id])
    return {
        "id": enterprise.id,
        "name": enterprise.name,
        "mode": found.mode,
        "rule": found.rule,
        "weights": [(part, found.rule.weights[part]) for part in PARTS],
        "services": [(s.code, service_name(s)) for s in catalogue.values()],
        "needs": [
            (
                n,
                service_name(catalogue[n.service_id]) if n.service_id in catalogue else "—",
                skills.get(n.skill, n.skill),
            )
            for n in needs
        ],
        "papers": workforce.requirements([enterprise.id]),
    }


def _number(told: Any, field: str) -> int:
    text = told.get(field, "")
    if not text.isdecimal() or len(text) > 4:
        raise Invalid(field=field, value=text[:40])
    return int(text)


def _asked(request: HttpRequest) -> tuple[Actor, datetime]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    policies.require(actor, "dispatch.read")
    return actor, request.received_at  # type: ignore[attr-defined]
