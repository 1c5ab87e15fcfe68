"""Verified: by the requester, by evidence or by agreed silence; and archived at once when knowledge covers it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tierline.desk.events import TicketReopened, TicketVerified
from tierline.desk.models import Ticket
from tierline.desk.operations.drafting import Draft
from tierline.plumbing.actor import Actor
from tierline.plumbing.announce import announce


def verified(ticket: Ticket, by: str, words: Mapping[str, Any]) -> list[Draft]:
    """The verification, and the archiving that needs no person: the resolution cites an article or known error."""
    drafts = [Draft("verified", {"by": by}, words)]
    if ticket.article_id is not None or ticket.known_error_id is not None:
        drafts.append(archived("covered"))
    return drafts


def archived(decision: str, reason: str = "", article: int | None = None) -> Draft:
    return Draft("archived", {"knowledge": decision, "article": article}, {"reason": reason})


def announce_reopened(actor: Actor, tickets: Sequence[Ticket], why: str, at: datetime) -> None:
    announce(
        *(
            TicketReopened(
                provider_id=t.provider_id,
                enterprise_id=t.enterprise_id,
                at=at,
                ticket_id=t.id,
                why=why,
                by_id=actor.person_id,
            )
            for t in tickets
        )
    )


def announce_verified(tickets: Sequence[Ticket], at: datetime) -> None:
    announce(
        *(
            TicketVerified(provider_id=t.provider_id, enterprise_id=t.enterprise_id, at=at, ticket_id=t.id)
            for t in tickets
        )
    )
