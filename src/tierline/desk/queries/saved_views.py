"""The views that a person may open: their own, in their order, then what colleagues share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Q

from tierline.desk import policies
from tierline.desk.models import SavedView
from tierline.desk.queries import address, board
from tierline.domain.errors import NotFound
from tierline.plumbing.actor import Actor


@dataclass(frozen=True, slots=True)
class ViewRow:
    """``asked`` is the queue's address as a mapping of lists."""

    id: int
    name: str
    asked: Mapping[str, Sequence[str]]
    is_own: bool
    is_shared: bool
    is_default: bool
    may_change: bool

    @property
    def href(self) -> str:
        return f"/queue?{urlencode({**self.asked, 'saved': self.id}, doseq=True)}"


# So many views are counted in the navigation; the rest stand there without a figure.
COUNTED = 12


def counted(
    actor: Actor, *, at: datetime, in_view: int | None = None
) -> tuple[Mapping[str, int], list[tuple[ViewRow, int | None]]]:
    """The queue's own views with their counts, and the saved ones with theirs where one can be told from an index."""
    found = views(actor)
    wanted = {v.id: address.understood(v.asked).wanted(actor, in_view) for v in found[:COUNTED]}
    told = board.counts(
        actor,
        at=at,
        enterprise_id=in_view,
        also={str(view_id): w for view_id, w in wanted.items() if w.sorts_by_slack and not w.q},
    )
    return told, [(v, told.get(str(v.id))) for v in found]


def views(actor: Actor) -> list[ViewRow]:
    rows = SavedView.objects.filter(Q(owner_id=actor.person_id) | Q(is_shared=True))
    ordered = sorted(rows, key=lambda v: (v.owner_id != actor.person_id, v.position, v.name))
    return [_row(actor, row) for row in ordered]


def view(actor: Actor, view_id: int) -> ViewRow:
    found = next((v for v in views(actor) if v.id == view_id), None)
    if found is None:
        raise NotFound(what="view")
    return found


def _row(actor: Actor, row: SavedView) -> ViewRow:
    return ViewRow(
        id=row.id,
        name=row.name,
        asked=row.asked,
        is_own=row.owner_id == actor.person_id,
        is_shared=row.is_shared,
        is_default=row.is_default and row.owner_id == actor.person_id,
        may_change=policies.may_change_view(actor, row.owner_id, is_shared=row.is_shared),
    )
