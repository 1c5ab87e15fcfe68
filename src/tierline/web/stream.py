"""Live events for open pages: one LISTEN connection per process, as text/event-stream.

Of a change only id and version are told: the browser fetches the fragment itself, through the same visibility
rule as any page. Who is on a ticket is told to colleagues with the same reach, and to no customer. The session
and its person's reach are read anew together, at most every half second: signing out or an ended assignment
cuts the stream within one.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from http.cookies import SimpleCookie
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs
from uuid import uuid4

import psycopg
import structlog
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connection

from tierline.accounts import queries as accounts
from tierline.desk import queries as desk
from tierline.plumbing import clock, live, tenancy
from tierline.plumbing.actor import AUDITOR, ENGINEER, MANAGER, Actor
from tierline.plumbing.live import CHANNEL
from tierline.web.middleware import is_session_key
from tierline.web.presence import Presence

log = structlog.get_logger(__name__)

KEEP_ALIVE = 25.0
REACH_IS_FRESH = 0.5
LOOK_AGAIN = 0.4
QUEUE_LIMIT = 500
COLLEAGUES = (ENGINEER, MANAGER, AUDITOR)

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]


class Stream:
    """The ASGI application of ``/live`` and the process's one listener.

    ``fresh``: for how many seconds a session's reach is believed. ``look_again``: after how many seconds
    without a change it is asked for all the same. Their sum is how long an ended session still hears.
    """

    def __init__(self, *, fresh: float = REACH_IS_FRESH, look_again: float = LOOK_AGAIN) -> None:
        self._fresh, self._look_again = fresh, look_again
        self._subscribers: dict[asyncio.Queue[dict[str, Any]], str] = {}
        self._listener: asyncio.Task[None] | None = None
        self._reach: dict[str, tuple[float, Actor | None]] = {}
        self._presence = Presence()
        self._name = uuid4().hex

    async def lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            else:
                if self._listener:
                    self._listener.cancel()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        session = _session_of(scope)
        if not session or await self._actor(session) is None:
            self._forget(session)
            await _refuse(send)
            return
        if self._listener is None or self._listener.done():
            self._listener = asyncio.create_task(self._listen())
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(QUEUE_LIMIT)
        self._subscribers[queue] = session
        gone = asyncio.create_task(_until_gone(receive))
        try:
            await _start(send)
            if _came_back(scope):
                await _emit(send, "gap", {})
            await self._greet(session, send)
            await self._serve(session, queue, gone, send)
        finally:
            gone.cancel()
            del self._subscribers[queue]
            self._forget(session)

    async def _serve(
        self, session: str, queue: asyncio.Queue[dict[str, Any]], gone: asyncio.Task[None], send: Send
    ) -> None:
        now = asyncio.get_running_loop().time
        said_at = now()
        reached = _reach(await self._actor(session))
        while not gone.done():
            waiting = asyncio.create_task(queue.get())
            done, _ = await asyncio.wait({waiting, gone}, timeout=self._look_again, return_when=asyncio.FIRST_COMPLETED)
            if waiting not in done:
                waiting.cancel()
            actor = await self._actor(session)
            if actor is None:
                await send({"type": "http.response.body", "body": b"", "more_body": False})
                return
            if not reached <= (reached := _reach(actor)):
                # Something was taken away: what the page shows may be no longer for these eyes.
                await _emit(send, "reach", {})
            if waiting in done:
                await self._pass_on(actor, waiting.result(), send)
            elif now() - said_at >= KEEP_ALIVE:
                said_at = now()
                await send({"type": "http.response.body", "body": b": here\n\n", "more_body": True})

    async def _greet(self, session: str, send: Send) -> None:
        """A newcomer learns who is there already."""
        actor = await self._actor(session)
        for sighting in self._presence.present(now=asyncio.get_running_loop().time()):
            if actor is not None and await _may_meet(actor, sighting):
                await _emit(send, live.SIGHTING, _shown(sighting))

    async def _pass_on(self, actor: Actor, change: dict[str, Any], send: Send) -> None:
        if change["what"] == "gap":
            await _emit(send, "gap", {})
        elif change["what"] == live.SIGHTING:
            sighting = live.sighting_of(change)
            if await _may_meet(actor, sighting):
                await _emit(send, live.SIGHTING, _shown(sighting))
        elif await _may_know(actor, change):
            told = {"what": change["what"], "id": change["id"], "version": change["version"]}
            await _emit(send, "change", told, event_id=f"{change['id']}.{change['version']}")

    async def _actor(self, session: str) -> Actor | None:
        """Who the session is right now, with the reach of right now."""
        now = asyncio.get_running_loop().time()
        read_at, actor = self._reach.get(session, (now - self._fresh, None))
        if now - read_at >= self._fresh:
            actor = await _actor_of(session)
            self._reach[session] = (now, actor)
        return actor

    def _forget(self, session: str) -> None:
        if session not in self._subscribers.values():
            self._reach.pop(session, None)

    async def _listen(self) -> None:
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(**_parameters(), autocommit=True) as heard:
                    await heard.execute(f"LISTEN {CHANNEL}")
                    self._broadcast({"what": "gap"})
                    await _notify(live.hello, self._name)
                    async for notice in heard.notifies():
                        await self._take(json.loads(notice.payload))
            except psycopg.Error:
                log.warning("live_listener_lost")
                await asyncio.sleep(0.5)

    async def _take(self, told: dict[str, Any]) -> None:
        now = asyncio.get_running_loop().time()
        if told["what"] == live.HELLO:
            known = list(self._presence.present(now=now))
            if known and told["process"] != self._name:
                await _notify(live.sight, known)
            return
        if told["what"] == live.SIGHTING:
            self._presence.note(live.sighting_of(told), now=now)
        self._broadcast(told)

    def _broadcast(self, change: dict[str, Any]) -> None:
        for queue in self._subscribers:
            if queue.full():
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait({"what": "gap"})
            else:
                queue.put_nowait(change)


def _session_of(scope: dict[str, Any]) -> str:
    """The session's key, or nothing for one that no session of ours can have."""
    cookies: SimpleCookie = SimpleCookie()
    cookies.load(dict(scope["headers"]).get(b"cookie", b"").decode("latin-1"))
    morsel = cookies.get(settings.SESSION_COOKIE_NAME)
    return morsel.value if morsel and is_session_key(morsel.value) else ""


