"""The demo is a true history: made by verbs, whole by the day, proved by replay and by the chain."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.world import AT, PASSWORD
from tierline.accounts import queries as people
from tierline.audit import queries as audit
from tierline.demo import build
from tierline.demo.people import COMPANIES
from tierline.desk import queries as desk
from tierline.desk.queries.replay import differences
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


@pytest.fixture
def restored_wiring() -> object:
    """The history is quiet: it unwires the announcements of its process."""
    wired = announce.wired()
    yield
    announce.use(wired)


def _everywhere() -> list[Actor]:
    return [system(provider_id, (enterprise_id,)) for provider_id, enterprise_id, _ in people.every_enterprise()]


def _count() -> int:
    total = 0
    for actor in _everywhere():
        with tenancy.reading(actor):
            total += len(desk.page(actor, desk.Filter(view="recent"), limit=200).tickets)
    return total
