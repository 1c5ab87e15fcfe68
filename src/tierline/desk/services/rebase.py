"""换版: moving open tickets to a newer version of their agreement."""

from __future__ import annotations

from datetime import datetime

from tierline.desk import operations
from tierline.desk.models import Ticket
from tierline.desk.operations import locked
from tierline.desk.services.act import Seen
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import service


@service
def rebase_tickets(*, actor: Actor, seen: Seen, version: int, at: datetime) -> list[Ticket]:
    """Their running clocks go on under the version from now. Raises NotNewer, StaleVersion, NotAllowed."""
    locked(actor, seen, seen=seen)
    return operations.rebase_tickets(actor=actor, ticket_ids=list(seen), version=version, at=at)