@sync_to_async(thread_sensitive=False)
def _actor_of(session_key: str) -> Actor | None:
    store = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    try:
        known = store.get("person")
        return accounts.actor(*known, at=clock.now(), channel="web") if known else None
    finally:
        connection.close()


def _reach(actor: Actor | None) -> frozenset[tuple[int, bool]]:
    """The enterprises that are reached, and in which of them there is a live assignment."""
    if actor is None:
        return frozenset()
    return frozenset((e, False) for e in actor.enterprises) | frozenset((e, True) for e in actor.tiers)


def _came_back(scope: dict[str, Any]) -> bool:
    """Whether the page has been connected before: what happened in between it must fetch."""
    return b"last-event-id" in dict(scope["headers"]) or "after" in parse_qs(scope.get("query_string", b"").decode())


@sync_to_async(thread_sensitive=False)
def _notify(say: Callable[[Any], None], what: Any) -> None:
    try:
        say(what)
    finally:
        connection.close()


async def _may_meet(actor: Actor, sighting: live.Sighting) -> bool:
    is_colleague = actor.role in COLLEAGUES and actor.own_enterprise_id is None
    if not is_colleague or actor.person_id == sighting.person:
        return False
    whose = {"provider_id": sighting.provider_id, "enterprise_id": sighting.enterprise_id}
    ticket = {"what": "ticket", "id": sighting.id, **whose}
    return await _may_know(actor, ticket)


def _shown(sighting: live.Sighting) -> dict[str, Any]:
    names = ("id", "person", "name", "page", "state", "on", "expires_in")
    return {name: getattr(sighting, name) for name in names}


async def _may_know(actor: Actor, change: dict[str, Any]) -> bool:
    if change["provider_id"] != actor.provider_id or change["enterprise_id"] not in actor.enterprises:
        return False
    if change["what"] == "notice":
        # ``id`` is the person whose notices changed: nobody else's page hears of it.
        return bool(change["id"] == actor.person_id)
    if actor.role in (ENGINEER, MANAGER) and actor.own_enterprise_id is None:
        return change["enterprise_id"] in actor.tiers
    return await _sees(actor, change["id"])


@sync_to_async(thread_sensitive=False)
def _sees(actor: Actor, ticket_id: int) -> bool:
    try:
        with tenancy.reading(actor):
            return bool(desk.tickets(actor, [ticket_id]))
    finally:
        connection.close()


def _parameters() -> dict[str, Any]:
    parameters = connection.get_connection_params()
    return {k: v for k, v in parameters.items() if k not in ("cursor_factory", "context", "pool")}


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _start(send: Send) -> None:
    headers = [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b": here\n\n", "more_body": True})


async def _emit(send: Send, event: str, told: dict[str, Any], *, event_id: str = "") -> None:
    lines = [f"event: {event}", f"data: {json.dumps(told)}"] + ([f"id: {event_id}"] if event_id else [])
    await send({"type": "http.response.body", "body": ("\n".join(lines) + "\n\n").encode(), "more_body": True})


async def _refuse(send: Send) -> None:
    headers = [(b"content-type", b"application/problem+json")]
    await send({"type": "http.response.start", "status": 401, "headers": headers})
    await send({"type": "http.response.body", "body": b'{"status":401,"code":"unauthenticated"}'})
