"""Finding articles in two languages, and never one that is not the reader's."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from tierline.accounts.tests.builders import AT, World, make_world
from tierline.domain.errors import NotFound
from tierline.knowledge import queries, services
from tierline.knowledge.tests.builders import make_article, make_draft
from tierline.plumbing import tenancy
from tierline.plumbing.actor import AUDITOR, ENGINEER, GUEST, REQUESTER, Actor

pytestmark = pytest.mark.django_db(transaction=True)

ALL = queries.AUDIENCES


def search(world: World, text: str, **options: Any) -> list[queries.Hit]:
    with tenancy.reading(world.system):
        return queries.search(world.enterprise_id, text, **{"audiences": ALL, **options})


def shelf(world: World) -> dict[str, int]:
    texts = {
        "bank": ("银企直连回单下载失败", "检查前置机证书，重启银企直连网关 ERP-2024。"),
        "invoice": ("电子发票开具报错 E1023", "更新税控盘驱动后重试，仍失败请升级客户端。"),
        "vpn": ("VPN keeps disconnecting", "Renew the certificate on nas01.corp.local and reconnect."),
        "print": ("打印机脱机", "重启打印服务，检查网线。"),
        "slow": ("网页打开很慢", "清理浏览器缓存，检查网络。"),
    }
    return {
        name: make_article(world, title, body, language="en" if name == "vpn" else "zh-hans")
        for name, (title, body) in texts.items()
    }


QUESTIONS = [
    # what it shows, question, the article that must come first
    ("a product's full name", "银企直连", "bank"),
    ("a part of a product's name", "银企", "bank"),
    ("a sentence of a requester", "您好，我们今天上午银企直连的回单下载不了，请尽快处理", "bank"),
    ("full width and capitals", "ｖｐｎ DISCONNECTING", "vpn"),
    ("an error code", "e1023", "invoice"),
    ("a part of a code", "2024", "bank"),
    ("a host name", "nas01", "vpn"),
    ("rare words decide", "检查网络 打印机", "print"),
    ("English in a Chinese sentence", "VPN 老是断开", "vpn"),
    ("quotes and operators are only text", "it's & | ! <-> (vpn):*", "vpn"),
]


@pytest.mark.parametrize(("question", "first"), [q[1:] for q in QUESTIONS], ids=[q[0] for q in QUESTIONS])
def test_the_right_article_comes_first(question: str, first: str) -> None:
    world = make_world()
    there = shelf(world)
    assert search(world, question)[0].id == there[first]


@pytest.mark.parametrize("question", ["", "   ", "？！。", "\u200b", "zzzz"])
def test_a_question_without_known_words_finds_nothing(question: str) -> None:
    world = make_world()
    shelf(world)
    assert search(world, question) == []


def test_a_hit_says_why() -> None:
    world = make_world()
    shelf(world)
    hit = search(world, "前置机证书")[0]
    assert (hit.number, hit.title, hit.language, hit.audience) == ("KB-1", "银企直连回单下载失败", "zh-hans", "public")
    assert hit.snippet.text == "检查前置机证书，重启银企直连网关 ERP-2024。"
    assert [hit.snippet.text[a:b] for a, b in hit.snippet.hits] == ["前置机证书"]
    assert hit.covered == 1


def test_what_the_article_does_not_speak_of_lowers_its_cover() -> None:
    world = make_world()
    shelf(world)
    assert search(world, "打印机")[0].covered == 1
    assert search(world, "打印机 会议室 投影")[0].covered < 0.6


def test_a_word_of_the_title_weighs_more_than_one_of_the_body() -> None:
    world = make_world()
    in_body = make_article(world, "其他问题", "打印机")
    in_title = make_article(world, "打印机", "其他问题")
    assert [hit.id for hit in search(world, "打印机")] == [in_title, in_body]


def test_one_language_only_when_asked() -> None:
    world = make_world()
    there = shelf(world)
    assert [hit.id for hit in search(world, "VPN 证书 certificate", language="en")] == [there["vpn"]]
    assert there["vpn"] not in [hit.id for hit in search(world, "VPN 证书", language="zh-hans")]


def test_the_limit_is_kept() -> None:
    world = make_world()
    for n in range(5):
        make_article(world, f"登录失败 {n}")
    assert len(search(world, "登录失败", limit=3)) == 3


def test_a_megabyte_of_question_is_answered() -> None:
    world = make_world()
    there = shelf(world)
    assert search(world, "银企直连 " * 200_000)[0].id == there["bank"]
    assert search(world, "\ufdfa" * 50) == []


def test_only_published_articles_are_found() -> None:
    world = make_world()
    make_draft(world, "登录失败")
    retired = make_article(world, "登录失败")
    services.retire_article(actor=world.manager, enterprise_id=world.enterprise_id, article_id=retired, seen=1, at=AT)
    assert search(world, "登录失败") == []


def test_the_index_follows_the_published_version() -> None:
    world = make_world()
    article_id = make_article(world, "旧名", "旧文")
    named: dict[str, Any] = {"actor": world.manager, "enterprise_id": world.enterprise_id, "article_id": article_id}
    services.revise_article(**named, title="新名", body="新文", seen=1, at=AT)
    assert [hit.id for hit in search(world, "旧名")] == [article_id]
    assert search(world, "新名") == []
    services.publish_article(**named, seen=2, at=AT)
    assert [hit.title for hit in search(world, "新名")] == ["新名"]
    assert search(world, "旧名") == []


READERS = [
    # reader, what is found
    (None, {"public"}),
    (GUEST, {"public", "customer"}),
    (REQUESTER, {"public", "customer"}),
    (ENGINEER, {"public", "customer", "internal"}),
    (AUDITOR, {"public", "customer", "internal"}),
]


@pytest.mark.parametrize(("role", "seen"), READERS, ids=[str(r[0]) for r in READERS])
def test_a_reader_finds_and_opens_the_own_audience_only(role: str | None, seen: set[str]) -> None:
    world = make_world()
    ids = {audience: make_article(world, "登录失败", audience=audience) for audience in ALL}
    reader: Actor | None = world.actor(role) if role else None
    allowed = queries.audiences(reader)
    assert {hit.audience for hit in search(world, "登录失败", audiences=allowed)} == seen
    with tenancy.reading(world.system):
        assert {a.audience for a in queries.article_page(world.enterprise_id, audiences=allowed)} == seen
        for audience, article_id in ids.items():
            if audience in seen:
                assert queries.article(article_id, audiences=allowed).article.id == article_id
            else:
                with pytest.raises(NotFound):
                    queries.article(article_id, audiences=allowed)


def test_a_reader_cannot_open_a_version_that_is_not_published() -> None:
    world = make_world()
    article_id = make_article(world, "旧题", "旧文")
    services.revise_article(
        actor=world.manager,
        enterprise_id=world.enterprise_id,
        article_id=article_id,
        title="秘密",
        body="秘密",
        seen=1,
        at=AT,
    )
    with tenancy.reading(world.system):
        assert queries.article(article_id, audiences=["public"], version=2).title == "旧题"
        draft = queries.article_by_number("kb-1", audiences=["public"])
    assert draft.body == "旧文"


def test_another_scope_finds_nothing() -> None:
    world = make_world()
    article_id = make_article(world, "登录失败")
    for outsider in (make_world(), make_world(provider_id=world.provider_id)):
        with tenancy.reading(outsider.system):
            assert queries.search(world.enterprise_id, "登录失败", audiences=ALL) == []
            assert queries.search(outsider.enterprise_id, "登录失败", audiences=ALL) == []
            assert not queries.citable(world.enterprise_id, article_id)
            assert queries.articles([article_id]) == {}


@pytest.mark.parametrize("table", ["knowledge_article", "knowledge_articleversion"])
def test_raw_sql_sees_the_own_scope_only(table: str) -> None:
    world = make_world()
    make_article(world)

    def count() -> int:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table}")
            return int(cursor.fetchone()[0])

    with tenancy.reading(world.system):
        assert count() == 1
    for outsider in (make_world(), make_world(provider_id=world.provider_id)):
        with tenancy.reading(outsider.system):
            assert count() == 0
    with transaction.atomic():
        assert count() == 0


@pytest.mark.parametrize(
    "statement", ["UPDATE knowledge_articleversion SET body = ''", "DELETE FROM knowledge_articleversion"]
)
def test_the_database_itself_keeps_what_was_written(statement: str) -> None:
    world = make_world()
    make_article(world)
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        tenancy.reading(world.system),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
