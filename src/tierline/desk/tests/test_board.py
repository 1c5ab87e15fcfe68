"""The queue's reads: what each view counts and shows, page by page, in a bounded number of statements."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.support.world import AT, World, make_world
from tierline.desk import services
from tierline.desk.models import Ticket
from tierline.desk.queries import board
from tierline.desk.queries.address import understood
from tierline.desk.queries.board import Wanted
from tierline.desk.tests.builders import PACKAGE, after, do, make_resolved, make_ticket
from tierline.domain.errors import Invalid
from tierline.plumbing import tenancy
from tierline.plumbing.actor import Actor

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return make_world()


def numbers(actor: Actor, wanted: Wanted, minutes: float = 1) -> list[str]:
    with tenancy.reading(actor):
        return [t.number for t in board.page(actor, wanted, at=after(minutes)).tickets]


def all_pages(actor: Actor, wanted: Wanted, *, limit: int) -> list[str]:
    found, cursor = [], ""
    with tenancy.reading(actor):
        while True:
            page = board.page(actor, wanted, at=after(1), cursor=cursor, limit=limit)
            found += [t.number for t in page.tickets]
            cursor = page.next_cursor
            if not cursor:
                return found


def test_counts_and_lists_agree_for_every_view(world: World) -> None:
    l1 = world.home.people["l1"]
    make_ticket(world.home)
    mine = do(services.claim_tickets, l1, make_ticket(world.home), 1)
    answered = do(services.reply_to_tickets, l1, mine, 2, text="请发日志")
    do(services.wait_tickets, l1, answered, 3, on="customer", reason="等日志")
    do(services.claim_tickets, world.home.people["l2"], make_ticket(world.home), 4)
    make_resolved(world.home, minutes=20)
    for minutes in (5, 8, 40, 4000):
        with tenancy.reading(l1):
            told = board.counts(l1, at=after(minutes))
        for view in (*board.OPEN, "resolved"):
            assert told[view] == len(numbers(l1, Wanted(view=view), minutes)), (view, minutes)
    assert told["free"] == told["mine"] + told["unassigned"]
    assert told["waiting"] == told["resolved"] == 1


def test_a_promise_is_soon_for_half_an_hour_and_then_late(world: World) -> None:
    ticket = make_ticket(world.home, impact="extensive", urgency="critical")
    actor = world.home.people["l1"]
    due_at = ticket.next_due_at
    assert due_at is not None
    minutes = (due_at - AT) / timedelta(minutes=1)
    assert numbers(actor, Wanted(view="due"), minutes - 30) == []
    assert numbers(actor, Wanted(view="due"), minutes - 29.999) == [ticket.number]
    assert numbers(actor, Wanted(view="due"), minutes) == [ticket.number]
    assert numbers(actor, Wanted(view="breached"), minutes) == []
    assert numbers(actor, Wanted(view="breached"), minutes + 0.001) == [ticket.number]


def test_lanes_count_what_the_list_shows(world: World) -> None:
    l1, l2 = world.home.people["l1"], world.home.people["l2"]
    make_ticket(world.home)
    handed = do(services.claim_tickets, l1, make_ticket(world.home), 1)
    handed = do(services.escalate_ticket, l1, handed, 2, to="L2", package=PACKAGE)
    do(services.accept_tickets, l2, handed, 3)
    with tenancy.reading(l1):
        lanes = board.lanes(l1, Wanted(), at=after(4))
        loads = board.loads(l1, [l1.person_id, l2.person_id])
    assert {tier: (lane.n, lane.unassigned) for tier, lane in lanes.items()} == {1: (1, 1), 2: (1, 0)}
    assert lanes[1].oldest_at == AT
    assert loads == {l2.person_id: 1}


@pytest.mark.parametrize("limit", [1, 3, 7])
def test_pages_show_every_ticket_once_in_the_order_of_slack(world: World, limit: int) -> None:
    l1 = world.home.people["l1"]
    for n in range(7):
        make_ticket(world.home, at=after(n % 3), impact="minor" if n % 2 else "extensive", urgency="low")
    with tenancy.reading(l1):
        expected = [t.number for t in Ticket.objects.filter(is_open=True).order_by("order_at", "id")]
    assert all_pages(l1, Wanted(), limit=limit) == expected
    assert all_pages(l1, Wanted(view="recent"), limit=limit) == sorted(expected, key=lambda n: -int(n.split("-")[1]))


# what it shows, the filter, which of the two it finds
FILTERS = [
    ("a state", Wanted(states=("new",)), [1]),
    ("two states", Wanted(states=("new", "open")), [0, 1]),
    ("a priority", Wanted(priorities=("P1",)), [0]),
    ("a tier that has none", Wanted(tiers=(2, 3)), []),
    ("nobody's", Wanted(assignee=board.NOBODY), [1]),
    ("words of the subject", Wanted(q="打印"), [1]),
    ("two words, both needed", Wanted(q="打印 流水"), []),
]


@pytest.mark.parametrize(("wanted", "expected"), [f[1:] for f in FILTERS], ids=[f[0] for f in FILTERS])
def test_filters(world: World, wanted: Wanted, expected: list[int]) -> None:
    l1 = world.home.people["l1"]
    first = make_ticket(world.home, subject="流水没有同步", impact="extensive", urgency="critical")
    second = make_ticket(world.home, subject="打印偏移", impact="minor", urgency="low")
    do(services.claim_tickets, l1, first, 1)
    made = [first.number, second.number]
    assert sorted(numbers(l1, wanted)) == sorted(made[n] for n in expected)


def test_nobody_elses_enterprise_is_in_any_read(world: World) -> None:
    make_ticket(world.neighbour)
    l1 = world.home.people["l1"]
    with tenancy.reading(l1):
        assert not any(board.counts(l1, at=after(9)).values())
        assert board.found(l1, "银企直连", limit=9) == []
        assert board.lanes(l1, Wanted(), at=after(9)) == {}
        assert list(board.matching(l1, Wanted(enterprise_id=world.neighbour.enterprise_id), at=after(9))) == []


def test_the_number_of_statements_does_not_grow_with_the_tickets(world: World) -> None:
    l1 = world.home.people["l1"]

    def statements() -> int:
        with (
            tenancy.reading(l1),
            CaptureQueriesContext(
                connection,
            ) as told,
        ):
            board.counts(l1, at=after(1))
            board.lanes(l1, Wanted(), at=after(1))
            board.page(l1, Wanted(), at=after(1))
        return len(told)

    make_ticket(world.home)
    few = statements()
    for _ in range(9):
        make_ticket(world.home)
    assert statements() == few == 4


@pytest.mark.parametrize("cursor", ["x", "YWJj", "fHw=", "MjAyNi0wMS0wMXx4", "9" * 30])
def test_a_cursor_that_is_not_ours_is_refused(world: World, cursor: str) -> None:
    l1 = world.home.people["l1"]
    for view in ("queue", "recent"):
        with tenancy.reading(l1), pytest.raises(Invalid):
            board.page(l1, Wanted(view=view), at=after(1), cursor=cursor)


def test_an_unknown_view_is_refused_and_an_unknown_choice_is_no_filter(world: World) -> None:
    l1 = world.home.people["l1"]
    with tenancy.reading(l1), pytest.raises(Invalid):
        board.page(l1, Wanted(view="nonsense"), at=after(1))
    told = understood(
        {"view": ["nonsense"], "tier": ["9", "2"], "assignee": ["drop"], "customer": ["1;"], "q": ["\x00"]}
    )
    assert told.asked == {"tier": ["2"]}


def test_me_is_whoever_opens_the_link(world: World) -> None:
    asked = understood({"assignee": ["me"]})
    for who in ("l1", "l2"):
        actor = world.home.people[who]
        assert asked.wanted(actor, None).assignee == actor.person_id
