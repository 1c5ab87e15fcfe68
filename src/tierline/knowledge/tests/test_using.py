"""What readers say, questions without an answer, words that mean the same, and the shared shelf."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tierline.accounts.tests.builders import AT, World, make_world
from tierline.domain.errors import Missing, NotAllowed, NotFound
from tierline.knowledge import queries, services
from tierline.knowledge.queries import shelf, uses
from tierline.knowledge.services.shelf import AlreadyDecided
from tierline.knowledge.tests.builders import make_article
from tierline.plumbing import tenancy
from tierline.plumbing.actor import CLIENT, REQUESTER, Actor

pytestmark = pytest.mark.django_db(transaction=True)
SINCE = AT - timedelta(days=1)


def asker(world: World) -> Actor:
    return replace(world.engineer(), role=REQUESTER, tiers={}, own_enterprise_id=world.enterprise_id)


def ask(world: World, text: str, actor: Actor, *, covered: float = 0, minutes: int = 0) -> None:
    at = AT + timedelta(minutes=minutes)
    services.note_question(actor=actor, enterprise_id=world.enterprise_id, text=text, covered=covered, at=at)


def gaps(world: World) -> list[tuple[str, int]]:
    with tenancy.reading(world.system):
        return [(g.text, g.count) for g in uses.gaps([world.enterprise_id], since=SINCE)]


def search(world: World, text: str) -> list[int]:
    with tenancy.reading(world.system):
        return [h.id for h in queries.search(world.enterprise_id, text, audiences=queries.AUDIENCES)]


def test_questions_that_ask_for_the_same_are_one_gap() -> None:
    world = make_world()
    ask(world, "红字确认单怎么撤回", asker(world))
    ask(world, "红字确认单撤回", asker(world))
    ask(world, "批量改科目", asker(world))
    ask(world, "有答案的问题", asker(world), covered=0.5)
    assert gaps(world) == [("红字确认单撤回", 2), ("批量改科目", 1)] or gaps(world)[0][1] == 2


def test_a_sentence_that_is_typed_on_is_one_question() -> None:
    world = make_world()
    one = asker(world)
    for n, text in enumerate(("红字确认", "红字确认单怎么", "红字确认单怎么撤回")):
        ask(world, text, one, minutes=n)
    assert gaps(world) == [("红字确认单怎么撤回", 1)]
    ask(world, "红字确认单怎么撤回", one, minutes=30)
    assert gaps(world) == [("红字确认单怎么撤回", 2)]


def test_a_question_is_kept_redacted() -> None:
    world = make_world()
    ask(world, "手机 13812345678 收不到短信", asker(world))
    assert gaps(world) == [("手机 138****5678 收不到短信", 1)]


def test_a_gap_becomes_a_draft_once() -> None:
    world = make_world()
    ask(world, "批量改科目", asker(world))
    with tenancy.reading(world.system):
        ids = uses.gaps([world.enterprise_id], since=SINCE)[0].question_ids
    about = {"actor": world.manager, "enterprise_id": world.enterprise_id, "question_ids": ids, "at": AT}
    made = services.draft_from_questions(**about, language="zh-hans")
    with tenancy.reading(world.system):
        assert queries.article(made).title == "批量改科目"
    assert gaps(world) == []
    with pytest.raises(NotFound):
        services.dismiss_questions(**about)


def test_the_last_word_of_a_reader_counts_and_goes_to_the_owner_until_looked_at() -> None:
    world = make_world()
    made = make_article(world)
    one = asker(world)
    services.note_reading(actor=one, article_id=made, at=AT)
    services.note_reading(actor=one, article_id=made, at=AT + timedelta(minutes=9))
    services.rate_article(actor=one, article_id=made, helped=True, at=AT)
    services.rate_article(actor=one, article_id=made, helped=False, why="步骤 3 的按钮没有了", at=AT)
    with tenancy.reading(world.system):
        assert uses.uses([made], since=SINCE)[made] == uses.Use(opened=1, helped=0, failed=1, open_objections=1)
        assert [why for why, _ in uses.objections(made)] == ["步骤 3 的按钮没有了"]
    services.settle_objections(actor=world.manager, enterprise_id=world.enterprise_id, article_id=made, at=AT)
    with tenancy.reading(world.system):
        assert uses.objected([world.enterprise_id]) == []


def test_nobody_rates_what_they_may_not_read() -> None:
    world = make_world()
    made = make_article(world, audience="internal")
    with pytest.raises(NotFound):
        services.rate_article(actor=asker(world), article_id=made, helped=True, at=AT)


def test_words_that_mean_the_same_find_each_other_in_their_enterprise_only() -> None:
    world = make_world()
    neighbour = make_world(provider_id=world.provider_id)
    there = make_article(world, "银企直连断开", "重启网关。")
    make_article(neighbour, "银企直连断开", "重启网关。")
    assert search(world, "CBS 通道") == []
    groups = [["CBS通道", "银企直连"]]
    services.write_synonyms(actor=world.manager, enterprise_id=world.enterprise_id, groups=groups, at=AT)
    assert search(world, "CBS通道 故障") == [there]
    assert search(neighbour, "CBS通道 故障") == []
    with pytest.raises(Missing):
        services.write_synonyms(actor=world.manager, enterprise_id=world.enterprise_id, groups=[["一个"]], at=AT)


def test_traditional_and_full_width_spellings_find_the_simplified_one() -> None:
    world = make_world()
    there = make_article(world, "电子发票对账单", "在「对账」里下载。")
    assert search(world, "電子發票對帳單") == [there]
    assert search(world, "电子发票") == [there]


def test_a_part_of_a_code_and_a_misspelt_one_are_found() -> None:
    world = make_world()
    there = make_article(world, "同步失败", "日志里有 CMB-40127 fingerprint mismatch，主机 nas01.corp.local。")
    make_article(world, "别的", "别的内容。")
    for asked in ("CMB-401", "cmb-40128", "nas01.corp", "nas1.corp.local"):
        assert search(world, asked)[:1] == [there], asked


def offered(world: World, body: str) -> tuple[int, Actor]:
    made = make_article(world)
    writer = world.engineer()
    offer = services.offer_article(
        actor=writer, enterprise_id=world.enterprise_id, article_id=made, title="银企直连", body=body, at=AT
    )
    return offer, writer


def test_only_what_the_owner_approved_is_on_the_shelf_and_it_is_redacted() -> None:
    world = make_world()
    neighbour = make_world(provider_id=world.provider_id)
    offer, writer = offered(world, "联系 13812345678，密码: hunter22。")
    client = replace(writer, role=CLIENT, person_id=writer.person_id, tiers={}, own_enterprise_id=world.enterprise_id)
    with tenancy.reading(neighbour.manager):
        assert shelf.shared() == []
    number = services.decide_offer(actor=client, offer_id=offer, approved=True, at=AT)
    with tenancy.reading(neighbour.manager):
        (row,) = shelf.shared("银企直连")
    assert (row.number, "13812345678" in row.body, "hunter22" in row.body) == (number, False, False)
    adopted = services.adopt_shared(
        actor=neighbour.manager, enterprise_id=neighbour.enterprise_id, number=row.number, at=AT
    )
    with tenancy.reading(neighbour.manager):
        assert queries.article(adopted).article.state == "draft"
    with pytest.raises(AlreadyDecided):
        services.decide_offer(actor=client, offer_id=offer, approved=False, at=AT)
    services.withdraw_offer(actor=client, offer_id=offer, at=AT)
    with tenancy.reading(neighbour.manager):
        assert shelf.shared() == []


def test_an_engineer_approves_no_sharing_and_a_stranger_does_not_see_the_offer() -> None:
    world = make_world()
    neighbour = make_world(provider_id=world.provider_id)
    offer, writer = offered(world, "重启网关。")
    with pytest.raises(NotAllowed):
        services.decide_offer(actor=writer, offer_id=offer, approved=True, at=AT)
    with pytest.raises(NotFound):
        services.decide_offer(actor=neighbour.manager, offer_id=offer, approved=True, at=AT)
