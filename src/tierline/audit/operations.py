"""Writing the record, inside the transaction of the act it records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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

__all__ = ["Act", "canonical", "digest", "record"]


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
        seq, prev = tails.get(act.chain, (0, chain.GENESIS))
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


def _tails(provider_id: int, chains: set[str]) -> dict[str, tuple[int, bytes]]:
    rows = (
        Entry.objects.filter(provider_id=provider_id, chain__in=chains)
        .order_by("chain", "-seq")
        .distinct("chain")
        .values_list("chain", "seq", "hash")
    )
    return {name: (seq, bytes(tail)) for name, seq, tail in rows}
