"""All tickets of the demo in the order in which they came, from the seed and the instant of the start alone."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from tierline.demo.case import Case, Customer, customers, write
from tierline.demo.course import Act, Course
from tierline.demo.fresh import fresh
from tierline.demo.hours import arrivals, day_of
from tierline.demo.people import COMPANIES, FAMILY, GIVEN, Company

SEED = "三线"
_TWICE = 0.03
_NEAR = timedelta(minutes=90)
# What came in within this time before the start is told by hand.
_BY_HAND = timedelta(minutes=50)

Told = tuple[Case, list[Act]]
Stories = Mapping[tuple[str, date], list[Told]]


def plan(*, now: datetime, days: int, seed: str = SEED) -> Stories:
    """(enterprise, day) -> its stories in order. ``days`` before today, and today; serials run over all of them."""
    waiting: list[tuple[datetime, str, Callable[[int], Told]]] = []
    for company in COMPANIES:
        known = customers(company)
        waiting += [(at, company.slug, told) for at, told in fresh(company, now)]
        for at in _made(seed, company, now, days):
            waiting.append((at, company.slug, _told(seed, company, known, at)))
    waiting.sort(key=lambda each: (each[0], each[1]))
    stories: dict[tuple[str, date], list[Told]] = {}
    for serial, (at, slug, told) in enumerate(waiting):
        stories.setdefault((slug, day_of(at)), []).append(told(serial))
    return {key: _with_duplicates(seed, own) for key, own in stories.items()}


def _made(seed: str, company: Company, now: datetime, days: int) -> list[datetime]:
    """Without history only the tickets told by hand are there."""
    today = day_of(now)
    past = [today - timedelta(days=n) for n in range(days, -1, -1)] if days else []
    return [at for day in past for at in arrivals(seed, company, day) if at < now - _BY_HAND]


def _told(seed: str, company: Company, known: list[Customer], at: datetime) -> Callable[[int], Told]:
    def tell(serial: int) -> Told:
        case = write(seed, company, known, serial, at)
        return case, Course(seed, case).acted()

    return tell


def _with_duplicates(seed: str, stories: list[Told]) -> list[Told]:
    """Now and then a colleague writes the same again, and the first line merges the two."""
    made: list[Told] = []
    for case, acts in stories:
        before = made[-1] if made else None
        chance = random.Random(f"{seed}:twice:{case.serial}")
        if before is not None and chance.random() < _TWICE:
            again = _again(chance, before, case)
            made.append(again or (case, acts))
        else:
            made.append((case, acts))
    return made


def _again(chance: random.Random, first: Told, case: Case) -> Told | None:
    earlier, acts = first
    merged_at = case.at + timedelta(minutes=chance.uniform(3, 9))
    done = [act.at for act in acts if act.verb in ("resolve", "merge")]
    is_open = bool(done) and merged_at + timedelta(minutes=1) < min(done) and acts[0].at < merged_at
    if not is_open or case.at - earlier.at > _NEAR:
        return None
    same = replace(
        case,
        fault=earlier.fault,
        words=earlier.words,
        subject=earlier.subject,
        text=chance.choice(_TWICE_SAID).format(text=earlier.text),
        writer=replace(
            earlier.writer,
            name=chance.choice(FAMILY) + chance.choice(GIVEN),
            email=f"tongshi@{earlier.writer.email.partition('@')[2]}",
            language="zh-hans",
        ),
        asset=earlier.asset,
    )
    return same, [Act(merged_at, "merge", "l1", {"into": earlier.serial})]


_TWICE_SAID = ("同事刚才可能报过了，我这边也一样：{text}", "我也遇到了：{text}")
