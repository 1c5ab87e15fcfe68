"""Who may do what with a ticket, and who sees which of them: the one visibility rule."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Exists, OuterRef, Q

from tierline.desk.models import Task, Ticket
from tierline.domain.errors import NotAllowed
from tierline.plumbing.actor import (
    ADMIN,
    AUDITOR,
    CLIENT,
    DEPARTMENT,
    ENGINEER,
    GUEST,
    MANAGER,
    REQUESTER,
    SYSTEM,
    Actor,
)

_WORKERS = frozenset({ENGINEER, MANAGER, SYSTEM})
_ASKERS = frozenset({REQUESTER})

_WORK = (
    "classify prioritise assign claim wait resume escalate accept hand-back task restore resolve archive"
    " merge unmerge split link release undo rca"
).split()

GRANTS: Mapping[str, frozenset[str]] = {
    "open": _WORKERS | _ASKERS | {DEPARTMENT, CLIENT},
    "reply": _WORKERS | _ASKERS | {GUEST, CLIENT},
    "note": _WORKERS | {DEPARTMENT},
    "task-finish": _WORKERS | {DEPARTMENT},
    "verify": _WORKERS | _ASKERS,
    "reopen": _WORKERS | _ASKERS,
    "queue.read": frozenset({ENGINEER, MANAGER, AUDITOR}),
    "view.keep": frozenset({ENGINEER, MANAGER, AUDITOR}),
    "view.share": frozenset({ENGINEER, MANAGER}),
    "call": _WORKERS,
    # Words with people's numbers and keys in them as they were written; each look is recorded.
    "original.read": frozenset({ENGINEER, MANAGER}),
    # Writing down late what happened earlier, and moving tickets to another agreement version, change clocks.
    "backdate": frozenset({MANAGER, SYSTEM}),
    "rebase": frozenset({MANAGER}),
    "dispatch.change": frozenset({ADMIN, MANAGER}),
    "dispatch.read": frozenset({ADMIN, MANAGER, ENGINEER, AUDITOR}),
    **dict.fromkeys(_WORK, _WORKERS),
}


def require(actor: Actor, verb: str, ticket: Ticket | None = None) -> None:
    """Raises NotAllowed. Being able to see the ticket is the query's business, not this one's."""
    if actor.role not in GRANTS[verb]:
        raise NotAllowed(right=verb if "." in verb else f"ticket.{verb}", role=actor.role)
    if ticket is not None and ticket.enterprise_id not in actor.enterprises:
        raise NotAllowed(right=f"ticket.{verb}", role=actor.role)


def may_change_view(actor: Actor, owner_id: int, *, is_shared: bool) -> bool:
    return owner_id == actor.person_id or (is_shared and actor.role == MANAGER)


def may(actor: Actor, verb: str, ticket: Ticket) -> bool:
    """Whether to offer the verb: the role's right, and the tier where a tier is asked for."""
    tiers = {"claim": ticket.tier, "accept": ticket.pending_tier, "hand-back": ticket.pending_tier or ticket.tier}
    if actor.role not in GRANTS.get(verb, frozenset()):
        return False
    return verb not in tiers or works_in_tier(actor, ticket, tiers[verb] or ticket.tier)


def works_in_tier(actor: Actor, ticket: Ticket, tier: int) -> bool:
    """Whether this engineer's assignment to the ticket's enterprise is in that tier or a higher one."""
    own = actor.tiers.get(ticket.enterprise_id)
    return actor.role == ENGINEER and own is not None and own >= tier


def visible_tickets(actor: Actor) -> Q:
    """The tickets this actor may know of. Pages, API, search, files, live events and mail all ask here.

    Row-level security has limited rows to the actor's provider and enterprises before this.
    """
    if actor.role in (ENGINEER, MANAGER, AUDITOR, SYSTEM):
        return Q(enterprise_id__in=_working_in(actor))
    if actor.role == CLIENT:
        return Q(enterprise_id__in=actor.enterprises)
    if actor.role == REQUESTER:
        return Q(requester_id=actor.person_id)
    if actor.role == DEPARTMENT:
        asked = Task.objects.filter(ticket_id=OuterRef("id"), department=actor.department, supplier="")
        return Q(requester_id=actor.person_id) | Q(Exists(asked))
    if actor.role == GUEST:
        return Q(id=actor.ticket_id)
    assert actor.role == ADMIN
    return Q(enterprise_id__in=tuple(actor.tiers))


def sees_internal(actor: Actor) -> bool:
    """Whether internal words (notes, packages, internal clocks) are for this reader."""
    return actor.role in (ENGINEER, MANAGER, AUDITOR, ADMIN, SYSTEM)


def owns_words(actor: Actor, requester_id: int | None, ticket_id: int) -> bool:
    """Whether the conversation is the reader's own, so that nothing in it is masked. The product sends it as it is."""
    if actor.role in (SYSTEM, GUEST):
        return actor.role == SYSTEM or actor.ticket_id == ticket_id
    return actor.person_id is not None and actor.person_id == requester_id


def _working_in(actor: Actor) -> tuple[int, ...]:
    if actor.role == SYSTEM or actor.own_enterprise_id is not None:
        return actor.enterprises
    return tuple(actor.tiers)
