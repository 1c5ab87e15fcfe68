"""The front door: answers before a ticket, help that is only ours, a rating, files that go up at once."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.support.clock import Clock, clock  # noqa: F401 - a fixture
from tests.support.world import Place, make_world
from tierline.desk import services as desk
from tierline.knowledge import operations
from tierline.knowledge import queries as articles
from tierline.knowledge import services as writing
from tierline.plumbing import tenancy
from tierline.plumbing.actor import Actor
from tierline.review import queries as review
from tierline.web.tests.builders import Browser, fresh, make_ticket

pytestmark = pytest.mark.django_db(transaction=True)


def draft(place: Place, title: str, body: str, *, at: Any) -> int:
    row = operations.NewArticle(title, body, "zh-hans")
    return writing.draft_article(actor=place.people["l1"], enterprise_id=place.enterprise_id, row=row, at=at)


def publish(place: Place, title: str, body: str, *, at: Any, audience: str = "customer") -> str:
    """A published article's number."""
    made = draft(place, title, body, at=at)
    told = {"enterprise_id": place.enterprise_id, "article_id": made, "seen": 1, "audience": audience}
    writing.publish_article(actor=place.system, **told, at=at)
    return number_of(place, made)


def number_of(place: Place, article_id: int) -> str:
    with tenancy.reading(place.system):
        return articles.article(article_id).article.number


def test_answers_come_while_typing_and_are_marked(clock: Clock) -> None:  # noqa: F811
    home = make_world().home
    number = publish(home, "招行证书更换后的重新授权", "# 处理\n\n重新下载证书，再授权。", at=clock.at)
    browser = Browser(home.people["requester"])
    told = browser.get(f"/p/{home.slug}/answers?q=证书授权&from=new")
    assert browser.status == 200
    assert f"/help/{number}" in told
    assert "<mark>证书</mark>" in browser.page
    assert "没有找到现成的答案" in browser.get(f"/p/{home.slug}/answers?q=xyzzy&from=new")


def test_without_script_the_search_is_a_page(clock: Clock) -> None:  # noqa: F811
    home = make_world().home
    number = publish(home, "招行证书更换后的重新授权", "重新下载证书", at=clock.at)
    make_ticket(home, at=clock.at, subject="证书报错")
    make_ticket(home, at=clock.at, subject="打印空白")
    told = Browser(home.people["requester"]).get(f"/p/{home.slug}/?q=证书")
    assert f"/help/{number}" in told
    assert "证书报错" in told
    assert "打印空白" not in told


def test_an_article_is_rendered_and_harmless(clock: Clock) -> None:  # noqa: F811
    home = make_world().home
    number = publish(home, "步骤", "# 处理\n\n1. 拔下\n\n<script>alert(1)</script>", at=clock.at)
    browser = Browser(home.people["requester"])
    browser.get(f"/p/{home.slug}/help/{number}")
    assert "<h2>处理</h2>" in browser.page
    assert "<script>alert" not in browser.page


@pytest.mark.parametrize("which", ["internal", "neighbour", "draft"])
def test_help_that_is_not_for_customers_of_this_enterprise_is_not_there(clock: Clock, which: str) -> None:  # noqa: F811
    world = make_world()
    place = world.neighbour if which == "neighbour" else world.home
    if which == "draft":
        number = number_of(place, draft(place, "绝密步骤", "机密", at=clock.at))
    else:
        audience = "internal" if which == "internal" else "customer"
        number = publish(place, "绝密步骤", "机密", at=clock.at, audience=audience)
    browser = Browser(world.home.people["requester"])
    told = browser.get(f"/p/{world.home.slug}/help/{number}")
    assert browser.status == 404
    assert "机密" not in told
    assert "绝密步骤" not in browser.get(f"/p/{world.home.slug}/help")


def resolved(home: Place, at: Clock, l1: Actor) -> Any:
    ticket = make_ticket(home, at=at.at)
    [ticket] = desk.claim_tickets(actor=l1, seen={ticket.id: ticket.version}, at=at.at)
    [ticket] = desk.resolve_tickets(
        actor=l1, seen={ticket.id: ticket.version}, cause="certificate", resolution="已更新", at=at.at
    )
    return ticket


