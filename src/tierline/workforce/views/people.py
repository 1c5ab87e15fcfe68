"""One engineer: skills, papers, assignments, how much at once; changed by managers, read by auditors too."""

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
from tierline.accounts import services as reach
from tierline.domain.calendars.zones import zone_of
from tierline.domain.errors import DomainError, NotAllowed, NotFound
from tierline.plumbing import tenancy
from tierline.plumbing.actor import ENGINEER, MANAGER, Actor
from tierline.plumbing.http import status_of, wording
from tierline.workforce import policies, queries, services
from tierline.workforce.forms import AssignmentForm, CredentialForm, ProfileForm, SkillForm, day_end, day_start
from tierline.workforce.operations import NewAbility, NewCredential

FORMS = {"skill": SkillForm, "credential": CredentialForm, "profile": ProfileForm, "assignment": AssignmentForm}


@require_safe
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    return _page(request, person_id)


@require_POST
def change(request: HttpRequest, person_id: int, what: str) -> HttpResponse:
    """One form of the page: skill, credential, profile or assignment."""
    actor, at = _reader(request)
    with tenancy.reading(actor):
        _whom(person_id)
        form = FORMS[what](request.POST, choices=_choices(actor, what))
        zone = accounts.provider().zone
    if not form.is_valid():
        return _page(request, person_id, {what: form}, status=422)
    try:
        _CHANGES[what](actor, person_id, form.cleaned_data, zone, at)
    except DomainError as refused:
        form.add_error(None, wording(refused))
        return _page(request, person_id, {what: form}, status=status_of(refused))
    return redirect(f"{reverse('person', args=[person_id])}#{what}")


@require_POST
def take_back(request: HttpRequest, person_id: int, what: str, row_id: int) -> HttpResponse:
    """End an assignment, revoke a paper, drop a skill: at once."""
    actor, at = _reader(request)
    with tenancy.reading(actor):
        _whom(person_id)
    if what == "assignment":
        reach.end_assignment(actor=actor, assignment_id=row_id, at=at)
    elif what == "credential":
        services.revoke_credential(actor=actor, credential_id=row_id, at=at)
    else:
        with tenancy.reading(actor):
            left = queries.skills_of([person_id])[person_id]
        kept = [_new(a) for n, a in enumerate(left) if n != row_id]
        services.set_abilities(actor=actor, person_id=person_id, rows=kept, at=at)
    return redirect(f"{reverse('person', args=[person_id])}#{what}")


def _skill(actor: Actor, person_id: int, told: dict[str, Any], zone: str, at: datetime) -> None:
    """One more, or the same one anew."""
    with tenancy.reading(actor):
        known = queries.skills_of([person_id])[person_id]
    fresh = NewAbility(told["skill"], int(told["level"]), told["language"], told["product"], told["expires_on"])
    same = (fresh.skill, fresh.language, fresh.product)
    kept = [_new(a) for a in known if (a.code, a.language, a.product) != same]
    services.set_abilities(actor=actor, person_id=person_id, rows=[*kept, fresh], at=at)


def _credential(actor: Actor, person_id: int, told: dict[str, Any], zone: str, at: datetime) -> None:
    row = NewCredential(
        person_id,
        told["kind"],
        told["code"],
        told["from_on"],
        told["expires_on"],
        int(told["enterprise"]) if told["enterprise"] and told["kind"] == "undertaking" else None,
        told["number"],
    )
    services.add_credential(actor=actor, row=row, at=at)


def _profile(actor: Actor, person_id: int, told: dict[str, Any], zone: str, at: datetime) -> None:
    services.set_profile(
        actor=actor, person_id=person_id, region=told["region"], languages=told["languages"], cap=told["cap"], at=at
    )


