"""An ended assignment cuts what is open: pages, search, files and peeks, at the very next request."""

from __future__ import annotations

import pytest

from tests.support.world import Place, make_place, make_provider
from tierline.accounts import queries
from tierline.accounts import services as accounts
from tierline.desk import services
from tierline.desk.operations import NewTicket
from tierline.plumbing import clock, tenancy
from tierline.web.tests.builders import Browser

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place() -> Place:
    return make_place(make_provider("ends", at=clock.now()), "ends", staff=("l1", "manager"), at=clock.now())


def end(place: Place) -> None:
    me = place.people["l1"].person_id or 0
    with tenancy.reading(place.system):
        (row,) = queries.assignments([me])
    accounts.end_assignment(actor=place.people["manager"], assignment_id=row.id, at=clock.now())


def test_pages_search_files_and_routing_are_gone_at_once(place: Place) -> None:
    l1 = place.people["l1"]
    file_id = services.keep_attachment(
        actor=l1, enterprise_id=place.enterprise_id, name="log.txt", chunks=[b"line"], at=clock.now()
    ).id
    item = NewTicket(place.enterprise_id, "证书轮换失败", "a@b.example", attachments=[file_id])
    (ticket,) = services.open_tickets(actor=l1, items=[item], at=clock.now())
    browser = Browser(l1)
    addresses = [
        f"/tickets/{ticket.number}",
        f"/tickets/{ticket.number}/peek",
        f"/tickets/{ticket.number}/clocks",
        f"/tickets/{ticket.number}/routing",
        f"/attachments/{file_id}",
    ]
    for address in addresses:
        browser.get(address)
        assert browser.status == 200, address
        browser.response.close()
    for lists in ("/queue?view=recent&q=证书", "/palette?q=证书", "/oncall"):
        browser.get(lists)
    assert ticket.number in browser.get("/queue?view=recent&q=证书")
    end(place)
    for address in addresses:
        browser.get(address)
        assert browser.status == 404, address
    for lists in ("/queue?view=recent&q=证书", "/palette?q=证书", "/oncall"):
        assert ticket.number not in browser.get(lists), lists
