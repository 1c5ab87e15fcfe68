"""How a mailbox is connected: the values an administrator gives, and whether they can work at all."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tierline.channels import sealing
from tierline.channels.models.mailbox import FOLDER, IMAP, MOVE, NONE, PASSWORD, SEEN, SMTP, XOAUTH2
from tierline.domain.errors import Invalid, Missing
from tierline.domain.text import clean

INTAKES, AUTHS, AFTERS = (NONE, IMAP, SMTP, FOLDER), (PASSWORD, XOAUTH2), (SEEN, MOVE)
TLS = ("", "starttls", "tls")
_HOST = re.compile(r"[a-zA-Z0-9](?:[a-zA-Z0-9.:-]{0,253}[a-zA-Z0-9])?")
_PLACE = re.compile(r"[\w.@+-]{1,100}")


@dataclass(frozen=True, slots=True)
class Line:
    """A connection to a mail server. ``tls``: empty, ``starttls``, or ``tls`` from the first byte."""

    host: str = ""
    port: int = 0
    tls: str = "tls"
    login: str = ""
    auth: str = PASSWORD


@dataclass(frozen=True, slots=True)
class Setup:
    """``intake``: imap, smtp (our own listener), folder (below ``incoming`` of the state folder) or none.

    ``after``: what becomes of a message on the server once it is stored here, ``seen`` or ``move`` to ``move_to``.
    ``relay`` without a host: the installation's own way out. ``token_url``, ``client_id`` and ``oauth_scope`` are
    for connections with ``auth`` xoauth2.
    """

    intake: str = NONE
    incoming: Line = Line(port=993)
    folder: str = ""
    after: str = SEEN
    move_to: str = ""
    relay: Line = Line(port=465)
    token_url: str = ""
    client_id: str = ""
    oauth_scope: str = ""

    @property
    def wants_token(self) -> bool:
        lines = [self.incoming] if self.intake == IMAP else []
        lines += [self.relay] if self.relay.host else []
        return any(line.auth == XOAUTH2 for line in lines)


_IN = {"host": "host", "port": "port", "tls": "tls", "login": "login", "auth": "auth"}
_PLAIN = ("intake", "folder", "after", "move_to", "token_url", "client_id", "oauth_scope")


def of(row: Any) -> Setup:
    """What the mailbox's row says."""
    incoming = Line(**{name: getattr(row, name) for name in _IN})
    relay = Line(**{name: getattr(row, f"relay_{name}") for name in _IN})
    return Setup(incoming=incoming, relay=relay, **{name: getattr(row, name) for name in _PLAIN})


def columns(setup: Setup) -> dict[str, Any]:
    """The row's fields for ``setup``."""
    found = {name: getattr(setup, name) for name in _PLAIN}
    found |= {name: getattr(setup.incoming, name) for name in _IN}
    return found | {f"relay_{name}": getattr(setup.relay, name) for name in _IN}


def checked(setup: Setup, secrets: Collection[str]) -> Setup:
    """``setup`` tidied. ``secrets`` are the names of those that will be kept.

    Raises Invalid, Missing or TooLong with the ``field`` as forms name it: ``host``, ``relay_host``, ``token_url``...
    """
    tidy = replace(
        setup,
        incoming=_line(setup.incoming, "", is_used=setup.intake == IMAP),
        relay=_line(setup.relay, "relay_", is_used=bool(setup.relay.host.strip())),
        **{
            name: clean(getattr(setup, name), field=name, limit=_limit(name), required=False).strip() for name in _PLAIN
        },
    )
    _one_of("intake", tidy.intake, INTAKES)
    _one_of("after", tidy.after, AFTERS)
    if tidy.intake == IMAP:
        _imap(tidy, secrets)
    if tidy.intake == FOLDER and not _PLACE.fullmatch(tidy.folder or "inbox"):
        raise Invalid(field="folder", value=tidy.folder)
    if tidy.relay.host and tidy.relay.login and tidy.relay.auth == PASSWORD and sealing.RELAY_PASSWORD not in secrets:
        raise Missing(field=sealing.RELAY_PASSWORD)
    if tidy.wants_token:
        _token(tidy, secrets)
    return tidy


def _imap(tidy: Setup, secrets: Collection[str]) -> None:
    if not tidy.incoming.login:
        raise Missing(field="login")
    if tidy.incoming.auth == PASSWORD and sealing.PASSWORD not in secrets:
        raise Missing(field=sealing.PASSWORD)
    if tidy.after == MOVE and not tidy.move_to:
        raise Missing(field="move_to")


def _token(tidy: Setup, secrets: Collection[str]) -> None:
    if not tidy.token_url:
        raise Missing(field="token_url")
    if not tidy.client_id:
        raise Missing(field="client_id")
    if sealing.REFRESH_TOKEN not in secrets:
        raise Missing(field=sealing.REFRESH_TOKEN)


def _line(line: Line, prefix: str, *, is_used: bool) -> Line:
    host = clean(line.host, field=f"{prefix}host", limit=255, required=is_used).strip()
    if host and not _HOST.fullmatch(host):
        raise Invalid(field=f"{prefix}host", value=host)
    if is_used and not 1 <= line.port <= 65535:
        raise Invalid(field=f"{prefix}port", value=line.port)
    _one_of(f"{prefix}tls", line.tls, TLS)
    _one_of(f"{prefix}auth", line.auth, AUTHS)
    return replace(line, host=host, login=clean(line.login, field=f"{prefix}login", limit=320, required=False).strip())


def _one_of(field: str, value: str, allowed: Collection[str]) -> None:
    if value not in allowed:
        raise Invalid(field=field, value=value)


def _limit(name: str) -> int:
    return {"token_url": 2000, "client_id": 500, "oauth_scope": 1000, "folder": 255, "move_to": 255}.get(name, 20)


def secrets_after(kept: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """The people's secrets after a change: one that is not named stays, an empty one goes.

    What the token endpoint gave is forgotten with any change, so that the new values are used.
    """
    unknown = set(given) - sealing.GIVEN
    if unknown:
        raise Invalid(field=min(unknown))
    old = {name: value for name, value in kept.items() if name in sealing.GIVEN}
    return {name: value for name, value in {**old, **given}.items() if value}
