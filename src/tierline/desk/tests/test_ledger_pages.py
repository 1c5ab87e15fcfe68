"""The page that answers why a ticket is due when it is: for staff the ledger, for a requester plain words."""

import pytest
from django.test import Client

from tests.support.clock import Clock, clock
from tests.support.world import PASSWORD, World, make_world
from tierline.desk import queries, services
from tierline.desk.tests.builders import after, do, fresh, make_ticket
from tierline.desk.views.ledger import explanations
from tierline.plumbing import tenancy
from tierline.plumbing.actor import Actor

__all__ = ["clock"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(clock: Clock) -> World:
    made = make_world()
    clock.set(after(60))
    return made


def browser(actor: Actor, language: str = "zh-hans") -> Client:
    client = Client()
    client.post("/signin", {"email": actor.email, "password": PASSWORD})
    client.post("/preferences", {"language": language})
    return client


def waiting(world: World) -> str:
    """Answered after 10 minutes, and waiting for the customer since minute 20."""
    l1, ticket = world.home.people["l1"], make_ticket(world.home)
    ticket = do(services.claim_tickets, l1, ticket, 1)
    ticket = do(services.reply_to_tickets, l1, ticket, 10, text="请问证书何时更换？")
    return do(services.wait_tickets, l1, fresh(l1, ticket), 20, on="customer", reason="等客户答复").number


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh-hans", ("等客户", "合计 20m", "首次响应")),
        ("en", ("waiting for the customer", "Total 20m", "First response")),
    ],
)
def test_staff_read_every_stretch_and_its_sum(world: World, language: str, words: tuple[str, ...]) -> None:
    number = waiting(world)
    client = browser(world.home.people["l1"], language)
    for address in (f"/tickets/{number}/clocks", f"/tickets/{number}/clocks?part=panel"):
        page = client.get(address).content.decode()
        for word in words:
            assert word in page
        assert "sla.reason" not in page
        assert "page.ledger" not in page


def test_the_panel_is_a_fragment(world: World) -> None:
    number = waiting(world)
    page = browser(world.home.people["l1"]).get(f"/tickets/{number}/clocks?part=panel").content.decode()
    assert "<html" not in page
    assert 'id="ticket-ledgers"' in page


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "等您回复"), ("en", "waiting for your answer")])
def test_a_requester_reads_only_what_was_promised_to_her(world: World, language: str, word: str) -> None:
    number = waiting(world)
    page = browser(world.home.people["requester"], language).get(f"/tickets/{number}/clocks").content.decode()
    assert word in page
    assert "tierline sla explain" not in page
    with tenancy.reading(world.home.people["requester"]):
        told = explanations(
            world.home.people["requester"],
            queries.ticket_numbered(world.home.people["requester"], number),
            at=after(60),
        )
    assert {e.reading.kind for e in told} <= {"first_response", "next_response", "update_cadence", "restore", "resolve"}


def test_to_others_there_is_no_such_ticket(world: World) -> None:
    number = waiting(world)
    for stranger in (world.neighbour.people["l1"], world.abroad.people["l1"], world.home.people["colleague"]):
        assert browser(stranger).get(f"/tickets/{number}/clocks").status_code == 404


def test_a_restated_verdict_says_so(world: World, clock: Clock) -> None:
    ticket = make_ticket(world.home)
    manager = world.home.people["manager"]
    services.log_calls(
        actor=manager,
        seen={ticket.id: fresh(manager, ticket).version},
        direction="out",
        two_way=True,
        text="电话已答复",
        happened_at=after(20),
        at=after(60),
    )
    clock.set(after(61))
    page = browser(world.home.people["l1"]).get(f"/tickets/{ticket.number}/clocks").content.decode()
    assert "已重述：原先公布为“超时”" in page
