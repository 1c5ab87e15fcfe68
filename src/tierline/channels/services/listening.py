"""Mail servers hand messages to us over SMTP or LMTP: taken only for our own mailboxes, and only when it is stored."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import Error, close_old_connections

from tierline.channels import queries
from tierline.channels.addressing import plain
from tierline.channels.base import Raw
from tierline.channels.models import Mailbox
from tierline.channels.services.receiving import Receipt, receive
from tierline.channels.types.email.adapter import MAX_BYTES
from tierline.domain.errors import DomainError
from tierline.plumbing import clock, tenancy
from tierline.plumbing.actor import system

log = structlog.get_logger(__name__)

# Programs write lines far beyond the 998 characters of RFC 5321; such a message is still somebody's.
_LINE_BYTES = 1024 * 1024
_RECIPIENTS = 100
_PATIENCE = 120.0  # seconds of silence
_COMMIT = 64  # messages that share one
_WRITERS = 2

OURS, RESTS, NOBODYS = "ours", "rests", "nobodys"


class ListenInvalid(DomainError):
    """``value`` names no place to listen: smtp://HOST:PORT, lmtp://HOST:PORT or lmtp:///PATH."""

    code = "listen_invalid"


@dataclass(frozen=True, slots=True)
class Place:
    """Where to listen; ``path`` is a socket in the file system."""

    is_lmtp: bool
    host: str = ""
    port: int = 0
    path: str = ""


def places(told: str) -> list[Place]:
    """``smtp://127.0.0.1:2525,lmtp:///run/tierline/lmtp``. Raises ListenInvalid."""
    found = []
    for value in filter(None, (part.strip() for part in told.split(","))):
        try:
            parts = urlsplit(value)
            place = Place(parts.scheme == "lmtp", parts.hostname or "", parts.port or 0, parts.path)
        except ValueError:
            raise ListenInvalid(value=value) from None
        is_socket = place.is_lmtp and bool(place.path) and not place.host
        if parts.scheme not in ("smtp", "lmtp") or not (is_socket or (place.host and place.port and not place.path)):
            raise ListenInvalid(value=value)
        found.append(place)
    return found


@dataclass(frozen=True, slots=True)
class Limits:
    """``certificate``: a PEM file; ``key`` is another one where the private key is not in it. ``size``: bytes."""

    connections: int = 64
    certificate: str = ""
    key: str = ""
    size: int = MAX_BYTES

    @classmethod
    def of(cls, settings: dict[str, Any]) -> Limits:
        """As ``settings.MAIL_INTAKE`` says."""
        return cls(int(settings["connections"]), str(settings["certificate"]), str(settings["key"]))

    def tls(self) -> ssl.SSLContext | None:
        if not self.certificate:
            return None
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.certificate, self.key or None)
        return context


@dataclass(slots=True, eq=False)
class _Waiting:
    raws: Sequence[Raw]
    done: asyncio.Future[list[Receipt]]


@dataclass(slots=True)
class Intake:
    """What aiosmtpd asks for each command. Messages that arrive at the same time share a commit."""

    pool: ThreadPoolExecutor
    waiting: asyncio.Queue[_Waiting] = field(default_factory=asyncio.Queue)

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str | None, options: list[str]
    ) -> str:
        # aiosmtpd takes an empty sender for none at all; bounces have one.
        envelope.mail_from = address or "<>"
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= _RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        try:
            whose = await self._run(_whose, address)
        except Error:
            return "451 4.3.0 Try again later"
        if whose == NOBODYS:
            return "550 5.1.1 No such mailbox here"
        if whose == RESTS:
            return "450 4.2.1 This mailbox rests, try again later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        sender = "" if envelope.mail_from == "<>" else envelope.mail_from
        body = envelope.original_content or b""
        raw = Raw(body, _peer(session), envelope_from=sender, envelope_to=tuple(envelope.rcpt_tos))
        done: asyncio.Future[list[Receipt]] = asyncio.get_running_loop().create_future()
        try:
            for_each = await self._run(_split, raw)
            await self.waiting.put(_Waiting(for_each, done))
            receipts = await done
        except Error:
            return "451 4.3.0 Not stored, try again later"
        except Exception:  # the listener's loop: the sender keeps it and tries again
            log.exception("mail_not_taken")
            return "451 4.3.0 Not stored, try again later"
        refused = next((r.reason for r in receipts if r.outcome == "refused"), "")
        if refused == "too_large":
            return "552 5.3.4 Too large"
        return "451 4.3.0 Not stored, try again later" if refused else f"250 2.0.0 Stored {receipts[0].delivery_id}"

    async def store(self) -> None:
        """One of the writers: whatever waits when it is free goes into one commit."""
        while True:
            batch = [await self.waiting.get()]
            while len(batch) < _COMMIT and not self.waiting.empty():
                batch.append(self.waiting.get_nowait())
            await self._store(batch)

    async def _store(self, batch: Sequence[_Waiting]) -> None:
        try:
            told = iter(await self._run(_received, [raw for one in batch for raw in one.raws]))
        except Exception as wrong:
            if len(batch) == 1:
                _fail(batch[0], wrong)
                return
            for one in batch:
                await self._store([one])
            return
        for one in batch:
            receipts = [next(told) for _ in one.raws]
            if not one.done.done():
                one.done.set_result(receipts)

    async def _run(self, act: Callable[..., Any], *told: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self.pool, _with_database, act, *told)


