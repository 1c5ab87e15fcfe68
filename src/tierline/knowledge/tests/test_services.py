"""Writing articles: the row, the record, and refusals that change nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from tierline.accounts.operations import AlreadyThere
from tierline.accounts.tests.builders import AT, World, audit_actions, make_world
from tierline.domain.errors import DomainError, Invalid, Missing, NotAllowed, NotFound, StaleVersion
from tierline.domain.lifecycle import IllegalMove
from tierline.domain.text import TooLong, Unstorable
from tierline.knowledge import operations, queries, services
from tierline.knowledge.models import Article, ArticleCounter, ArticleVersion
from tierline.knowledge.operations import NewArticle
from tierline.knowledge.tests.builders import make_article, make_draft
from tierline.plumbing import tenancy
from tierline.plumbing.actor import AUDITOR, DEPARTMENT, GUEST, REQUESTER

pytestmark = pytest.mark.django_db(transaction=True)


def rows(world: World) -> list[Any]:
    with tenancy.reading(world.system):
        found = [list(m.objects.order_by("id").values()) for m in (Article, ArticleVersion, ArticleCounter)]
    return [*found, audit_actions(world, "")]


def refuses(world: World, error: type[DomainError], act: Callable[[], object]) -> None:
    before = rows(world)
    with pytest.raises(error) as refused:
        act()
    assert type(refused.value) is error
    assert rows(world) == before


def read(world: World, article_id: int, **options: Any) -> queries.ArticleText:
    with tenancy.reading(world.system):
        return queries.article(article_id, **options)


def test_a_draft_is_numbered_owned_and_on_the_record() -> None:
    world = make_world()
    first, second = make_draft(world), make_draft(world, "VPN 断开", review_on=date(2026, 9, 1))
    text = read(world, second)
    assert (text.title, text.body, text.version, text.by_id) == ("VPN 断开", "重启网关。", 1, world.manager.person_id)
    assert (text.article.number, text.article.state, text.article.published) == ("KB-2", "draft", None)
    assert (text.article.owner_id, text.article.review_on) == (world.manager.person_id, date(2026, 9, 1))
    assert audit_actions(world, f"article:{first}") == ["article.drafted"]


def test_numbers_run_through_the_provider() -> None:
    world = make_world()
    neighbour = make_world(provider_id=world.provider_id)
    make_draft(world)
    assert read(neighbour, make_draft(neighbour)).article.number == "KB-2"


def test_many_drafts_keep_their_order() -> None:
    world = make_world()
    batch = [NewArticle(f"文章{n}", "正文", "zh-hans") for n in range(5)]
    ids = services.draft_articles(actor=world.manager, enterprise_id=world.enterprise_id, rows=batch, at=AT)
    assert [read(world, i).title for i in ids] == [row.title for row in batch]
    assert [read(world, i).article.number for i in ids] == [f"KB-{n}" for n in range(1, 6)]


def test_publishing_shows_the_latest_version() -> None:
    world = make_world()
    article_id = make_draft(world)
    named: dict[str, Any] = {"actor": world.manager, "enterprise_id": world.enterprise_id, "article_id": article_id}
    assert services.revise_article(**named, title="新题", body="新文", seen=1, at=AT) == 2
    services.publish_article(**named, seen=2, audience="public", review_on=date(2027, 1, 1), at=AT)
    text = read(world, article_id, audiences=["public"])
    assert (text.title, text.version, text.article.state) == ("新题", 2, "published")
    assert (text.article.audience, text.article.review_on) == ("public", date(2027, 1, 1))
    actions = ["article.drafted", "article.revised", "article.published"]
    assert audit_actions(world, f"article:{article_id}") == actions


def test_readers_keep_the_published_version_until_the_revised_one_is_published() -> None:
    world = make_world()
    article_id = make_article(world, "旧题", "旧文")
    named: dict[str, Any] = {"actor": world.manager, "enterprise_id": world.enterprise_id, "article_id": article_id}
    services.revise_article(**named, title="新题", body="新文", seen=1, at=AT)
    shown = read(world, article_id)
    assert (shown.title, shown.article.latest, shown.article.title) == ("旧题", 2, "旧题")
    assert read(world, article_id, version=2).title == "新题"
    services.publish_article(**named, seen=2, at=AT)
    assert read(world, article_id).title == "新题"
    with tenancy.reading(world.system):
        assert [v[:2] for v in queries.versions(article_id)] == [(1, "旧题"), (2, "新题")]


def test_a_retired_article_is_neither_cited_nor_shown_to_readers() -> None:
    world = make_world()
    article_id = make_article(world)
    with tenancy.reading(world.system):
        assert queries.citable(world.enterprise_id, article_id)
    services.retire_article(
        actor=world.manager, enterprise_id=world.enterprise_id, article_id=article_id, seen=1, at=AT
    )
    with tenancy.reading(world.system):
        assert not queries.citable(world.enterprise_id, article_id)
        assert queries.articles([article_id])[article_id].state == "retired"
        with pytest.raises(NotFound):
            queries.article(article_id, audiences=["public", "customer"])
    assert audit_actions(world, f"article:{article_id}")[-1] == "article.retired"


def test_a_closing_ticket_deposits_an_internal_draft() -> None:
    world = make_world()
    long = "长" * 1_000_001
    with tenancy.scoped(world.provider_id, [world.enterprise_id]):
        article_id = operations.deposit(
            actor=world.manager,
            enterprise_id=world.enterprise_id,
            title=long,
            body=long,
            language="zh-hans",
            ticket_id=77,
            at=AT,
        )
        text = queries.article(article_id)
        assert [a.id for a in queries.of_tickets([77])[77]] == [article_id]
        assert not queries.citable(world.enterprise_id, article_id)
        # No such ticket: tickets are made a floor above, and the database looks for them at commit.
        transaction.set_rollback(True)
    assert (text.article.state, text.article.audience, text.article.ticket_id) == ("draft", "internal", 77)
    assert (len(text.title), len(text.body)) == (500, 1_000_000)


def test_a_deposit_needs_the_ticket_s_transaction() -> None:
    world = make_world()
    with pytest.raises(RuntimeError, match="transaction"):
        operations.deposit(
            actor=world.manager,
            enterprise_id=world.enterprise_id,
            title="a",
            body="b",
            language="en",
            ticket_id=1,
            at=AT,
        )


def test_two_languages_are_a_pair() -> None:
    world = make_world()
    chinese = make_draft(world)
    english = make_draft(world, "Bank link", "Restart the gateway.", language="en", pair_id=chinese)
    with tenancy.reading(world.system):
        found = queries.articles([chinese, english, None])
    assert (found[chinese].pair_id, found[english].pair_id) == (english, chinese)


BAD_DRAFTS = [
    # what it shows, fields, error
    ("no title", {"title": "  "}, Missing),
    ("no body", {"body": ""}, Missing),
    ("a title of 501 characters", {"title": "长" * 501}, TooLong),
    ("a body over the limit", {"body": "长" * 1_000_001}, TooLong),
    ("a NUL in the body", {"body": "a\x00b"}, Unstorable),
    ("a lone surrogate in the title", {"title": "\udc00"}, Unstorable),
    ("a language we do not keep", {"language": "de"}, Invalid),
    ("an audience that is none", {"audience": "all"}, Invalid),
    ("a pair that is not there", {"pair_id": -1, "language": "en"}, NotFound),
    ("a pair in the same language", {"pair_id": 0}, Invalid),
]


@pytest.mark.parametrize(("fields", "error"), [r[1:] for r in BAD_DRAFTS], ids=[r[0] for r in BAD_DRAFTS])
def test_one_bad_draft_stops_its_whole_batch(fields: dict[str, Any], error: type[DomainError]) -> None:
    world = make_world()
    there = make_draft(world)
    if fields.get("pair_id") == 0:
        fields = fields | {"pair_id": there}
    bad = NewArticle(**{"title": "题", "body": "文", "language": "zh-hans", **fields})
    batch = [NewArticle("好", "好", "zh-hans"), bad]
    refuses(
        world,
        error,
        lambda: services.draft_articles(actor=world.manager, enterprise_id=world.enterprise_id, rows=batch, at=AT),
    )


def test_a_pair_has_two_sides_only() -> None:
    world = make_world()
    chinese = make_draft(world)
    make_draft(world, language="en", pair_id=chinese)
    refuses(world, AlreadyThere, lambda: make_draft(world, language="en", pair_id=chinese))


def test_a_stale_reader_changes_nothing() -> None:
    world = make_world()
    article_id = make_draft(world)
    named: dict[str, Any] = {"actor": world.manager, "enterprise_id": world.enterprise_id, "article_id": article_id}
    services.revise_article(**named, title="二", body="二", seen=1, at=AT)
    refuses(world, StaleVersion, lambda: services.revise_article(**named, title="三", body="三", seen=1, at=AT))
    refuses(world, StaleVersion, lambda: services.publish_article(**named, seen=1, at=AT))
    refuses(world, StaleVersion, lambda: services.retire_article(**named, seen=1, at=AT))


def test_a_retired_article_moves_no_more() -> None:
    world = make_world()
    article_id = make_article(world)
    named: dict[str, Any] = {
        "actor": world.manager, "enterprise_id": world.enterprise_id, "article_id": article_id, "seen": 1, "at": AT,
    }  # fmt: skip
    services.retire_article(**named)
    refuses(world, IllegalMove, lambda: services.publish_article(**named))
    refuses(world, IllegalMove, lambda: services.retire_article(**named))
    refuses(world, IllegalMove, lambda: services.revise_article(**named, title="题", body="文"))


def test_an_unknown_audience_publishes_nothing() -> None:
    world = make_world()
    named: dict[str, Any] = {"article_id": make_draft(world), "seen": 1, "at": AT}
    act = {"actor": world.manager, "enterprise_id": world.enterprise_id, **named}
    refuses(world, Invalid, lambda: services.publish_article(**act, audience="everyone"))


@pytest.mark.parametrize("role", [REQUESTER, DEPARTMENT, AUDITOR, GUEST])
def test_who_may_not_write_knowledge(role: str) -> None:
    world = make_world()
    article_id = make_draft(world)
    named: dict[str, Any] = {"actor": world.actor(role), "enterprise_id": world.enterprise_id, "at": AT}
    row = NewArticle("题", "文", "zh-hans")
    refuses(world, NotAllowed, lambda: services.draft_article(**named, row=row))
    refuses(world, NotAllowed, lambda: services.publish_article(**named, article_id=article_id, seen=1))
    refuses(world, NotAllowed, lambda: services.retire_article(**named, article_id=article_id, seen=1))


def test_a_neighbour_cannot_write_here() -> None:
    world = make_world()
    neighbour = make_world(provider_id=world.provider_id)
    article_id = make_draft(world)
    named: dict[str, Any] = {"actor": neighbour.manager, "article_id": article_id, "seen": 1, "at": AT}
    refuses(world, NotAllowed, lambda: services.publish_article(**named, enterprise_id=world.enterprise_id))
    refuses(world, NotFound, lambda: services.publish_article(**named, enterprise_id=neighbour.enterprise_id))
