"""Work arrived or capacity was freed: where the product gives out the work, it is told to look again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from tierline.desk.events import WorkMoved
from tierline.desk.models import Ticket
from tierline.desk.queries import routing
from tierline.domain.lifecycle import State
from tierline.plumbing.announce import announce


class Held(NamedTuple):
    """Who has the ticket, and whether it is worked on now."""

    owner: int | None
    is_active: bool


def held(ticket: Ticket) -> Held:
    return Held(ticket.assignee_id, bool(ticket.is_open) and ticket.state != State.WAITING)


def nudge(before: Mapping[int, Held], tickets: Sequence[Ticket], *, at: datetime) -> None:
    """Say once per enterprise that its work moved. ``before``: of the tickets that were there already."""
    moved = {t.enterprise_id: t.provider_id for t in tickets if _moves(before.get(t.id), t)}
    if moved:
        announce(*(WorkMoved(provider_id=moved[e], enterprise_id=e, at=at) for e in routing.pushing(moved)))


def _moves(was: Held | None, ticket: Ticket) -> bool:
    now = held(ticket)
    arrived = bool(ticket.is_open) and now.owner is None and (was is None or was != now)
    if was is None or was.owner is None:
        return arrived
    freed = now.owner != was.owner or (was.is_active and not now.is_active)
    # Going on again may find its owner off duty.
    return arrived or freed or (now.is_active and not was.is_active)
