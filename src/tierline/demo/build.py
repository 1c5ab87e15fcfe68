"""Builds the demo: first everything that a visitor needs at once, then day by day what had happened before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from tierline.accounts import queries as people
from tierline.audit import queries as audit
from tierline.audit.operations import Act, record
from tierline.demo.hours import day_of
from tierline.demo.living import CHAIN, Stage, days_lived, live_through, play
from tierline.demo.people import COMPANIES, PEOPLE, Company
from tierline.demo.plan import SEED, plan
from tierline.demo.setting import CHANNEL, plan_duty, record_problems, set_up_companies, write_articles
from tierline.desk.operations import Place, reserve, telling
from tierline.plumbing import announce, tenancy
from tierline.plumbing.actor import Actor, system

Progress = Callable[[int, int], None]
_LEAD = timedelta(days=45)  # the service had been running for a while before the first ticket shown


def is_built() -> bool:
    """Whether the present is there; it comes in one transaction."""
    return {c.slug for c in COMPANIES} <= {slug for _, _, slug in people.every_enterprise()}


def build_present(*, at: datetime, days: int, password: str, tell: Callable[[str], None]) -> None:
    """Companies, people, knowledge and today's tickets, all or nothing. Numbers are kept for the days before.

    Nobody is told, or every answer would be followed by an acknowledgement that comes after it.
    """
    announce.use({})
    began = at - timedelta(days=days) - _LEAD
    stories = plan(now=at, days=days)
    with transaction.atomic(durable=True):
        tell("people")
        provider_id, ids = set_up_companies(password=password, at=began, until=at)
        with tenancy.scoped(provider_id, tuple(ids.values())):
            actor = system(provider_id, tuple(ids.values()), channel=CHANNEL)
            plan_duty(actor, _person_ids(), day_of(at), began)
            places = reserve(actor, sum(map(len, stories.values())))
            tell("articles")
            stages = [_furnish(actor, company, ids[company.slug], places, began, at, days) for company in COMPANIES]
            tell("tickets")
            for stage in stages:
                own = stories.get((stage.company.slug, day_of(at)), [])
                with telling():
                    play(stage, own, until=at)
                _lived(stage, day_of(at), len(own), at)


def build_history(*, slug: str, at: datetime, progress: Progress, seed: str = SEED) -> None:
    """The days before, newest first; what is on the record already is left. Nobody is told of what is long past."""
    announce.use({})
    stage, told = _stage(slug)
    until = datetime.fromisoformat(told["at"])
    days = int(told["days"])
    stories = plan(now=until, days=days, seed=seed)
    with tenancy.reading(stage.maker):
        there = days_lived(stage.company)
    for n in range(1, days + 1):
        day = day_of(until) - timedelta(days=n)
        if day not in there:
            own = stories.get((slug, day), [])
            live_through(actor=stage.maker, stage=stage, day=day, stories=own, until=until, at=at)
        progress(n, days)


def _furnish(
    actor: Actor, company: Company, enterprise_id: int, places: list[Place], began: datetime, at: datetime, days: int
) -> Stage:
    maker = system(actor.provider_id, (enterprise_id,), channel=CHANNEL)
    cast = _cast(actor.provider_id, company, at)
    articles = write_articles(cast["l3"], cast.get("l2", cast["l1"]), company, enterprise_id, began)
    found, known = record_problems(cast["l3"], company, enterprise_id, articles, began)
    facts = {
        "at": at.isoformat(),
        "days": days,
        "first": [places[0].id, places[0].number] if places else None,
        "count": len(places),
        "articles": articles,
        "problems": found,
        "known_errors": known,
    }
    record(maker, [Act(f"{CHAIN}:{company.slug}", "demo.made", enterprise_id, facts)], at=at)
    return Stage(company, enterprise_id, maker, cast, places, articles, found, known)


def _lived(stage: Stage, day: date, count: int, at: datetime) -> None:
    facts = {"day": day.isoformat(), "tickets": count}
    chain = f"{CHAIN}:{stage.company.slug}"
    record(stage.maker, [Act(chain, "demo.lived", stage.enterprise_id, facts)], at=at)


def _stage(slug: str) -> tuple[Stage, Mapping[str, Any]]:
    """As the present was made with it, read back from the record."""
    provider_id, enterprise_id, _ = next(row for row in people.every_enterprise() if row[2] == slug)
    company = next(c for c in COMPANIES if c.slug == slug)
    maker = system(provider_id, (enterprise_id,), channel=CHANNEL)
    with tenancy.reading(maker):
        told = next(line.facts for line in audit.lines(f"{CHAIN}:{slug}") if line.action == "demo.made")
    first, number = told["first"] or (0, "TK-1")
    begin = int(str(number).removeprefix("TK-"))
    places = [Place(first + n, f"TK-{begin + n}") for n in range(told["count"])]
    cast = _cast(provider_id, company, datetime.fromisoformat(told["at"]))
    stage = Stage(company, enterprise_id, maker, cast, places, told["articles"], told["problems"], told["known_errors"])
    return stage, told


def _cast(provider_id: int, company: Company, at: datetime) -> Mapping[str, Actor]:
    """l1, l2, l3, rd as they are at this enterprise."""
    found = {}
    for who in PEOPLE:
        own = who.assigned.get(company.slug, (None, 0))[0]
        part = f"l{own}" if own else "rd" if who.department and who.enterprise == company.slug else ""
        if part:
            candidate = people.candidates(who.email)[0]
            actor = people.actor(provider_id, candidate.person_id, at=at, channel="web")
            assert actor is not None
            found[part] = actor
    return found


def _person_ids() -> dict[str, int]:
    return {p.key: people.candidates(p.email)[0].person_id for p in PEOPLE if p.assigned}