def test_after_verifying_one_rates_and_may_change_it(clock: Clock) -> None:  # noqa: F811
    home = make_world().home
    ticket = resolved(home, clock, home.people["l1"])
    page = f"/p/{home.slug}/tickets/{ticket.number}"
    requester = Browser(home.people["requester"])
    requester.get(page)
    assert not requester.offers(f"{page}/rate")
    requester.submit(f"{page}/verify", answer="yes")
    assert requester.offers(f"{page}/rate")
    requester.submit(f"{page}/rate", score="4", comment="很快")
    assert requester.status == 200
    requester.submit(f"{page}/rate", score="5")
    with tenancy.reading(home.people["l1"]):
        assert review.ratings([ticket.id])[ticket.id].score == 5
    told = Browser(home.people["l1"]).get(f"/tickets/{ticket.number}/rating")
    assert "很好" in told
    clock.forward(days=8)
    requester.get(page)
    assert not requester.offers(f"{page}/rate")


def test_a_rating_without_a_score_says_so(clock: Clock) -> None:  # noqa: F811
    home = make_world().home
    ticket = resolved(home, clock, home.people["l1"])
    page = f"/p/{home.slug}/tickets/{ticket.number}"
    requester = Browser(home.people["requester"])
    requester.get(page)
    requester.submit(f"{page}/verify", answer="yes")
    requester.submit(f"{page}/rate", comment="想想")
    assert requester.status == 422
    assert "想想" in requester.page


def token_of(browser: Browser) -> dict[str, str]:
    return {"X-CSRFToken": browser.client.cookies["csrftoken"].value}


def test_a_file_goes_up_alone_and_then_with_the_message(clock: Clock) -> None:  # noqa: F811
    home = make_world().home
    ticket = make_ticket(home, at=clock.at)
    l1 = Browser(home.people["l1"])
    l1.get(f"/tickets/{ticket.number}")
    given = {"file": SimpleUploadedFile("trace.log", b"line")}
    answer = l1.client.post(f"/tickets/{ticket.number}/files", given, headers=token_of(l1))
    assert (answer.status_code, answer.json()["name"]) == (201, "trace.log")
    l1.submit(f"/tickets/{ticket.number}/reply", text="请看日志", kept=str(answer.json()["id"]))
    assert "trace.log" in l1.page


def test_an_empty_file_is_refused_by_name(clock: Clock) -> None:  # noqa: F811
    home = make_world().home
    requester = Browser(home.people["requester"])
    requester.get(f"/p/{home.slug}/new")
    given = {"file": SimpleUploadedFile("empty.log", b"")}
    answer = requester.client.post(f"/p/{home.slug}/files", given, headers=token_of(requester))
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


def test_a_file_of_the_form_is_not_lost_when_the_form_is_refused(clock: Clock) -> None:  # noqa: F811
    home = make_world().home
    requester = Browser(home.people["requester"])
    requester.get(f"/p/{home.slug}/new")
    picture = SimpleUploadedFile("图.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64)
    requester.submit(f"/p/{home.slug}/new", subject="x", service="general", files={"attachments": picture})
    assert requester.status == 200
    assert "图.png" in requester.page


def test_what_is_promised_stands_beside_each_choice(clock: Clock) -> None:  # noqa: F811
    home = make_world().home
    told = Browser(home.people["requester"]).get(f"/p/{home.slug}/new")
    assert "15 分钟内响应" in told
    assert "8 小时内响应（工作时间）" in told


def test_send_and_wait_is_one_act(clock: Clock) -> None:  # noqa: F811
    home = make_world().home
    ticket = make_ticket(home, at=clock.at)
    l1 = Browser(home.people["l1"])
    l1.get(f"/tickets/{ticket.number}")
    l1.submit(f"/tickets/{ticket.number}/claim")
    before = fresh(home, ticket).version
    l1.submit(f"/tickets/{ticket.number}/reply", text="请发一张截图", then="wait")
    after = fresh(home, ticket)
    assert (after.state, after.waiting_on, after.version) == ("waiting", "customer", before + 1)


def test_a_refusal_says_what_is_missing_and_takes_the_request(clock: Clock) -> None:  # noqa: F811
    home = make_world().home
    l1 = Browser(home.people["l1"])
    told = l1.get("/people")
    assert l1.status == 403
    assert "查看人员与派驻" in told
    l1.submit("/rights", reason="")
    assert l1.status == 422
    l1.submit("/rights", reason="本周替班")
    assert l1.status == 201
    assert "等待批准" in l1.get("/people")
    manager = Browser(home.people["manager"])
    assert "本周替班" in manager.get("/people")
    action = manager.page.split('action="/people/rights/')[1].split('"')[0]
    manager.submit(f"/people/rights/{action}", answer="grant")
    assert "本周替班" not in manager.page


def test_colleagues_are_named_to_colleagues_only(clock: Clock) -> None:  # noqa: F811
    home = make_world().home
    told = Browser(home.people["requester"]).get("/queue")
    assert home.people["manager"].name not in told
    assert "您的服务团队" in told
