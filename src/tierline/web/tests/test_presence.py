"""Who is on a ticket: told to colleagues in reach, to no customer, and forgotten by itself."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from tests.support.world import Place, make_world
from tierline.plumbing import clock, live
from tierline.plumbing.actor import Actor
from tierline.web.presence import LIMIT, Presence
from tierline.web.stream import Stream
from tierline.web.tests.builders import Browser, make_ticket
from tierline.web.tests.test_stream import Connection, change, cookie_of, played


def sighting(person: int = 1, *, state: str = live.VIEWING, page: str = "a", ticket: int = 7) -> live.Sighting:
    return live.Sighting(1, 1, ticket, person, "林晓彤", page, state)


def states(presence: Presence, *, now: float) -> list[tuple[int, str, int]]:
    return [(s.person, s.state, s.expires_in) for s in presence.present(now=now)]


def test_the_last_word_of_a_page_holds_until_it_expires() -> None:
    presence = Presence()
    presence.note(sighting(), now=0)
    presence.note(sighting(state=live.TYPING), now=10)
    assert states(presence, now=30) == [(1, "typing", 20)]
    assert states(presence, now=50) == []


def test_who_has_gone_is_gone_at_once_and_only_on_that_page() -> None:
    presence = Presence()
    presence.note(sighting(page="a"), now=0)
    presence.note(sighting(page="b"), now=0)
    presence.note(sighting(page="a", state=live.GONE), now=1)
    assert len(states(presence, now=1)) == 1


def test_memory_has_an_end() -> None:
    presence = Presence()
    for person in range(LIMIT + 10):
        presence.note(sighting(person), now=0)
    assert len(states(presence, now=0)) == LIMIT


def say(person: Actor, ticket: Any, **said: str) -> int:
    browser = Browser(person)
    browser.get("/")
    token = browser.client.cookies["csrftoken"].value if "csrftoken" in browser.client.cookies else ""
    given = {"state": "typing", "on": "reply", "page": "p1", **said}
    answer = browser.client.post(f"/tickets/{ticket.number}/presence", given, headers={"X-CSRFToken": token})
    return int(answer.status_code)


def refusals(home: Place, ticket: Any, outsider: Actor) -> list[int]:
    return [
        say(home.people["l1"], ticket),
        say(home.people["l1"], ticket, state="asleep"),
        say(home.people["l1"], ticket, page="<b>"),
        say(home.people["requester"], ticket),
        say(outsider, ticket),
    ]


@pytest.mark.django_db(transaction=True)
def test_only_colleagues_in_reach_can_say_that_they_are_there() -> None:
    world = make_world(at=clock.now())
    ticket = make_ticket(world.home, at=clock.now())
    assert refusals(world.home, ticket, world.neighbour.people["l1"]) == [204, 422, 422, 403, 404]


@pytest.mark.django_db(transaction=True)
def test_a_colleague_hears_of_it_and_neither_the_customer_nor_the_person_nor_next_door_does() -> None:
    world = make_world(at=clock.now())
    home = world.home
    ticket = make_ticket(home, at=clock.now())
    l1 = home.people["l1"]
    heard = {
        "colleague": home.people["l2"],
        "oneself": l1,
        "customer": home.people["requester"],
        "next door": world.neighbour.people["l1"],
    }
    browsers = {name: cookie_of(person) for name, person in heard.items()}

    def tell() -> None:
        live.sight(
            [live.Sighting(home.provider_id, home.enterprise_id, ticket.id, l1.person_id or 0, "彤", "p", "typing")]
        )

    async def story(stream: Stream) -> list[Connection]:
        pages = {name: Connection(stream, cookie) for name, (_, cookie) in browsers.items()}
        for page in pages.values():
            await page.until(b": here")
        listening = [asyncio.create_task(page.until(b"event: gap")) for page in pages.values()]
        _, others = await asyncio.wait(listening, return_when=asyncio.FIRST_COMPLETED)
        for task in others:
            task.cancel()
        await sync_to_async(tell, thread_sensitive=False)()
        await pages["colleague"].until(b"event: presence")
        # What everybody hears of next comes after it, so who has not heard by then never does. Twice: the
        # listener's own first gap may still be on its way.
        seen = {name: page.told.count(b"event: gap") for name, page in pages.items()}
        for _ in range(2):
            stream._broadcast({"what": "gap"})
        for name, page in pages.items():
            await page.until(b"event: gap", times=seen[name] + 2)
        assert [name for name, page in pages.items() if b"event: presence" in page.told] == ["colleague"]
        return list(pages.values())

    played(story)


@pytest.mark.django_db(transaction=True)
def test_a_newcomer_learns_who_is_there_already_even_from_another_process() -> None:
    home = make_world(at=clock.now()).home
    ticket = make_ticket(home, at=clock.now())
    (_, first), (_, second) = cookie_of(home.people["l2"]), cookie_of(home.people["l3"])
    l1 = home.people["l1"]

    def tell() -> None:
        live.sight(
            [live.Sighting(home.provider_id, home.enterprise_id, ticket.id, l1.person_id or 0, "彤", "p", "viewing")]
        )

    async def story(stream: Stream) -> list[Connection]:
        here = Connection(stream, first)
        await here.until(b"event: gap")
        await sync_to_async(tell, thread_sensitive=False)()
        await here.until(b"event: presence")
        late = Connection(stream, second)
        await late.until(b"event: presence")
        other = Stream(fresh=0, look_again=0.01)
        elsewhere = Connection(other, second)
        await elsewhere.until(b"event: presence")
        assert other._listener is not None
        other._listener.cancel()
        elsewhere.serving.cancel()
        await asyncio.gather(other._listener, elsewhere.serving, return_exceptions=True)
        return [here, late]

    played(story)


@pytest.mark.django_db(transaction=True)
def test_a_page_that_comes_back_is_told_that_it_missed_something() -> None:
    home = make_world(at=clock.now()).home
    _, cookie = cookie_of(home.people["l1"])

    async def story(stream: Stream) -> list[Connection]:
        fresh = Connection(stream, cookie)
        await fresh.until(b"event: gap")
        back = Connection(stream, cookie, query=b"after=7.3")
        await back.until(b"event: gap")
        plain = Connection(stream, cookie)
        await plain.until(b"here")
        await sync_to_async(change, thread_sensitive=False)(home)
        for page in (fresh, back, plain):
            await page.until(b"event: change")
        assert b"event: gap" not in plain.told
        return [fresh, back, plain]

    played(story)