def _fail(one: _Waiting, wrong: Exception) -> None:
    if not one.done.done():
        one.done.set_exception(wrong)


def _with_database(act: Callable[..., Any], *told: Any) -> Any:
    close_old_connections()
    try:
        return act(*told)
    finally:
        close_old_connections()


def _whose(address: str) -> str:
    place = queries.places([plain(address)]).get(plain(address))
    if place is None:
        return NOBODYS
    with tenancy.reading(system(place.provider_id, (place.enterprise_id,))):
        return RESTS if Mailbox.objects.filter(id=place.mailbox_id, is_paused=True).exists() else OURS


def _split(raw: Raw) -> list[Raw]:
    """One delivery for each enterprise that is written to: within one, two mailboxes are one ticket."""
    known = queries.places([plain(a) for a in raw.envelope_to])
    groups: dict[tuple[int, int] | None, list[str]] = {}
    for address in raw.envelope_to:
        place = known.get(plain(address))
        groups.setdefault((place.provider_id, place.enterprise_id) if place else None, []).append(address)
    return [Raw(raw.body, raw.source, raw.headers, raw.envelope_from, tuple(to)) for to in groups.values()]


def _received(raws: Sequence[Raw]) -> list[Receipt]:
    return receive(raws=raws, at=clock.now())


def _peer(session: Session) -> str:
    peer = session.peer
    return f"smtp:{peer[0]}" if isinstance(peer, tuple) else "lmtp"


class _Smtp(SMTP):
    line_length_limit = _LINE_BYTES

    def __init__(self, *args: Any, ended: Callable[[], None], **told: Any) -> None:
        super().__init__(*args, **told)
        self._ended = ended

    def connection_lost(self, error: Exception | None) -> None:
        self._ended()
        super().connection_lost(error)


class _Lmtp(_Smtp, LMTP):
    """After the data LMTP answers once for each recipient (RFC 2033); all of a message's are stored together."""

    _owed = 1

    async def smtp_DATA(self, arg: str) -> None:
        self._owed = max(1, len(self.envelope.rcpt_tos)) if self.envelope else 1
        try:
            await super().smtp_DATA(arg)
        finally:
            self._owed = 1

    async def push(self, status: Any) -> None:
        is_last_word = isinstance(status, str) and not status.startswith(("354", "503", "501"))
        await super().push("\r\n".join([status] * self._owed) if is_last_word else status)


class _Full(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        transport.write(b"421 4.3.2 Too many connections, try again later\r\n")
        transport.close()


@dataclass(slots=True)
class Listener:
    """Serves until ``stop`` is set. ``bound`` are the addresses it got."""

    where: Sequence[Place]
    limits: Limits
    hostname: str = "tierline"
    bound: list[Any] = field(default_factory=list)
    open: int = 0

    async def serve(self, stop: asyncio.Event, ready: Callable[[], None] = lambda: None) -> None:
        with ThreadPoolExecutor(_WRITERS + 4) as pool:
            intake = Intake(pool)
            writers = [asyncio.create_task(intake.store()) for _ in range(_WRITERS)]
            servers = [await self._listen(place, intake) for place in self.where]
            self.bound = [socket.getsockname() for server in servers for socket in server.sockets]
            ready()
            try:
                await stop.wait()
            finally:
                for server in servers:
                    server.close()
                for task in writers:
                    task.cancel()
                await asyncio.gather(*writers, return_exceptions=True)

    async def _listen(self, place: Place, intake: Intake) -> asyncio.Server:
        loop, tls = asyncio.get_running_loop(), self.limits.tls()

        def one() -> asyncio.Protocol:
            if self.open >= self.limits.connections:
                return _Full()
            kind = _Lmtp if place.is_lmtp else _Smtp
            self.open += 1
            return kind(
                intake,
                ended=self._ended,
                data_size_limit=self.limits.size,
                enable_SMTPUTF8=True,
                hostname=self.hostname,
                ident="Tierline",
                timeout=_PATIENCE,
                tls_context=tls,
                loop=loop,
            )

        if place.path:
            Path(place.path).unlink(missing_ok=True)
            return await loop.create_unix_server(one, place.path)
        return await loop.create_server(one, place.host, place.port)

    def _ended(self) -> None:
        self.open -= 1
