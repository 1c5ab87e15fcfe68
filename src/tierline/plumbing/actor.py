"""Who acts: the identity, its reach and its role, fixed for one request, job or command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tierline.domain.events import STAFF


@dataclass(frozen=True, slots=True)
class Actor:
    """``enterprises`` is all that this actor's data access may touch, read from live assignments.

    ``tiers`` maps each enterprise with a live assignment to its tier (1-3; None for a manager or
    auditor). ``own_enterprise_id`` is null for the provider's own people, ``customer_id`` set for
    requesters, ``department`` for an enterprise's staff, ``ticket_id`` for a guest.
    """

    provider_id: int
    role: str
    person_id: int | None = None
    name: str = ""
    email: str = ""
    own_enterprise_id: int | None = None
    enterprises: tuple[int, ...] = ()
    tiers: Mapping[int, int | None] = field(default_factory=dict)
    customer_id: int | None = None
    department: str = ""
    ticket_id: int | None = None
    zone: str = "Asia/Shanghai"
    language: str = "zh-hans"
    channel: str = "web"

    @property
    def is_staff(self) -> bool:
        """Whether a word of this actor counts as an answer by a person of the support team."""
        return self.role in STAFF


ADMIN, MANAGER, ENGINEER, DEPARTMENT, AUDITOR, REQUESTER, GUEST, SYSTEM = (
    "admin",
    "manager",
    "engineer",
    "department",
    "auditor",
    "requester",
    "guest",
    "system",
)
# A manager or admin of the enterprise itself: the customer's side, whatever the role is called there.
CLIENT = "client"
ROLES = (ADMIN, MANAGER, ENGINEER, DEPARTMENT, AUDITOR, REQUESTER, GUEST)


def system(provider_id: int, enterprises: tuple[int, ...], *, channel: str = "system") -> Actor:
    """The product itself, inside one provider and the named enterprises only."""
    return Actor(provider_id=provider_id, role=SYSTEM, enterprises=enterprises, channel=channel)
