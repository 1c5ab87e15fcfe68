"""The live stream lasts as long as its session."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from tests.support.world import make_world
from tierline.accounts import queries
from tierline.accounts import services as accounts
from tierline.desk import services
from tierline.desk.operations import NewTicket
from tierline.plumbing import clock, tenancy
from tierline.web.stream import Stream
from tierline.web.tests.builders import Browser

pytestmark = pytest.mark.django_db(transaction=True)

Sent = list[dict[str, Any]]


def live(
    cookie: str, act: Callable[[], Any], *, wait: float = 1.0, then: Callable[[], Any] | None = None
) -> tuple[Sent, bool]:
    """What a connection to /live gets; whether the server ended it within ``wait`` seconds of ``act``.

    ``then`` happens when those seconds are over.
    """

    async def connected() -> tuple[Sent, bool]:
        sent: Sent = []
        stream = Stream()

        async def receive() -> dict[str, Any]:
            await asyncio.Event().wait()
            return {}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        async def serve(scope: dict[str, Any]) -> None:
            await stream(scope, receive, send)

        headers = [(b"cookie", f"tierline={cookie}".encode("latin-1"))]
        serving = asyncio.create_task(serve({"type": "http", "path": "/live", "headers": headers}))
        await asyncio.wait({serving}, timeout=0.6)
        await sync_to_async(act, thread_sensitive=False)()
        await asyncio.wait({serving}, timeout=wait)
        if then is not None:
            await sync_to_async(then, thread_sensitive=False)()
            await asyncio.wait({serving}, timeout=wait)
        ended = serving.done()
        serving.cancel()
        if stream._listener:
            stream._listener.cancel()
        await asyncio.gather(serving, *([stream._listener] if stream._listener else []), return_exceptions=True)
        return sent, ended

    return asyncio.run(connected())


def status(sent: Sent) -> int:
    return int(sent[0]["status"])


def test_signing_out_ends_the_stream() -> None:
    browser = Browser(make_world(at=clock.now()).home.people["l1"])
    sent, ended = live(browser.client.session.session_key or "", browser.client.session.flush)
    assert (status(sent), ended) == (200, True)
    assert sent[-1]["more_body"] is False


def test_who_stays_signed_in_keeps_the_stream() -> None:
    browser = Browser(make_world(at=clock.now()).home.people["l1"])
    sent, ended = live(browser.client.session.session_key or "", lambda: None)
    assert (status(sent), ended) == (200, False)
    assert sent[-1]["more_body"] is True


@pytest.mark.parametrize("is_ended", [False, True])
def test_an_ended_assignment_silences_the_stream_within_a_second(is_ended: bool) -> None:
    """The same change is told to who still works there, so that silence means something."""
    home = make_world(at=clock.now()).home
    l1 = home.people["l1"]

    def end() -> None:
        if is_ended:
            with tenancy.reading(home.system):
                [row] = queries.assignments([l1.person_id or 0])
            accounts.end_assignment(actor=home.system, assignment_id=row.id, at=clock.now())

    def change() -> None:
        item = NewTicket(home.enterprise_id, "x", "a@b.example")
        services.open_tickets(actor=home.system, items=[item], at=clock.now())

    sent, _ = live(Browser(l1).client.session.session_key or "", end, then=change)
    told = b"".join(message.get("body", b"") for message in sent)
    assert (b"event: change" in told) is not is_ended


@pytest.mark.parametrize("cookie", ["", "a" * 32, '"\\000abcdefghij"', "å" * 12])
def test_a_session_that_is_none_is_refused(cookie: str) -> None:
    sent, ended = live(cookie, lambda: None)
    assert (status(sent), ended) == (401, True)
