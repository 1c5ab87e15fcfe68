"""What was said of which ticket."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tierline.plumbing.actor import REQUESTER, Actor
from tierline.review.models import Rating
from tierline.review.policies import CHANGEABLE_FOR, RATABLE_STATES

SCORES = (1, 2, 3, 4, 5)


@dataclass(frozen=True, slots=True)
class RatingRow:
    """``changeable_until`` is exclusive."""

    ticket_id: int
    score: int
    comment: str
    by_id: int
    at: datetime
    changed_at: datetime | None

    @property
    def changeable_until(self) -> datetime:
        return self.at + CHANGEABLE_FOR


def ratings(ticket_ids: Iterable[int]) -> Mapping[int, RatingRow]:
    return {r.ticket_id: _row(r) for r in Rating.objects.filter(ticket_id__in=set(ticket_ids))}


def may_rate(actor: Actor, ticket: Any, rating: RatingRow | None, *, at: datetime) -> bool:
    """Whether to offer it: the requester, once it is verified, and while a given one can be changed."""
    if actor.role != REQUESTER or ticket.requester_id != actor.person_id or ticket.state not in RATABLE_STATES:
        return False
    return rating is None or at < rating.changeable_until


def _row(r: Rating) -> RatingRow:
    return RatingRow(r.ticket_id, r.score, r.comment, r.by_id, r.at, r.changed_at)
