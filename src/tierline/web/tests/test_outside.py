"""Calls, suppliers and root cause reports as a person finds them on the ticket's page."""

from __future__ import annotations

import pytest

from tests.support.clock import Clock, clock  # noqa: F401 - a fixture
from tests.support.world import World, make_world
from tierline.audit import queries as audit
from tierline.channels.tests.builders import make_lost, state_of
from tierline.desk.tests.builders import add_supplier
from tierline.plumbing import tenancy
from tierline.web.tests.builders import Browser, make_ticket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return make_world()


def test_a_call_is_written_down_on_the_page_and_stands_in_the_conversation(world: World, clock: Clock) -> None:  # noqa: F811
    l1, path = Browser(world.home.people["l1"]), f"/tickets/{make_ticket(world.home, at=clock.at).number}"
    page = l1.get(path)
    assert f'action="{path}/call"' in page and 'type="datetime-local"' in page
    page = l1.submit(f"{path}/call", direction="in", two_way="on", text="客户说今天下班前要")
    assert l1.status == 200
    assert "客户说今天下班前要" in page and "客户来电" in page
    page = l1.submit(f"{path}/call", direction="out", text="没人接")
    assert "未说上话" in page


def test_a_call_to_come_is_refused_beside_its_field(world: World, clock: Clock) -> None:  # noqa: F811
    l1, path = Browser(world.home.people["l1"]), f"/tickets/{make_ticket(world.home, at=clock.at).number}"
    l1.get(path)
    page = l1.submit(f"{path}/call", direction="out", text="说好明天打", happened_at="2099-01-01T10:00")
    assert l1.status == 422
    assert "说好明天打" in page and "不能预先登记" in page


def test_the_form_speaks_english_too(world: World, clock: Clock) -> None:  # noqa: F811
    path = f"/tickets/{make_ticket(world.home, at=clock.at).number}"
    l1 = Browser(world.home.people["l1"])
    l1.client.cookies["tierline_lang"] = "en"
    l1.get(path)
    page = l1.submit(f"{path}/call", direction="out", two_way="on", text="All well")
    assert "Call to the customer" in page and "Both spoke" in page


def test_a_task_goes_to_a_supplier_when_there_is_one(world: World, clock: Clock) -> None:  # noqa: F811
    l1, path = Browser(world.home.people["l1"]), f"/tickets/{make_ticket(world.home, at=clock.at).number}"
    l1.get(path)
    page = l1.submit(f"{path}/claim")
    assert 'name="supplier"' not in page
    add_supplier(world.home)
    page = l1.get(path)
    assert '<option value="bank">合作银行</option>' in page
    page = l1.submit(f"{path}/task", supplier="bank", title="查证书链")
    assert l1.status == 200
    assert "合作银行" in page and "查证书链" in page


def test_a_resolved_p1_offers_the_report_until_it_is_issued(world: World, clock: Clock) -> None:  # noqa: F811
    ticket = make_ticket(world.home, at=clock.at, impact="extensive", urgency="critical")
    l1, path = Browser(world.home.people["l1"]), f"/tickets/{ticket.number}"
    l1.get(path)
    l1.submit(f"{path}/claim")
    page = l1.submit(f"{path}/resolve", cause="证书", resolution="已更新", reply="好了")
    assert f'action="{path}/rca"' in page
    page = l1.submit(f"{path}/rca", report="证书轮换没有提前通知")
    assert "证书轮换没有提前通知" in page
    assert f'action="{path}/rca"' not in page


def test_what_did_not_arrive_is_sent_again_from_its_ticket(world: World, clock: Clock) -> None:  # noqa: F811
    ticket = make_ticket(world.home, at=clock.at)
    outbound, l1, path = make_lost(world.home, ticket.id), Browser(world.home.people["l1"]), f"/tickets/{ticket.number}"
    assert f'data-fragment="{path}/undelivered"' in l1.get(path)
    page = l1.get(f"{path}/undelivered")
    assert "kuaiji@jia.example" in page and "mailbox full" in page
    l1.submit(f"{path}/undelivered/{outbound}")
    assert (l1.status, l1.path) == (200, path)
    with tenancy.reading(world.home.system):
        assert state_of(outbound) == "queued"
        assert "delivery.sent_again" in [line.action for line in audit.lines(f"ticket:{ticket.id}")]
    assert "kuaiji@jia.example" not in l1.get(f"{path}/undelivered")


def test_who_only_looks_on_sends_nothing_again(world: World, clock: Clock) -> None:  # noqa: F811
    ticket = make_ticket(world.home, at=clock.at)
    outbound, auditor = make_lost(world.home, ticket.id), Browser(world.home.people["auditor"])
    page = auditor.get(f"/tickets/{ticket.number}/undelivered")
    assert "mailbox full" in page and f"undelivered/{outbound}" not in page
    assert "kuaiji" not in Browser(world.neighbour.people["l1"]).get(f"/tickets/{ticket.number}/undelivered")
