"""A move that is not open says why and offers what opens it; and there is one right thing to press."""

import re
from datetime import timedelta

import pytest

from tests.support.clock import Clock, clock  # noqa: F401 - a fixture
from tests.support.world import AT, Place, make_world
from tierline.desk import services
from tierline.plumbing import timers
from tierline.web.tests.builders import Browser, fresh, make_ticket

pytestmark = pytest.mark.django_db(transaction=True)

PACKAGE = {
    "symptoms": "没有流水",
    "impact": "月末对账",
    "steps_tried": [{"step": "重启前置机", "result": "无效"}],
    "evidence": ["bank-sync.log"],
    "question": "证书是否轮换？",
}


@pytest.fixture
def home(clock: Clock) -> Place:  # noqa: F811
    return make_world().home


def do(home: Place, ticket: object, verb: str, who: str, **told: object) -> object:
    now = fresh(home, ticket)
    done = getattr(services, verb)(actor=home.people[who], seen={now.id: now.version}, at=AT, **told)
    return done[0] if isinstance(done, list) else done


def offered(home: Place) -> object:
    ticket = make_ticket(home, at=AT)
    do(home, ticket, "claim_tickets", "l1")
    do(home, ticket, "escalate_ticket", "l1", to="L2", package=PACKAGE)
    return fresh(home, ticket)


def told(page: str, key: str) -> str:
    """What the page says when that letter is pressed, with its tag."""
    return page.partition(f'data-closed="{key}"')[2].partition("</span>")[0]


def test_escalating_what_nobody_took_says_so_and_offers_to_take_it(home: Place) -> None:
    ticket = make_ticket(home, at=AT)
    l1 = Browser(home.people["l1"])
    said = told(l1.get(f"/tickets/{ticket.number}"), "e")
    assert "还没有人受理" in said
    assert 'data-then="claim"' in said
    assert told(l1.page, "r") == ""
    page = l1.get(f"/tickets/{ticket.number}/escalate")
    assert "还没有人受理" in page
    l1.submit(f"/tickets/{ticket.number}/claim")
    assert fresh(home, ticket).assignee_id == home.people["l1"].person_id
    assert l1.path == f"/tickets/{ticket.number}/escalate"
    assert "symptoms" in l1.page


def test_whoever_was_asked_to_take_it_over_accepts_and_claims_nothing(home: Place) -> None:
    number = offered(home).number  # type: ignore[attr-defined]
    l2 = Browser(home.people["l2"])
    page = l2.get(f"/tickets/{number}")
    assert l2.offers(f"/tickets/{number}/accept")
    assert not l2.offers(f"/tickets/{number}/claim")
    assert page.count('id="move-accept"') == 1
    assert "L2" in told(page, "e")
    assert 'data-then="accept"' in told(page, "e")


def test_who_waits_for_the_next_tier_is_told_so_and_offered_nothing(home: Place) -> None:
    number = offered(home).number  # type: ignore[attr-defined]
    said = told(Browser(home.people["l1"]).get(f"/tickets/{number}"), "e")
    assert "等对方接受" in said
    assert "data-then" not in said


def test_a_merged_ticket_shows_where_it_went(home: Place) -> None:
    target, ticket = make_ticket(home, at=AT, subject="合并的目标"), make_ticket(home, at=AT, subject="被合并的")
    do(home, ticket, "merge_tickets", "l1", into=target.id)
    l1 = Browser(home.people["l1"])
    assert f"合并到 {target.number}" in told(l1.get(f"/tickets/{ticket.number}"), "e")
    found = l1.get("/palette?q=被合并的", **{"HX-Request": "true"})
    assert f"已合并到 {target.number}" in found
    assert "新建" not in found


def test_no_id_stands_twice_on_a_ticket(home: Place) -> None:
    for ticket, who in ((make_ticket(home, at=AT), "l1"), (offered(home), "l2")):
        page = Browser(home.people[who]).get(f"/tickets/{ticket.number}")  # type: ignore[attr-defined]
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert sorted({i for i in ids if ids.count(i) > 1}) == []


def test_what_the_product_says_is_signed_by_the_product(home: Place) -> None:
    ticket = make_ticket(home, at=AT)
    do(home, ticket, "claim_tickets", "l1")
    do(home, ticket, "resolve_tickets", "l1", cause="证书", resolution="重新授权")
    engineer = home.people["l1"].name
    page = Browser(home.people["requester"]).get(f"/p/{home.slug}/tickets/{ticket.number}")
    automatic = page.partition("自动消息")[0].rpartition("<article")[2]
    assert automatic
    assert engineer not in automatic
    assert engineer not in page.partition("自动消息")[0].rpartition('class="msg__h"')[2]
    line = Browser(home.people["l1"]).get(f"/tickets/{ticket.number}")
    assert engineer not in line.partition("自动</span>")[0].rpartition('class="msg__h"')[2]


def test_a_warning_says_how_much_is_used(home: Place, clock: Clock) -> None:  # noqa: F811
    ticket = make_ticket(home, at=AT)
    while timers.sweep(clock.set(AT + timedelta(minutes=28))):
        pass
    page = Browser(home.people["l1"]).get(f"/tickets/{ticket.number}")
    assert "时限已用 67%" in page
    assert "时限已用 90%" in page


def test_a_customer_reaches_the_times_promised_to_them(home: Place) -> None:
    ticket = make_ticket(home, at=AT)
    requester = Browser(home.people["requester"])
    assert f'href="/tickets/{ticket.number}/clocks"' in requester.get(f"/p/{home.slug}/tickets/{ticket.number}")
    page = requester.get(f"/tickets/{ticket.number}/clocks")
    assert requester.status == 200
    assert "第一次答复您" in page
    assert "L2" not in page
