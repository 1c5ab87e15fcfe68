"""Whatever an address or a cookie holds, the answer is a page and no fault of ours."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.support.clock import Clock, clock  # noqa: F401 - a fixture
from tests.support.world import PASSWORD, make_world
from tierline.web.tests.builders import Browser, make_ticket

pytestmark = pytest.mark.django_db(transaction=True)

NUMBERS = ("TK-1%00", "TK%00", "%00", "TK-%ED%A0%80", "TK-" + "9" * 400)
CURSORS = (
    "%00",
    "%ED%A0%80",
    "nonsense",
    "OTk5OS0xMi0zMVQyMzo1OTo1OS0yMzo1OXw1",
    "fDk5OTk5OTk5OTk5OTk5OTk5OTk5",
    "9" * 30,
)
FILTERS = ("view", "state", "priority", "tier", "group")


def test_the_desks_addresses(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    ticket = make_ticket(world.home, at=clock.at)
    browser = Browser(world.home.people["l1"])
    for bad in ("%00", "%ED%A0%80", "nonsense"):
        for name in FILTERS:
            page = browser.get(f"/queue?{name}={bad}")
            assert (name, bad, browser.status) == (name, bad, 200)
            assert ticket.number in page, "an unknown choice is no filter"
        browser.get(f"/queue?q={bad}")
        assert browser.status == 200
    for cursor in CURSORS:
        for view in ("queue", "recent"):
            browser.get(f"/queue?view={view}&cursor={cursor}")
            assert (view, cursor, browser.status) == (view, cursor, 422)
    for number in NUMBERS:
        for below in ("", "/peek", "/claim", "/resolve", "/tasks/1/finish"):
            browser.get(f"/tickets/{number}{below}")
            assert (number, below, browser.status) == (number, below, 404)


def test_the_portals_addresses(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    browser = Browser(world.home.people["requester"])
    home = f"/p/{world.home.slug}/"
    for number in NUMBERS:
        for path in (f"{home}tickets/{number}", f"/tickets/{number}"):
            browser.get(path)
            assert (path, browser.status) == (path, 404)
    for asked in ("%00", "%ED%A0%80", "a%00b"):
        browser.get(f"{home}?q={asked}")
        assert (asked, browser.status) == (asked, 200)
        browser.get(f"{home}new?subject={asked}")
        assert (asked, browser.status) == (asked, 200)
    for cursor in ("%00", "nonsense", "9" * 30):
        browser.get(f"{home}?cursor={cursor}")
        assert (cursor, browser.status) == (cursor, 422)
    for slug in ("%00", "home%00", "%ED%A0%80"):
        browser.get(f"/p/{slug}/")
        assert (slug, browser.status) == (slug, 404)


def test_kept_files_that_no_id_can_be_are_left_out(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    ticket = make_ticket(world.home, at=clock.at)
    for who, page in (
        ("l1", f"/tickets/{ticket.number}"),
        ("requester", f"/p/{world.home.slug}/tickets/{ticket.number}"),
    ):
        browser = Browser(world.home.people[who])
        browser.get(page)
        browser.submit(f"{page}/reply", text="收到", kept="9" * 5000 + "," + "9" * 30)
        assert (who, browser.status) == (who, 200)


def test_the_door_takes_no_nonsense(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    email = world.home.people["l1"].email
    client = Client(raise_request_exception=False)
    for wanted in ("/\x00", "/queue\x00", "\x00/x", "/\ud800", "/a\r\nSet-Cookie: x=1"):
        shown = wanted.encode("utf-8", "replace").decode()
        answer = client.post("/signin", {"email": email, "password": PASSWORD, "next": shown})
        assert answer.status_code == 302
        assert "\x00" not in answer["Location"] and "\n" not in answer["Location"]
    assert client.post("/signin", {"email": "a\x00@x.example", "password": "x"}).status_code == 422
    assert Client(raise_request_exception=False).get("/", headers={"host": "a\x00b"}).status_code < 500


@pytest.mark.parametrize("cookie", ['"\\000abcdefghij"', "'; DROP--------", "x" * 5000, "å" * 12])
def test_a_cookie_that_no_session_can_have_is_nobodys(clock: Clock, cookie: str) -> None:  # noqa: F811
    client = Client(raise_request_exception=False)
    answer = client.get("/queue", headers={"cookie": f"tierline={cookie}"})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/signin")
    assert client.get("/signin", headers={"cookie": f"tierline={cookie}"}).status_code == 200
