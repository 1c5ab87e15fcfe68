"""Telling open pages what just happened, over the database's NOTIFY: after commit, and never on rollback.

Two kinds of news. A ``Change`` names a row and its version; pages fetch what they may see themselves. A
``Sighting`` says who is on a ticket at this moment; it is kept nowhere but in the memory of the listening
processes, and there only for ``expires_in`` seconds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection

CHANNEL = "tierline_live"
SIGHTING, HELLO = "presence", "hello"

VIEWING, TYPING, AWAY, GONE = "viewing", "typing", "away", "gone"
STATES = (VIEWING, TYPING, AWAY, GONE)
# A page says so again every 15 seconds; two words may get lost before it counts as closed.
EXPIRES_IN = 40


@dataclass(frozen=True, slots=True)
class Change:
    provider_id: int
    enterprise_id: int
    what: str
    id: int
    version: int


@dataclass(frozen=True, slots=True)
class Sighting:
    """A person on a ticket (``id``) in one open page (``page``). ``on`` is reply or note while typing."""

    provider_id: int
    enterprise_id: int
    id: int
    person: int
    name: str
    page: str
    state: str
    on: str = ""
    expires_in: int = EXPIRES_IN


_is_quiet: ContextVar[bool] = ContextVar("tierline_live_quiet", default=False)


@contextmanager
def quietly() -> Iterator[None]:
    """Open pages are not told of what is written inside: histories of thousands of tickets, brought over."""
    token = _is_quiet.set(True)
    try:
        yield
    finally:
        _is_quiet.reset(token)


def publish(changes: Iterable[Change]) -> None:
    """One NOTIFY per change."""
    _notify([asdict(change) for change in changes])


def sight(sightings: Iterable[Sighting]) -> None:
    _notify([{**asdict(sighting), "what": SIGHTING} for sighting in sightings])


def hello(process: str) -> None:
    """A process that has just begun to listen asks the others whom they have seen."""
    _notify([{"what": HELLO, "process": process}])


def sighting_of(told: Mapping[str, Any]) -> Sighting:
    return Sighting(**{name: value for name, value in told.items() if name != "what"})


def _notify(bodies: Iterable[Mapping[str, Any]]) -> None:
    if _is_quiet.get():
        return
    payloads = [json.dumps(body, separators=(",", ":"), ensure_ascii=False) for body in bodies]
    if payloads:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, p) FROM unnest(%s::text[]) p", [CHANNEL, payloads])
