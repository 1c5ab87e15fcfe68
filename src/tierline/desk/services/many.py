"""Many acts on many tickets in one transaction: each on its own, or all or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tierline.desk import policies
from tierline.desk.models import Ticket
from tierline.domain.errors import DomainError
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import attempt, inside, service


@dataclass(frozen=True, slots=True)
class Act:
    """One verb on one ticket: a service of the desk, the version that was seen, and the service's own fields."""

    ticket_id: int
    version: int
    verb: Callable[..., Sequence[Ticket]]
    fields: Mapping[str, Any] = field(default_factory=dict)


class Refused(DomainError):
    """One act of several was refused, so none was done. ``index`` counts from 0; ``cause`` is the refusal's code."""

    code = "batch_refused"


@service
def act_on_many(
    *, actor: Actor, acts: Sequence[Act | DomainError], all_or_none: bool, at: datetime
) -> list[Ticket | DomainError]:
    """What became of each act, in the order given; one act sees what those before it did.

    ``acts`` may hold refusals already, which stay what they are. Raises Refused with ``all_or_none``.
    """
    wanted = [act.ticket_id for act in acts if isinstance(act, Act)]
    _lock(actor, wanted)
    ended = []
    for index, act in enumerate(acts):
        done = act if isinstance(act, DomainError) else _done(actor, act, at)
        if all_or_none and isinstance(done, DomainError):
            raise Refused(index=index, cause=done.code, facts=done.facts) from done
        ended.append(done)
    return ended


def _lock(actor: Actor, ticket_ids: Sequence[int]) -> None:
    """In one order for everybody, whatever the order of the acts: two batches never wait for each other."""
    rows = Ticket.objects.filter(policies.visible_tickets(actor), id__in=set(ticket_ids)).order_by("id")
    list(rows.select_for_update(of=("self",)).values_list("id", flat=True))


def _done(actor: Actor, act: Act, at: datetime) -> Ticket | DomainError:
    try:
        with attempt():
            return inside(act.verb)(actor=actor, seen={act.ticket_id: act.version}, at=at, **act.fields)[0]
    except DomainError as refused:
        return refused
