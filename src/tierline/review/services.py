"""Verbs of the review room."""

from __future__ import annotations

from datetime import datetime

from tierline.audit.operations import Act, record
from tierline.desk import operations as desk
from tierline.domain.errors import DomainError, Invalid
from tierline.domain.text import clean
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import service
from tierline.review import policies, queries
from tierline.review.models import Rating
from tierline.review.queries import RatingRow

COMMENT_LIMIT = 2000


class RatingTooEarly(DomainError):
    """Only what was verified can be rated."""

    code = "rating_too_early"


class RatingClosed(DomainError):
    """The rating was given too long ago to be changed."""

    code = "rating_closed"


@service
def rate_ticket(*, actor: Actor, ticket_id: int, score: int, at: datetime, comment: str = "") -> RatingRow:
    """The requester's word on a verified ticket: once, and changeable for seven days after it was first given.

    Raises Invalid for a score outside 1 to 5, NotFound for another's ticket, RatingTooEarly, RatingClosed.
    """
    policies.require_rater(actor)
    if score not in queries.SCORES:
        raise Invalid(field="score", value=score, allowed=list(queries.SCORES))
    said = clean(comment, field="comment", limit=COMMENT_LIMIT, required=False)
    [ticket] = desk.locked(actor, [ticket_id])
    if ticket.state not in policies.RATABLE_STATES:
        raise RatingTooEarly(ticket=ticket.number, state=ticket.state)
    known = queries.ratings([ticket.id]).get(ticket.id)
    if known is not None and at >= known.changeable_until:
        raise RatingClosed(ticket=ticket.number, until=known.changeable_until.isoformat())
    if known is None:
        Rating.objects.create(
            provider_id=ticket.provider_id,
            enterprise_id=ticket.enterprise_id,
            ticket_id=ticket.id,
            score=score,
            comment=said,
            by_id=actor.person_id,
            at=at,
        )
    else:
        Rating.objects.filter(ticket_id=ticket.id).update(score=score, comment=said, changed_at=at)
    facts = {"score": score, "was": known.score if known else None}
    record(actor, [Act(f"ticket:{ticket.id}", "ticket.rated", ticket.enterprise_id, facts)], at=at)
    return queries.ratings([ticket.id])[ticket.id]