def _assignment(actor: Actor, person_id: int, told: dict[str, Any], zone: str, at: datetime) -> None:
    """From the begin of the first day, and not before now, to 24:00 of the last."""
    reach.assign_person(
        actor=actor,
        person_id=person_id,
        enterprise_id=int(told["enterprise"]),
        tier=int(told["tier"]) if told["tier"] else None,
        starts_at=max(day_start(told["first_on"], zone), at),
        ends_at=day_end(told["last_on"], zone) if told["last_on"] else None,
        share_percent=told["share"],
        at=at,
    )


_CHANGES: dict[str, Callable[[Actor, int, dict[str, Any], str, datetime], None]] = {
    "skill": _skill,
    "credential": _credential,
    "profile": _profile,
    "assignment": _assignment,
}


def _page(
    request: HttpRequest, person_id: int, bound: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    actor, at = _reader(request)
    with tenancy.reading(actor):
        who = _whom(person_id)
        zone = accounts.provider().zone
        today = at.astimezone(zone_of(zone)).date()
        profile = queries.profile(person_id, at=at)
        rows = accounts.assignments([person_id])
        given = {
            "profile": {
                "region": profile.region,
                "languages": list(profile.languages),
                "cap": profile.cap,
            },
            "assignment": {"first_on": today, "share": 100},
            "credential": {"from_on": today},
        }
        fresh = {w: f(initial=given.get(w), choices=_choices(actor, w)) for w, f in FORMS.items()}
        houses = {e.id: e.name for e in accounts.enterprises() if e.id in actor.enterprises}
        lacks = queries.unmet({(person_id, e) for e in houses}, on=today)
        skills = {s.code: s.name_en if get_language() == "en" else s.name_zh for s in queries.skills()}
        papers = queries.credentials([person_id])
        shown = {
            "section": "people",
            "at": at,
            "person": who,
            "profile": profile,
            "today": today,
            "soon": 60,
            "skills": [
                (n, a, skills.get(a.code, a.code), _days(a.expires_on, today))
                for n, a in enumerate(queries.skills_of([person_id])[person_id])
            ],
            "papers": [(p, houses.get(p.enterprise_id or 0, ""), _days(p.expires_on, today)) for p in papers],
            "assignments": [
                (r, houses.get(r.enterprise_id, ""), r.starts_at <= at and (r.ends_at is None or r.ends_at > at))
                for r in rows
                if r.enterprise_id in houses
            ],
            "lacks": [(houses[e], what) for (_, e), names in lacks.items() for what in names],
            "share": sum(r.share_percent for r in rows if r.starts_at <= at and (r.ends_at is None or r.ends_at > at)),
            "shift": queries.next_shift(person_id, after=at),
            "duty": queries.duties([person_id], at).get(person_id, []),
            "may_change": policies.may(actor, "skill.change"),
            "forms": {**fresh, **(bound or {})},
            "opened": next(iter(bound or {}), ""),
        }
    return render(request, "workforce/person.html", shown, status=status)


def _choices(actor: Actor, what: str) -> dict[str, list[tuple[str, str]]]:
    houses = [(str(e.id), e.name) for e in accounts.enterprises() if e.id in actor.enterprises]
    is_english = get_language() == "en"
    return {
        "skill": {"skill": [(s.code, s.name_en if is_english else s.name_zh) for s in queries.skills()]},
        "credential": {"enterprise": [("", "—"), *houses]},
        "assignment": {"enterprise": houses},
    }.get(what, {})


def _whom(person_id: int) -> Any:
    who = accounts.person(person_id)
    if who.enterprise_id is not None or who.role not in (ENGINEER, MANAGER):
        raise NotFound(what="person", id=person_id)
    return who


def _new(a: queries.Ability) -> NewAbility:
    return NewAbility(a.code, a.level, a.language, a.product, a.expires_on)


def _days(expires_on: Any, today: Any) -> int | None:
    """Days until it expires; negative when it has."""
    return None if expires_on is None else (expires_on - today).days


def _reader(request: HttpRequest) -> tuple[Actor, datetime]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not policies.may(actor, "people.read"):
        raise NotAllowed(right="people.read", role=actor.role)
    return actor, request.received_at  # type: ignore[attr-defined]
