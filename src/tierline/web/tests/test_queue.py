"""The list: lanes, filters, pages, and whose tickets are in it."""

import re

import pytest

from tests.support.clock import Clock, clock  # noqa: F401 - a fixture
from tests.support.world import make_world
from tierline.desk import services
from tierline.web.tests.builders import Browser, make_ticket

pytestmark = pytest.mark.django_db(transaction=True)


def numbers(page: str) -> list[str]:
    return re.findall(r'data-number="([^"]+)"', page)


def test_an_empty_queue_says_why_and_what_next(clock: Clock) -> None:  # noqa: F811
    page = Browser(make_world().home.people["l1"]).get("/queue")
    assert "这里清空了" in page
    assert 'href="/queue?view=recent"' in page


def test_lanes_show_all_mine_and_unassigned(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    own, free = make_ticket(world.home, at=clock.at), make_ticket(world.home, at=clock.at)
    actor = world.home.people["l1"]
    services.claim_tickets(actor=actor, seen={own.id: own.version}, at=clock.at)
    browser = Browser(actor)
    assert set(numbers(browser.get("/queue"))) == {own.number, free.number}
    assert numbers(browser.get("/queue?view=mine")) == [own.number]
    assert numbers(browser.get("/queue?view=unassigned")) == [free.number]


def test_search_finds_a_number_and_words_of_the_subject(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    bank = make_ticket(world.home, at=clock.at, subject="招行流水没有同步")
    other = make_ticket(world.home, at=clock.at, subject="打印偏移")
    browser = Browser(world.home.people["l1"])
    assert numbers(browser.get("/queue?q=流水")) == [bank.number]
    assert numbers(browser.get(f"/queue?q={other.number}")) == [other.number]
    page = browser.get("/queue?q=没有这个词xyz")
    assert "没有符合条件的工单" in page


def test_filters_narrow_and_nonsense_filters_nothing_away(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    low = make_ticket(world.home, at=clock.at, impact="minor", urgency="low")
    high = make_ticket(world.home, at=clock.at, impact="extensive", urgency="critical")
    browser = Browser(world.home.people["l1"])
    assert numbers(browser.get("/queue?priority=P1")) == [high.number]
    assert numbers(browser.get("/queue?priority=P4")) == [low.number]
    assert len(numbers(browser.get("/queue?view=nonsense&tier=9"))) == 2


def test_pages_go_on_where_the_last_one_ended(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    made = {make_ticket(world.home, at=clock.at, subject=f"第 {n} 张").number for n in range(53)}
    browser = Browser(world.home.people["l1"])
    first = numbers(browser.get("/queue?group=sla"))
    more = re.search(r'class="qfoot" data-more><a class="btn btn--s" href="([^"]+)"', browser.page)
    assert more is not None
    second = numbers(browser.get(more[1].replace("&amp;", "&")))
    assert len(first) == 50
    assert set(first) | set(second) == made
    assert not set(first) & set(second)


def test_one_enterprise_in_reach_shows_neither_switch_nor_mark(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    make_ticket(world.home, at=clock.at)
    page = Browser(world.home.people["l1"]).get("/queue")
    assert 'class="entsw' not in page
    assert 'class="ent"' not in page
    assert "委托企业" not in page


def test_a_shared_engineer_sees_both_marked_and_may_narrow_to_one(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    here, there = make_ticket(world.home, at=clock.at), make_ticket(world.neighbour, at=clock.at)
    browser = Browser(world.both)
    page = browser.get("/queue")
    assert set(numbers(page)) == {here.number, there.number}
    assert page.count('class="ent"') >= 2
    page = browser.submit("/preferences", enterprise=str(world.neighbour.enterprise_id))
    assert numbers(page) == [there.number]
    page = browser.submit("/preferences", enterprise="all")
    assert len(numbers(page)) == 2


def test_a_cookie_cannot_widen_the_reach(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    make_ticket(world.abroad, at=clock.at)
    browser = Browser(world.home.people["l1"])
    browser.client.cookies["tierline_enterprise"] = str(world.abroad.enterprise_id)
    assert numbers(browser.get("/queue")) == []


def test_the_panel_shows_the_question_and_the_clocks(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    ticket = make_ticket(world.home, at=clock.at, text="今早 9 点后一条都没有")
    browser = Browser(world.home.people["l1"])
    browser.get("/queue")
    page = browser.get(f"/tickets/{ticket.number}/peek")
    assert "今早 9 点后一条都没有" in page
    assert "data-due=" in page
    assert "<html" not in page


def test_staff_open_a_ticket_for_who_called(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    browser = Browser(world.home.people["l1"])
    browser.get("/tickets/new")
    enterprise = str(world.home.enterprise_id)
    browser.submit("/tickets/new", enterprise=enterprise, email="not-an-address", text="来电", channel="phone")
    assert browser.status == 422
    assert "not-an-address" in browser.page
    browser.get("/tickets/new")
    page = browser.submit("/tickets/new", email="caller@customer.example", text="来电：打不开", channel="phone")
    assert browser.status == 200
    assert "来电：打不开" in page
