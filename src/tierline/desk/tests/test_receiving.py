"""What a customer's word does, on whatever channel it comes."""

from __future__ import annotations

import pytest

from tests.support.world import Place, make_guest, make_place, make_provider
from tierline.desk import operations, queries, services
from tierline.desk.models import Ticket
from tierline.desk.operations import Received
from tierline.desk.tests.builders import after, clocks, do, make_resolved, make_ticket, types
from tierline.plumbing import tenancy
from tierline.plumbing.service import service

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place() -> Place:
    return make_place(make_provider("receiving"), "receiving", staff=("l1",))


@service
def receive(*, actor: object, place: Place, ticket: Ticket, minutes: float, text: str, channel: str) -> Received:
    requester = place.people["requester"]
    assert requester.person_id is not None
    return operations.receive_message(
        actor=place.system,
        ticket=operations.locked(place.system, [ticket.id])[0],
        author_id=requester.person_id,
        author_email=requester.email,
        text=text,
        channel=channel,
        at=after(minutes),
    )


def hear(place: Place, ticket: Ticket, minutes: float, text: str, channel: str = "email") -> Received:
    return receive(actor=place.system, place=place, ticket=ticket, minutes=minutes, text=text, channel=channel)


DAY = 24 * 60
# what it shows, days after resolution, text, became, state
ROWS = [
    ("a plain yes verifies", 1, "已解决，谢谢", "verified", "verified"),
    ("so does an English one", 1, "Works now, thanks", "verified", "verified"),
    ("thanks alone verify nothing and reopen nothing", 1, "谢谢！", "thanks", "resolved"),
    ("still broken reopens", 1, "还是不行，又报错了", "reopened", "open"),
    ("yes, but reopens", 1, "好了，但是昨天的流水还没有", "reopened", "open"),
    ("a question about it reopens", 1, "解决了吗？", "reopened", "open"),
    ("the last day of the window reopens", 7, "还是不行", "reopened", "open"),
    ("after the window it is a new ticket", 7.01, "还是不行", "follow_up", "resolved"),
]


@pytest.mark.parametrize(("days", "text", "became", "state"), [r[1:] for r in ROWS], ids=[r[0] for r in ROWS])
def test_a_word_after_the_resolution(place: Place, days: float, text: str, became: str, state: str) -> None:
    ticket = make_resolved(place, minutes=60)
    heard = hear(place, ticket, 60 + days * DAY, text)
    assert heard.became == became
    with tenancy.reading(place.system):
        assert queries.ticket(place.system, ticket.id).state == state
    if became == "follow_up":
        assert heard.ticket.id != ticket.id
        assert heard.ticket.subject == ticket.subject


@pytest.mark.parametrize("channel", ["email", "portal", "api", "chat"])
def test_any_word_on_any_channel_ends_the_wait(place: Place, channel: str) -> None:
    l1 = place.people["l1"]
    ticket = do(services.claim_tickets, l1, make_ticket(place), 1)
    ticket = do(services.reply_to_tickets, l1, ticket, 5, text="请问是哪个账户？")
    ticket = do(services.wait_tickets, l1, ticket, 6, on="customer", reason="等账户")
    assert clocks(place, ticket, 30)["restore"].state == "paused"
    heard = hear(place, ticket, 100, "工行 1234", channel)
    assert (heard.became, heard.ticket.state) == ("resumed", "open")
    read = clocks(place, heard.ticket, 100)
    assert (read["restore"].state, read["restore"].consumed) == ("running", 6 * 60_000_000)
    assert types(place, ticket)[-2:] == ["customer_message", "resumed"]


def test_a_message_taken_up_late_still_ends_the_wait(place: Place) -> None:
    """It came at minute 5 and was read after the wait of minute 6: its receipt stays, its effect comes after."""
    l1 = place.people["l1"]
    ticket = do(services.claim_tickets, l1, make_ticket(place), 1)
    ticket = do(services.reply_to_tickets, l1, ticket, 4, text="请问是哪个账户？")
    ticket = do(services.wait_tickets, l1, ticket, 6, on="customer", reason="等账户")
    heard = hear(place, ticket, 5, "工行 1234")
    assert (heard.became, heard.ticket.state, heard.ticket.last_customer_at) == ("resumed", "open", after(5))


def test_only_the_requester_confirms(place: Place) -> None:
    ticket = make_resolved(place)
    guest = make_guest(place, ticket.id)
    ticket = do(services.reply_to_tickets, guest, ticket, 70, text="已解决")
    assert ticket.state == "resolved"
