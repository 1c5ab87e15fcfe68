"""The demo is a true history: made by verbs, whole by the day, proved by replay and by the chain."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta

import pytest

from tests.support.world import AT, PASSWORD
from tierline.accounts import queries as people
from tierline.agreements import queries as agreements
from tierline.agreements.queries import shelf
from tierline.audit import queries as audit
from tierline.demo import build
from tierline.demo.hours import day_of
from tierline.demo.people import COMPANIES
from tierline.demo.plan import plan
from tierline.desk import queries as desk
from tierline.desk.queries.replay import differences
from tierline.domain.calendars.gaps import NO_HOLIDAYS
from tierline.plumbing import announce, tenancy
from tierline.plumbing.actor import Actor, system

pytestmark = pytest.mark.django_db(transaction=True)
DAYS = 1


def test_a_day_of_history_is_written_once_and_is_true(restored_wiring: None) -> None:
    build.build_present(at=AT, days=DAYS, password=PASSWORD, tell=lambda _: None)
    assert build.is_built()
    before = _count()
    progress: list[tuple[int, int]] = []
    for company in COMPANIES:
        build.build_history(slug=company.slug, at=AT, progress=lambda done, days: progress.append((done, days)))
    after = _count()
    assert after > before
    assert progress == [(1, 1), (1, 1)]
    build.build_history(slug="yunsuanpan", at=AT, progress=lambda *_: None)
    assert _count() == after, "a day that is there is not written again"
    for actor in _everywhere():
        with tenancy.reading(actor):
            assert not list(differences(actor))
            assert not list(audit.faults())
            page = desk.page(actor, desk.Filter(view="recent"), limit=200)
            assert len({t.number for t in page.tickets}) == len(page.tickets)
            assert all(t.opened_at <= AT for t in page.tickets)
            assert min(t.opened_at for t in page.tickets) < AT - timedelta(hours=12)
            assert _levels(actor) == {"standard", "gold", "silver"}
            [office] = agreements.calendars(actor.enterprises[0])
            assert office.recipe.zh and AT.year in office.recipe.years
            assert NO_HOLIDAYS not in [w.kind for w in agreements.calendar_warnings(actor.enterprises[0], at=AT)]


def test_a_builder_that_is_killed_in_the_middle_goes_on_without_telling_anything_twice(restored_wiring: None) -> None:
    build.build_present(at=AT, days=3, password=PASSWORD, tell=lambda _: None)
    slug = COMPANIES[0].slug
    with subprocess.Popen([sys.executable, "-c", _BUILDER, slug, AT.isoformat()], stdout=subprocess.PIPE) as builder:
        assert builder.stdout is not None
        assert builder.stdout.readline() == b"1 of 3\n"
        builder.kill()
    assert 1 <= len(_lived(slug)) < 3, "killed while it was at work"
    build.build_history(slug=slug, at=AT, progress=lambda *_: None)
    assert len(_lived(slug)) == len(set(_lived(slug))) == 3
    planned = sum(len(own) for (whose, _), own in plan(now=AT, days=3).items() if whose == slug)
    actor = next(a for a in _everywhere() if a.enterprises[0] == _enterprise(slug))
    with tenancy.reading(actor):
        page = desk.page(actor, desk.Filter(view="recent"), limit=200)
        assert len({t.number for t in page.tickets}) == len(page.tickets) == planned
        assert not list(differences(actor))
        assert not list(audit.faults())


# What ``python -m tierline.demo history`` does, at the test's instant.
_BUILDER = """
import sys
from datetime import datetime
import django
django.setup()
from tierline.demo import build
tell = lambda done, days: print(f"{done} of {days}", flush=True)
build.build_history(slug=sys.argv[1], at=datetime.fromisoformat(sys.argv[2]), progress=tell)
"""


def _enterprise(slug: str) -> int:
    return next(row[1] for row in people.every_enterprise() if row[2] == slug)


def _lived(slug: str) -> list[str]:
    """The days that the record says were told, each as often as it says so."""
    enterprise_id = _enterprise(slug)
    actor = next(a for a in _everywhere() if a.enterprises[0] == enterprise_id)
    with tenancy.reading(actor):
        told = [line.facts["day"] for line in audit.lines(f"demo:{slug}") if line.action == "demo.lived"]
    return [day for day in told if day != f"{day_of(AT)}"]


@pytest.fixture
def restored_wiring() -> object:
    """The history is quiet: it unwires the announcements of its process."""
    wired = announce.wired()
    yield
    announce.use(wired)


def _levels(actor: Actor) -> set[str]:
    return {promise.code for promise in shelf.promises(actor.enterprises[0]) if promise.in_force(AT)}


def _everywhere() -> list[Actor]:
    return [system(provider_id, (enterprise_id,)) for provider_id, enterprise_id, _ in people.every_enterprise()]


def _count() -> int:
    total = 0
    for actor in _everywhere():
        with tenancy.reading(actor):
            total += len(desk.page(actor, desk.Filter(view="recent"), limit=200).tickets)
    return total
