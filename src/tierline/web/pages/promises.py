"""What a requester may count on, said before the ticket is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tierline.accounts import queries as accounts
from tierline.agreements import queries as agreements
from tierline.domain import priority
from tierline.domain.errors import DomainError
from tierline.domain.sla import Kind
from tierline.plumbing.actor import Actor
from tierline.web.forms import HARM


@dataclass(frozen=True, slots=True)
class Promised:
    """``amount`` microseconds; ``working``: only working hours count."""

    amount: int
    working: bool


def first_responses(actor: Actor, enterprise_id: int, *, at: datetime) -> Mapping[str, Promised]:
    """Harm in plain words -> the first answer that the customer's agreement promises; empty where none applies."""
    grade = accounts.customer(actor.customer_id).grade if actor.customer_id else ""
    wanted = agreements.Wanted(customer_id=actor.customer_id, grade=grade)
    try:
        [version] = agreements.versions_for(enterprise_id, [wanted], at=at)
    except DomainError:
        return {}
    terms = agreements.terms([version])[version]
    found = {}
    for harm, (impact, urgency) in HARM.items():
        promise = terms.promise(Kind.FIRST_RESPONSE, priority.grade(impact, urgency, terms.matrix).priority)
        if promise is not None:
            found[harm] = Promised(promise.micros, working=not promise.calendar.is_continuous)
    return found
