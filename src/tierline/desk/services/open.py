"""受理: opening tickets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tierline.desk import operations
from tierline.desk.models import Ticket
from tierline.desk.operations import NewTicket
from tierline.domain.errors import DomainError
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import service


@service
def open_tickets(*, actor: Actor, items: Sequence[NewTicket], at: datetime) -> list[Ticket | DomainError]:
    """One ticket or one named refusal per item, in order; a bad item stops no other."""
    return operations.open_tickets(actor=actor, items=items, at=at)
