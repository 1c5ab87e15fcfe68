"""The queue's address: lanes, filters as chips, saved views, rows by name, the palette."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.support.clock import Clock, clock  # noqa: F401 - a fixture
from tests.support.world import make_world
from tierline.agreements import queries as agreements
from tierline.desk import services
from tierline.plumbing import tenancy
from tierline.web.tests.builders import Browser, make_ticket
from tierline.web.tests.test_queue import numbers

pytestmark = pytest.mark.django_db(transaction=True)


def chips(page: str) -> list[tuple[str, str]]:
    """(what it says, the address without it)"""
    found = re.findall(r'<a class="filter filter--on" href="([^"]*)"[^>]*><span class="trunc">([^<]*)</span>', page)
    return [(said, href) for href, said in found]


def test_every_lane_is_there_and_an_empty_one_says_why(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    make_ticket(world.home, at=clock.at)
    page = Browser(world.home.people["l1"]).get("/queue")
    assert [int(n) for n in re.findall(r'data-lane="(\d)"', page)] == [1, 2, 3]
    assert "没有交到二线的工单" in page
    assert "1 张 · 1 张待受理" in page


def test_filters_stand_as_chips_that_can_be_taken_away_one_by_one(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    high = make_ticket(world.home, at=clock.at, impact="extensive", urgency="critical")
    low = make_ticket(world.home, at=clock.at, impact="minor", urgency="low")
    browser = Browser(world.home.people["l1"])
    page = browser.get("/queue?priority=P1&priority=P4&assignee=none")
    assert set(numbers(page)) == {high.number, low.number}
    told = dict(chips(page))
    assert list(told) == ["优先级：P1", "优先级：P4", "受理人：未分派"]
    assert numbers(browser.get(told["优先级：P4"])) == [high.number]
    assert len(chips(browser.page)) == 2


def test_a_customer_out_of_reach_filters_everything_away_and_is_not_named(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    make_ticket(world.home, at=clock.at)
    foreign = world.abroad.customers["甲公司"]
    page = Browser(world.home.people["l1"]).get(f"/queue?customer={foreign}")
    assert numbers(page) == []
    assert chips(page)[0][0] == f"终端客户：{foreign}"


def test_the_filter_box_is_a_page_and_a_fragment(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    make_ticket(world.home, at=clock.at)
    browser = Browser(world.home.people["l1"])
    page = browser.get("/queue/filters?priority=P2")
    assert "<html" in page
    assert re.search(r'value="P2" checked', page)
    assert "甲公司" in page
    page = browser.get("/queue/filters", **{"HX-Request": "true"})
    assert "<html" not in page


def test_more_of_one_lane_comes_as_rows_and_as_a_page(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    made = {make_ticket(world.home, at=clock.at, subject=f"第 {n} 张").number for n in range(27)}
    browser = Browser(world.home.people["l1"])
    first = numbers(browser.get("/queue"))
    assert len(first) == 25
    [(href, fragment)] = re.findall(r'href="(/queue\?[^"]+cursor[^"]+)" hx-get="([^"]+)"', browser.page)
    assert "还有 2 张" in browser.page
    rest = numbers(browser.get(fragment.replace("&amp;", "&")))
    assert "<html" not in browser.page
    assert rest == numbers(browser.get(href.replace("&amp;", "&")))
    assert set(first) | set(rest) == made
    assert len(rest) == 2


def test_rows_by_id_are_those_that_the_view_shows(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    mine, free, foreign = (
        make_ticket(world.home, at=clock.at),
        make_ticket(world.home, at=clock.at),
        make_ticket(world.abroad, at=clock.at),
    )
    l1 = world.home.people["l1"]
    services.claim_tickets(actor=l1, seen={mine.id: mine.version}, at=clock.at)
    ids = f"{mine.id},{free.id},{foreign.id},x,{'9' * 30}"
    browser = Browser(l1)
    assert numbers(browser.get(f"/queue/rows?view=mine&ids={ids}")) == [mine.number]
    assert set(numbers(browser.get(f"/queue/rows?ids={ids}"))) == {mine.number, free.number}


def test_a_view_is_kept_opened_and_made_the_first(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    high = make_ticket(world.home, at=clock.at, impact="extensive", urgency="critical")
    make_ticket(world.home, at=clock.at, impact="minor", urgency="low")
    browser = Browser(world.home.people["l1"])
    browser.get("/queue/views?priority=P1&view=queue")
    page = browser.submit("/queue/views", name="只看 P1", is_default="on")
    assert numbers(page) == [high.number]
    assert "<title>只看 P1" in page
    assert re.search(
        r'aria-current="page"><i class="dot"></i><span class="trunc">只看 P1</span><span class="n">1<', page
    )
    assert numbers(browser.get("/queue")) == [high.number]
    assert len(numbers(browser.get("/queue?view=queue"))) == 2
    page = browser.get("/queue/views")
    action = re.search(r'action="(/queue/views/\d+)"', page)
    assert action is not None
    browser.submit(action[1], act="rename", name="一级")
    assert "一级" in browser.page
    browser.submit(action[1], act="delete")
    assert "还没有收藏的视图" in browser.page
    assert len(numbers(browser.get("/queue"))) == 2


def test_a_view_of_one_service_is_its_enterprises(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    with tenancy.reading(world.neighbour.system):
        service = agreements.services(world.neighbour.enterprise_id)[0]
    browser = Browser(world.both)
    browser.get(f"/queue/views?service={service.id}")
    page = browser.submit("/queue/views", name="邻家的服务", is_shared="on")
    assert f"服务：{service.name_zh}" in page
    assert "邻家的服务" in Browser(world.neighbour.people["l1"]).get("/queue")
    assert "邻家的服务" not in Browser(world.home.people["l1"]).get("/queue")


def test_a_view_without_a_name_is_asked_again(clock: Clock) -> None:  # noqa: F811
    browser = Browser(make_world().home.people["l1"])
    browser.get("/queue/views?priority=P1")
    browser.submit("/queue/views", name="")
    assert browser.status == 422
    assert 'value="priority=P1"' in browser.page


@pytest.mark.parametrize(
    "path", ["/queue", "/queue/more", "/queue/rows", "/queue/filters", "/queue/views", "/palette?q=xx"]
)
def test_who_has_no_queue_is_told_which_right_is_missing(clock: Clock, path: str) -> None:  # noqa: F811
    world = make_world()
    browser = Browser(world.home.people["admin"])
    browser.get(path)
    assert browser.status == 403


def test_the_page_asks_the_database_no_oftener_for_more_tickets(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    browser = Browser(world.home.people["l1"])

    def statements() -> int:
        with CaptureQueriesContext(connection) as told:
            browser.get("/queue")
        return len(told)

    make_ticket(world.home, at=clock.at)
    statements()
    few = statements()
    for n in range(12):
        make_ticket(world.home, at=clock.at, subject=f"第 {n} 张")
    assert statements() == few
    assert few < 45


def test_the_palette_finds_tickets_people_and_only_in_reach(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    ticket = make_ticket(world.home, at=clock.at, subject="招行流水没有同步")
    make_ticket(world.abroad, at=clock.at, subject="别家的流水")
    browser = Browser(world.home.people["l1"])
    page = browser.get("/palette?q=流水")
    assert f'data-go="/tickets/{ticket.number}"' in page
    assert "别家" not in page
    assert "<html" not in page
    person = world.home.people["l2"]
    assert f"assignee={person.person_id}" in browser.get(f"/palette?q={person.name[:6]}").replace("&amp;", "&")
    assert browser.get("/palette?q=x").strip() == ""


def test_words_of_the_other_language(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    make_ticket(world.home, at=clock.at)
    browser = Browser(world.home.people["l1"])
    browser.client.cookies["tierline_lang"] = "en"
    page = browser.get("/queue?priority=P2")
    assert "Priority: P2" in page
    assert not re.search(r"page\.[a-z]+\.", page)
    assert not re.search(r"page\.[a-z]+\.", browser.get("/queue/filters") + browser.get("/queue/views"))
