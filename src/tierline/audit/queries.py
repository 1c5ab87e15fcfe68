"""Reading the record, and proving that nobody edited it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tierline.audit import chain
from tierline.audit.models import Entry


@dataclass(frozen=True, slots=True)
class Line:
    seq: int
    at: datetime
    recorded_at: datetime
    action: str
    actor_id: int | None
    actor_role: str
    channel: str
    facts: dict[str, Any]
    hash: str


@dataclass(frozen=True, slots=True)
class Fault:
    """``what``: altered (hash does not fit), broken (does not follow its predecessor), missing (gap in seq)."""

    chain: str
    seq: int
    what: str


def lines(name: str) -> list[Line]:
    """The entries of one chain, oldest first, in the reader's scope."""
    return [
        Line(e.seq, e.at, e.recorded_at, e.action, e.actor_id, e.actor_role, e.channel, e.facts, bytes(e.hash).hex())
        for e in Entry.objects.filter(chain=name).order_by("seq")
    ]


def count() -> int:
    return Entry.objects.count()


def entries(prefix: str = "") -> Iterator[Entry]:
    rows = Entry.objects.filter(chain__startswith=prefix) if prefix else Entry.objects.all()
    yield from rows.order_by("chain", "seq").iterator(chunk_size=2000)


def faults_of(name: str) -> int:
    """How many entries of this one chain do not fit."""
    return sum(1 for _ in _faults(Entry.objects.filter(chain=name).order_by("seq")))


def faults(prefix: str = "") -> Iterator[Fault]:
    """Every entry of the scope whose hash, predecessor or number is wrong."""
    yield from _faults(entries(prefix))


def _faults(rows: Iterable[Entry]) -> Iterator[Fault]:
    name, seq, tail = None, 0, chain.GENESIS
    for entry in rows:
        if entry.chain != name:
            name, seq, tail = entry.chain, 0, chain.GENESIS
        if entry.seq != seq + 1:
            yield Fault(entry.chain, entry.seq, "missing")
        elif bytes(entry.prev) != tail:
            yield Fault(entry.chain, entry.seq, "broken")
        if chain.link(bytes(entry.prev), entry.body()) != bytes(entry.hash):
            yield Fault(entry.chain, entry.seq, "altered")
        seq, tail = entry.seq, bytes(entry.hash)
