"""The live stream lasts as long as its session, and tells only what its person may know."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from tests.support.world import Place, make_world
from tierline.accounts import queries
from tierline.accounts import services as accounts
from tierline.desk import services
from tierline.desk.operations import NewTicket
from tierline.plumbing import clock, tenancy
from tierline.plumbing.actor import Actor
from tierline.web.stream import LOOK_AGAIN, REACH_IS_FRESH, Stream
from tierline.web.tests.builders import Browser

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 20.0


class Connection:
    """One open page. Everything waits for what happens, nothing for time to pass."""

    def __init__(self, stream: Stream, cookie: str, query: bytes = b"") -> None:
        self.sent: list[dict[str, Any]] = []
        self.news = asyncio.Condition()
        headers = [(b"cookie", f"tierline={cookie}".encode("latin-1"))]
        scope = {"type": "http", "path": "/live", "headers": headers, "query_string": query}
        self.serving = asyncio.create_task(self._serve(stream, scope))

    async def _serve(self, stream: Stream, scope: dict[str, Any]) -> None:
        await stream(scope, self._receive, self._send)

    async def _receive(self) -> dict[str, Any]:
        await asyncio.Event().wait()
        return {}

    async def _send(self, message: dict[str, Any]) -> None:
        async with self.news:
            self.sent.append(message)
            self.news.notify_all()

    @property
    def told(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.sent)

    async def until(self, said: bytes, *, times: int = 1) -> None:
        async with self.news:
            await asyncio.wait_for(self.news.wait_for(lambda: self.told.count(said) >= times), PATIENCE)

    async def ended(self) -> None:
        await asyncio.wait_for(self.serving, PATIENCE)


def played(story: Callable[[Stream], Coroutine[Any, Any, list[Connection]]]) -> None:
    """Run the story against a stream that believes nothing longer than one look."""

    async def play() -> None:
        stream = Stream(fresh=0, look_again=0.01)
        tasks = [connection.serving for connection in await story(stream)]
        tasks += [stream._listener] if stream._listener else []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(play())


def cookie_of(actor: Actor) -> tuple[Browser, str]:
    browser = Browser(actor)
    return browser, browser.client.session.session_key or ""


def change(home: Place) -> None:
    item = NewTicket(home.enterprise_id, "x", "a@b.example")
    services.open_tickets(actor=home.system, items=[item], at=clock.now())


def test_the_promise_of_one_second_holds_by_construction() -> None:
    assert REACH_IS_FRESH + LOOK_AGAIN < 1.0


def test_signing_out_ends_the_stream() -> None:
    browser, cookie = cookie_of(make_world(at=clock.now()).home.people["l1"])

    async def story(stream: Stream) -> list[Connection]:
        page = Connection(stream, cookie)
        await page.until(b"here")
        await sync_to_async(browser.client.session.flush, thread_sensitive=False)()
        await page.ended()
        assert (page.sent[0]["status"], page.sent[-1]["more_body"]) == (200, False)
        return [page]

    played(story)


def test_who_works_there_is_told_and_whose_assignment_ended_is_not() -> None:
    home = make_world(at=clock.now()).home
    l1, l2 = home.people["l1"], home.people["l2"]
    (_, leaver), (_, stayer) = cookie_of(l1), cookie_of(l2)

    def end() -> None:
        with tenancy.reading(home.system):
            [row] = queries.assignments([l1.person_id or 0])
        accounts.end_assignment(actor=home.system, assignment_id=row.id, at=clock.now())

    async def story(stream: Stream) -> list[Connection]:
        leaving, staying = Connection(stream, leaver), Connection(stream, stayer)
        for page in (leaving, staying):
            await page.until(b"event: gap")
        await sync_to_async(change, thread_sensitive=False)(home)
        for page in (leaving, staying):
            await page.until(b"event: change")
        await sync_to_async(end, thread_sensitive=False)()
        for times in (2, 3):
            await sync_to_async(change, thread_sensitive=False)(home)
            await staying.until(b"event: change", times=times)
        assert leaving.told.count(b"event: change") == 1
        # Its page is told to ask for itself anew; the colleague's stays as it is.
        await leaving.until(b"event: reach")
        assert b"event: reach" not in staying.told
        return [leaving, staying]

    played(story)


@pytest.mark.parametrize("cookie", ["", "a" * 32, '"\\000abcdefghij"', "å" * 12])
def test_a_session_that_is_none_is_refused(cookie: str) -> None:
    async def story(stream: Stream) -> list[Connection]:
        page = Connection(stream, cookie)
        await page.ended()
        assert page.sent[0]["status"] == 401
        return [page]

    played(story)
