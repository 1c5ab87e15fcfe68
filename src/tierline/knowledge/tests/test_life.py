"""An article's life: two pairs of eyes, review dates that come, translations that fall behind, readers who confirm."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tierline.accounts.tests.builders import AT, World, make_world
from tierline.domain.articles import NothingNew, OwnReview
from tierline.domain.errors import DomainError, NotAllowed, NotFound, StaleVersion
from tierline.domain.lifecycle import IllegalMove
from tierline.knowledge import operations, queries, services
from tierline.knowledge.queries import Wanted, procedures
from tierline.knowledge.tests.builders import make_article, make_draft
from tierline.plumbing import tenancy, timers
from tierline.plumbing.actor import Actor, system

pytestmark = pytest.mark.django_db(transaction=True)


def about(world: World, article_id: int, actor: Actor | None = None) -> dict[str, Any]:
    return {"actor": actor or world.manager, "enterprise_id": world.enterprise_id, "article_id": article_id, "at": AT}


def read(world: World, article_id: int, **options: Any) -> queries.ArticleText:
    with tenancy.reading(world.system):
        return queries.article(article_id, **options)


def found(world: World, text: str, *audiences: str) -> list[int]:
    with tenancy.reading(world.system):
        return [h.id for h in queries.search(world.enterprise_id, text, audiences=audiences or queries.AUDIENCES)]


def expire(world: World, *ids: int, at: datetime) -> list[int]:
    with tenancy.scoped(world.provider_id, [world.enterprise_id], durable=True):
        acting = system(world.provider_id, (world.enterprise_id,))
        return operations.expire(actor=acting, article_ids=ids, at=at)


def test_an_engineer_writes_submits_and_another_approves() -> None:
    world = make_world()
    writer, reviewer = world.engineer(), world.engineer()
    made = make_draft(world)
    services.revise_article(**about(world, made, writer), title="新题", body="新文", seen=1)
    services.submit_article(**about(world, made, writer), seen=2)
    assert read(world, made).article.state == "review"
    with tenancy.reading(world.system):
        assert [r.id for r in queries.listed([world.enterprise_id], Wanted(waits=True))] == [made]
    services.publish_article(**about(world, made, reviewer), seen=2, audience="customer")
    row = read(world, made).article
    assert (row.state, row.published, row.submitted, row.reviewer_id) == ("published", 2, None, reviewer.person_id)
    assert row.review_on == (AT + timedelta(days=90)).date()


REFUSALS: list[tuple[str, str, type[DomainError]]] = [
    ("a draft that nobody submitted", "publish draft", IllegalMove),
    ("one's own version", "publish own", OwnReview),
    ("a version that changed after it was submitted", "publish changed", IllegalMove),
    ("a published article without a new version", "submit same", NothingNew),
    ("a version that is not the newest", "publish stale", StaleVersion),
    ("a retired article", "submit retired", IllegalMove),
]


@pytest.mark.parametrize(("act", "error"), [r[1:] for r in REFUSALS], ids=[r[0] for r in REFUSALS])
def test_refused(act: str, error: type[DomainError]) -> None:
    world = make_world()
    writer, other = world.engineer(), world.engineer()
    made = make_draft(world) if act != "submit same" else make_article(world)
    services.revise_article(**about(world, made, writer), title="题", body="文", seen=1) if "draft" not in act and (
        act != "submit same"
    ) else None
    with pytest.raises(error):
        match act:
            case "publish draft":
                services.publish_article(**about(world, made, other), seen=1)
            case "publish own":
                services.submit_article(**about(world, made, writer), seen=2)
                services.publish_article(**about(world, made, writer), seen=2)
            case "publish changed":
                services.submit_article(**about(world, made, writer), seen=2)
                services.revise_article(**about(world, made, writer), title="题", body="又改", seen=2)
                services.publish_article(**about(world, made, other), seen=3)
            case "submit same":
                services.submit_article(**about(world, made, writer), seen=1)
            case "publish stale":
                services.submit_article(**about(world, made, writer), seen=2)
                services.publish_article(**about(world, made, other), seen=1)
            case _:
                services.retire_article(**about(world, made), seen=2)
                services.submit_article(**about(world, made, writer), seen=2)


def test_a_sent_back_version_is_a_draft_again() -> None:
    world = make_world()
    made = make_draft(world)
    services.submit_article(**about(world, made), seen=1)
    services.send_back_article(**about(world, made), seen=1, reason="步骤 3 的按钮名变了")
    row = read(world, made).article
    assert (row.state, row.submitted) == ("draft", None)


def test_past_its_review_date_customers_no_longer_find_it_and_the_team_does() -> None:
    world = make_world()
    made = make_article(world, "打印机脱机", review_on=date(2026, 6, 1))
    midnight = datetime(2026, 5, 31, 16, tzinfo=UTC)  # in Shanghai
    with tenancy.reading(world.system):
        assert timers.waking([operations.TIMER], [made]) == {(operations.TIMER, made, ""): midnight}
    assert expire(world, made, at=midnight - timedelta(seconds=1)) == []
    assert expire(world, made, at=midnight) == [made]
    assert found(world, "打印机脱机", "public", "customer") == []
    assert found(world, "打印机脱机") == [made]
    with pytest.raises(NotFound):
        read(world, made, audiences=("public", "customer"))
    with tenancy.reading(world.system):
        assert queries.citable(world.enterprise_id, made)
    services.confirm_article(**about(world, made), seen=1, review_on=date(2026, 12, 1))
    assert found(world, "打印机脱机", "public") == [made]
    with tenancy.reading(world.system):
        assert timers.waking([operations.TIMER], [made])[operations.TIMER, made, ""].month == 11


def test_a_translation_is_older_once_its_original_says_more() -> None:
    world = make_world()
    original = make_article(world, "证书过期", "第一步。")
    english = make_article(world, "Certificate expired", "Step one.", language="en", pair_id=original)
    assert not read(world, english).article.is_older
    services.revise_article(**about(world, original), title="证书过期", body="第一步。第二步。", seen=1)
    assert not read(world, english).article.is_older  # not published yet
    services.publish_article(**about(world, original), seen=2)
    assert (read(world, english).article.is_older, read(world, original).article.is_older) == (True, False)
    services.revise_article(**about(world, english), title="Certificate expired", body="Both steps.", seen=1)
    assert not read(world, english).article.is_older


def test_each_version_of_a_procedure_asks_everybody_again() -> None:
    world = make_world()
    one, two = world.engineer(), world.engineer()
    made = make_article(world, "远程会话规范", "先征得同意。", kind="procedure")
    services.confirm_procedure(actor=one, article_id=made, version=1, at=AT)
    services.confirm_procedure(actor=one, article_id=made, version=1, at=AT)
    with tenancy.reading(world.system):
        assert {r.person.id for r in procedures.readers(made, at=AT) if r.is_current} == {one.person_id}
        assert procedures.missing([world.enterprise_id], at=AT) == {made: (1, 3)}
        assert procedures.unread(one.person_id, [world.enterprise_id]) == 0
        assert procedures.unread(two.person_id, [world.enterprise_id]) == 1
    services.revise_article(**about(world, made), title="远程会话规范", body="先征得书面同意。", seen=1)
    services.publish_article(**about(world, made), seen=2)
    with pytest.raises(StaleVersion):
        services.confirm_procedure(actor=two, article_id=made, version=1, at=AT)
    with tenancy.reading(world.system):
        mine = procedures.of_person(one.person_id, [world.enterprise_id])[0]
        assert (mine.version, mine.read_at, mine.before) == (2, None, 1)


def test_a_procedure_is_never_found_by_customers_and_published_by_who_leads_only() -> None:
    world = make_world()
    made = make_draft(world, "值班规范", "交接前核对。", kind="procedure", audience="public")
    services.submit_article(**about(world, made), seen=1)
    with pytest.raises(NotAllowed):
        services.publish_article(**about(world, made, world.engineer()), seen=1)
    services.publish_article(**about(world, made), seen=1, audience="public")
    assert read(world, made).article.audience == "internal"
    assert found(world, "值班规范") == []
