"""May the product call this address, and what came of it? Requests to addresses that people typed in.

A web hook's address is a stranger's word: it must not become a way into our own network. The name is
resolved once, every address it has must be a public one, and the connection goes to exactly the address
that was checked, while Host and the certificate's name stay those of the URL. No redirect is followed,
no proxy of the environment is used, and the answer's size and time are capped.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlsplit

import httpx

from tierline.domain.errors import DomainError, Invalid

CONNECT_SECONDS, READ_SECONDS, WHOLE_SECONDS = 5.0, 10.0, 15.0
BODY_BYTES = 64 * 1024
EXCERPT_BYTES = 2048
URL_LIMIT = 2000

Resolve = Callable[[str, int], Sequence[str]]
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class AddressRefused(Invalid):
    """Not an address that the product may call. ``why``: url, scheme, port, user, name, unresolved or private."""

    code: ClassVar[str] = "address_refused"


class Unanswered(DomainError):
    """The other side could not be reached or did not answer in time. ``reason``."""

    code: ClassVar[str] = "unanswered"


@dataclass(frozen=True, slots=True)
class Target:
    """A checked address: ``ip`` is where the connection goes, ``host`` what the other side is called."""

    url: str
    scheme: str
    host: str
    port: int
    ip: str
    path: str

    @property
    def authority(self) -> str:
        shown = f"[{self.host}]" if ":" in self.host else self.host
        return shown if self.port == _PORTS[self.scheme] else f"{shown}:{self.port}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said. ``excerpt`` is the beginning of its body, ``milliseconds`` the whole exchange."""

    status: int
    milliseconds: int
    excerpt: str
    retry_after: str = ""


_PORTS = {"https": 443, "http": 80}
_LEAST_FREE_PORT = 1024
_NAME = re.compile(r"(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])")
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\U0010ffff\\]")
_OURS = frozenset("localhost local internal intranet lan home corp private localdomain test onion invalid".split())
_V4_CLOSED = [
    ipaddress.IPv4Network(one)
    for one in (
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24"
        " 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24"
        " 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4"
        # A public address on which a cloud serves its machines their secrets.
        " 168.63.129.16/32"
    ).split()
]
# Of IPv6 only the global unicast space, without the ranges that carry an IPv4 address or are nobody's.
_V6_OPEN = ipaddress.IPv6Network("2000::/3")
_V6_CLOSED = [
    ipaddress.IPv6Network(one) for one in "2001::/23 2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20".split()
]


def check(url: str, *, resolve: Resolve | None = None, loopback: bool = False) -> Target:
    """The address to call, or AddressRefused. ``loopback`` lets plain http to this machine through: for tests."""
    if len(url) > URL_LIMIT or _UNSAFE.search(url):
        raise AddressRefused(field="url", why="url")
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise AddressRefused(field="url", why="url") from None
    if parts.scheme not in _PORTS or not parts.netloc or not host:
        raise AddressRefused(field="url", why="url")
    if "@" in parts.netloc or "%" in parts.netloc:
        raise AddressRefused(field="url", why="user")
    if ("[" in parts.netloc) != (":" in host):
        raise AddressRefused(field="url", why="name")
    port = _PORTS[parts.scheme] if port is None else port
    addresses = _addresses(host, port, resolve or resolved)
    ours = loopback and all(address.is_loopback for address in addresses)
    if parts.scheme != "https" and not ours:
        raise AddressRefused(field="url", why="scheme")
    if port not in _PORTS.values() and port < _LEAST_FREE_PORT:
        raise AddressRefused(field="url", why="port")
    if not ours and not all(is_public(address) for address in addresses):
        raise AddressRefused(field="url", why="private")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(url, parts.scheme, host, port, str(addresses[0]), path)


def is_public(address: Address) -> bool:
    """Whether the address is one of the open Internet and carries no other address inside."""
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in closed for closed in _V4_CLOSED)
    return not address.scope_id and address in _V6_OPEN and not any(address in closed for closed in _V6_CLOSED)


def resolved(host: str, port: int) -> list[str]:
    return [str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def post(target: Target, *, body: bytes, headers: Mapping[str, str], within: float = WHOLE_SECONDS) -> int:
    """The status that the other side answered with, ``within`` so many seconds. Raises Unanswered."""
    return call(target, body=body, headers=headers, within=within).status


def call(target: Target, *, body: bytes, headers: Mapping[str, str], within: float = WHOLE_SECONDS) -> Answer:
    """POST the body and read the answer's beginning, ``within`` so many seconds. Raises Unanswered."""
    try:
        return asyncio.run(_called(target, body, headers, within))
    except TimeoutError:
        raise Unanswered(reason="timeout") from None
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as wrong:
        raise Unanswered(reason=(str(wrong) or type(wrong).__name__)[:200]) from wrong


async def _called(target: Target, body: bytes, headers: Mapping[str, str], within: float) -> Answer:
    ip = f"[{target.ip}]" if ":" in target.ip else target.ip
    address = f"{target.scheme}://{ip}:{target.port}{target.path}"
    limits = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
    # The connection goes to the number that was checked; the certificate is checked against the name.
    named = {"sni_hostname": target.host}
    began = time.monotonic()
    async with (
        asyncio.timeout(within),
        httpx.AsyncClient(timeout=limits, follow_redirects=False, trust_env=False) as client,
        client.stream(
            "POST", address, content=body, headers={**headers, "Host": target.authority}, extensions=named
        ) as answer,
    ):
        start, seen = b"", 0
        async for chunk in answer.aiter_raw():
            start += chunk[: EXCERPT_BYTES - len(start)]
            seen += len(chunk)
            if seen > BODY_BYTES:
                break
        taken = round((time.monotonic() - began) * 1000)
        return Answer(answer.status_code, taken, _readable(start), answer.headers.get("Retry-After", "")[:40])


def _readable(start: bytes) -> str:
    """Bytes of a stranger as text that can be stored and shown."""
    text = start.decode("utf-8", "replace")
    return "".join(c if c.isprintable() or c in "\n\t" else "\ufffd" for c in text)


def _addresses(host: str, port: int, resolve: Resolve) -> list[Address]:
    if ":" in host:
        return [_literal(host)]
    labels = host.split(".")
    if labels[-1][:1].isdigit():
        # Only the canonical four numbers: others (decimal, octal, hex, short) mean something else elsewhere.
        return [_literal(host)]
    if labels[-1] in _OURS or host.endswith("home.arpa") or not _NAME.fullmatch(host):
        if host == "localhost":
            return [ipaddress.IPv4Address("127.0.0.1")]
        raise AddressRefused(field="url", why="name")
    try:
        found = resolve(host, port)
    except (OSError, UnicodeError):
        raise AddressRefused(field="url", why="unresolved") from None
    if not found:
        raise AddressRefused(field="url", why="unresolved")
    return [_literal(one) for one in found]


def _literal(text: str) -> Address:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        raise AddressRefused(field="url", why="name") from None
