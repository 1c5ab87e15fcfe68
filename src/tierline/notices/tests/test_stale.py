"""An article is due for review: its owner is told, once."""

from __future__ import annotations

import pytest

from tests.support.clock import Clock, clock
from tests.support.world import AT, make_place, make_provider
from tierline.knowledge import services as knowledge
from tierline.knowledge.events import ArticleStale
from tierline.knowledge.operations import NewArticle
from tierline.notices import handlers, queries
from tierline.plumbing import tenancy

__all__ = ["clock"]
pytestmark = pytest.mark.django_db(transaction=True)


def test_the_owner_is_told_and_a_handler_run_twice_tells_nobody_twice(clock: Clock) -> None:
    place = make_place(make_provider("stale"), "stale", staff=("l1", "manager"))
    owner = place.people["l1"]
    article = knowledge.draft_article(
        actor=owner,
        enterprise_id=place.enterprise_id,
        row=NewArticle("回单下载失败", "重启网关。", "zh-hans"),
        at=AT,
    )
    event = ArticleStale(
        provider_id=place.provider_id,
        enterprise_id=place.enterprise_id,
        at=AT,
        article_id=article,
        owner_id=owner.person_id,
        id="stale",
    )
    for _ in range(2):
        handlers.tell_stale(event)
    with tenancy.reading(owner):
        (found,) = queries.notices(owner, "all")
        steps = queries.steps([found.id])[found.id]
    assert (found.kind, found.ticket_id, len(steps)) == ("article", None, 1)
    with tenancy.reading(place.people["manager"]):
        assert queries.notices(place.people["manager"], "all") == []
