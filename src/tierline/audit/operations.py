"""Writing the record, inside the transaction of the act it records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tierline.audit import chain
from tierline.audit.chain import canonical, digest
from tierline.audit.models import Entry
from tierline.plumbing import clock
from tierline.plumbing.actor import Actor
from tierline.plumbing.rows import insert
from tierline.plumbing.service import require_transaction

__all__ = ["Act", "canonical", "digest", "keeping_tails", "record"]

Tail = tuple[int, bytes]
_NONE: Tail = (0, chain.GENESIS)
_kept: ContextVar[dict[str, Tail] | None] = ContextVar("kept_tails", default=None)


@dataclass(frozen=True, slots=True)
class Act:
    chain: str
    action: str
    enterprise_id: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    by: Actor | None = None
    """Who did it, where that is another one than who writes it down."""


def record(actor: Actor, acts: Sequence[Act], *, at: datetime) -> None:
    """Append one entry per act. A chain named twice gets both entries in the given order.

    Two writers on one chain meet on its unique (chain, seq): the later one fails and its transaction
    with it. Callers hold the subject's row lock, so this happens only where there is no such row.
    """
    require_transaction()
    recorded_at = clock.now()
    tails = _tails(actor.provider_id, {act.chain for act in acts})
    rows = []
    for act in acts:
        seq, prev = tails.get(act.chain, _NONE)
        who = act.by or actor
        entry = Entry(
            provider_id=actor.provider_id,
            enterprise_id=act.enterprise_id,
            chain=act.chain,
            seq=seq + 1,
            at=at,
            recorded_at=recorded_at,
            action=act.action,
            actor_id=who.person_id,
            actor_role=who.role,
            channel=who.channel,
            facts=dict(act.facts),
            prev=prev,
        )
        entry.hash = chain.link(prev, entry.body())
        tails[act.chain] = (entry.seq, entry.hash)
        rows.append(entry)
    insert(rows)


@contextmanager
def keeping_tails() -> Iterator[None]:
    """The end of each chain is read once inside: for many acts in one transaction."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def _tails(provider_id: int, chains: set[str]) -> dict[str, Tail]:
    """May be the kept ones themselves: what the caller writes into them is kept too."""
    kept = _kept.get()
    if kept is None:
        return _read(provider_id, chains)
    unknown = chains - kept.keys()
    if unknown:
        kept.update(dict.fromkeys(unknown, _NONE) | _read(provider_id, unknown))
    return kept


def _read(provider_id: int, chains: set[str]) -> dict[str, Tail]:
    rows = (
        Entry.objects.filter(provider_id=provider_id, chain__in=chains)
        .order_by("chain", "-seq")
        .distinct("chain")
        .values_list("chain", "seq", "hash")
    )
    return {name: (seq, bytes(tail)) for name, seq, tail in rows}
