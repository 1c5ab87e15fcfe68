"""What happens outside of the ticket: calls, work of a supplier, the report that a P1 owes; in services and clocks."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.world import Place, World, make_world
from tierline.desk import queries, services
from tierline.desk.services.call import CallBeforeTicket, CallToCome
from tierline.desk.services.rca import ReportNotOwed
from tierline.desk.services.resolve import BlockedByTask
from tierline.desk.tests.builders import add_supplier, after, clocks, do, fresh, make_ticket, types
from tierline.domain.errors import Invalid, NotAllowed, NotFound
from tierline.domain.lifecycle import IllegalMove
from tierline.plumbing import tenancy

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return make_world()


def make_open(place: Place, **told: Any) -> Any:
    return do(services.claim_tickets, place.people["l1"], make_ticket(place, **told), 1)


def test_a_suppliers_task_runs_on_the_suppliers_contract(world: World) -> None:
    add_supplier(world.home)
    l1, ticket = world.home.people["l1"], make_open(world.home)
    ticket = do(services.open_task, l1, ticket, 2, supplier="bank", title="查证书链", blocking=True)
    running = clocks(world.home, ticket, 32)
    assert running["supplier"].state == "running"
    assert running["supplier"].due_at == after(2 + 8 * 60)
    assert "task" not in running
    with pytest.raises(BlockedByTask) as refused:
        do(services.resolve_tickets, l1, ticket, 33, cause="x", resolution="y")
    assert refused.value.facts["department"] == "bank"
    ticket = do(services.finish_task, l1, ticket, 60, number=1, result="已换证书")
    assert clocks(world.home, ticket, 61)["supplier"].state == "met"


def test_a_supplier_that_is_not_the_enterprises_own_is_not_asked(world: World) -> None:
    add_supplier(world.abroad)
    ticket = make_open(world.home)
    with pytest.raises(NotFound):
        do(services.open_task, world.home.people["l1"], ticket, 2, supplier="bank", title="x")
    with pytest.raises(Invalid):
        do(services.open_task, world.home.people["l1"], ticket, 2, supplier="bank", department="rnd", title="x")


def test_a_suppliers_task_is_no_departments_business(world: World) -> None:
    add_supplier(world.home)
    l1, ticket = world.home.people["l1"], make_open(world.home)
    ticket = do(services.open_task, l1, ticket, 2, supplier="bank", title="x")
    rnd = world.home.people["department"]
    with tenancy.reading(rnd):
        assert queries.departments_open_tasks(rnd) == []
        with pytest.raises(NotFound):
            queries.ticket(rnd, ticket.id)


def test_a_suppliers_clock_stays_with_its_own_ticket_when_that_is_merged(world: World) -> None:
    add_supplier(world.home)
    l1 = world.home.people["l1"]
    one, other = make_open(world.home), make_open(world.home)
    one = do(services.open_task, l1, one, 2, supplier="bank", title="x")
    other = do(services.open_task, l1, other, 200, supplier="bank", title="y")
    do(services.merge_tickets, l1, one, 201, into=other.id)
    assert clocks(world.home, other, 202)["supplier"].due_at == after(200 + 8 * 60)


def test_a_two_way_call_answers_and_one_alone_does_not(world: World) -> None:
    l1, ticket = world.home.people["l1"], make_open(world.home)
    ticket = do(services.log_calls, l1, ticket, 3, direction="out", two_way=False, text="没人接")
    assert clocks(world.home, ticket, 4)["first_response"].state == "running"
    ticket = do(services.log_calls, l1, ticket, 5, direction="out", two_way=True, text="说明了进展")
    answered = clocks(world.home, ticket, 6)["first_response"]
    assert (answered.state, answered.stopped_at) == ("met", after(5))


def test_a_call_is_written_down_late_only_with_the_right_to(world: World) -> None:
    home = world.home
    ticket = make_open(home)
    told = {"direction": "out", "two_way": True, "text": "说明了进展"}
    with pytest.raises(CallToCome):
        do(services.log_calls, home.people["l1"], ticket, 20, happened_at=after(21), **told)
    with pytest.raises(CallBeforeTicket):
        do(services.log_calls, home.people["manager"], ticket, 20, happened_at=after(-1), **told)
    with pytest.raises(NotAllowed):
        do(services.log_calls, home.people["l1"], ticket, 20, happened_at=after(9), **told)
    ticket = do(services.log_calls, home.people["l1"], ticket, 20, happened_at=after(11), **told)
    assert clocks(home, ticket, 21)["first_response"].stopped_at == after(11)


def make_resolved_p1(place: Place) -> Any:
    ticket = make_open(place, impact="extensive", urgency="critical")
    l1 = place.people["l1"]
    ticket = do(services.reply_to_tickets, l1, ticket, 2, text="正在处理")
    return do(services.resolve_tickets, l1, ticket, 30, cause="证书", resolution="已更新")


def test_a_resolved_p1_owes_a_report_once(world: World) -> None:
    ticket = make_resolved_p1(world.home)
    assert clocks(world.home, ticket, 31)["rca"].state == "running"
    l1 = world.home.people["l1"]
    ticket = do(services.issue_reports, l1, ticket, 40, report="证书轮换没有提前通知；已加到期告警。")
    assert clocks(world.home, ticket, 41)["rca"].state == "met"
    assert types(world.home, ticket)[-1] == "rca_issued"
    with pytest.raises(ReportNotOwed):
        do(services.issue_reports, l1, ticket, 50, report="再来一份")


def test_no_other_priority_owes_one(world: World) -> None:
    l1, ticket = world.home.people["l1"], make_open(world.home, impact="minor", urgency="low")
    ticket = do(services.resolve_tickets, l1, ticket, 30, cause="x", resolution="y", reply="好了")
    with pytest.raises(IllegalMove):
        do(services.issue_reports, l1, fresh(l1, ticket), 40, report="x")
