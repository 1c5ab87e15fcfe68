"""Who writes knowledge, and who may read which of it: the one visibility rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tierline.domain.errors import NotAllowed
from tierline.plumbing.actor import ADMIN, AUDITOR, CLIENT, ENGINEER, MANAGER, SYSTEM, Actor

PUBLIC, CUSTOMER, INTERNAL = "public", "customer", "internal"
AUDIENCES = (PUBLIC, CUSTOMER, INTERNAL)

# What can be found. Everything but an article is internal.
ARTICLE, KNOWN_ERROR, TICKET, RUNBOOK = "article", "known_error", "ticket", "runbook"
KINDS = (ARTICLE, KNOWN_ERROR, TICKET, RUNBOOK)

_WRITERS = frozenset({ENGINEER, MANAGER, ADMIN, SYSTEM})
_LEADERS = frozenset({MANAGER, ADMIN, SYSTEM})
GRANTS: Mapping[str, frozenset[str]] = {
    "article.draft": _WRITERS,
    "article.publish": _WRITERS,
    "article.retire": _WRITERS,
    # Without a second pair of eyes.
    "article.publish_own": _LEADERS,
    "procedure.publish": _LEADERS,
    "procedure.overview": _LEADERS | {AUDITOR},
    "checklist.write": _WRITERS,
    "synonyms.write": _LEADERS | {ENGINEER},
    "knowledge.import": _LEADERS,
    "shelf.offer": _WRITERS,
    # Whose knowledge it is: the enterprise's manager, or the person who owns the article.
    "shelf.approve": _WRITERS | {CLIENT},
    "shelf.read": _WRITERS | {AUDITOR, CLIENT},
    "shelf.adopt": _WRITERS,
    "knowledge.read": frozenset({ENGINEER, MANAGER, ADMIN, AUDITOR, SYSTEM}),
}


@dataclass(frozen=True, slots=True)
class Reach:
    """What a reader may find: entries of these kinds and audiences in these enterprises, and nothing else."""

    enterprises: tuple[int, ...]
    kinds: tuple[str, ...]
    audiences: tuple[str, ...]

    def within(self, enterprises: Sequence[int] | None = None, kinds: Sequence[str] | None = None) -> Reach:
        """The same, narrowed; asking for more than the reach adds nothing."""
        return Reach(
            tuple(e for e in self.enterprises if enterprises is None or e in enterprises),
            tuple(k for k in self.kinds if kinds is None or k in kinds),
            self.audiences,
        )


def visible(actor: Actor | None, *, enterprises: Sequence[int] = ()) -> Reach:
    """THE visibility rule of knowledge. Pages, REST, palette, portal and suggestions all ask here.

    ``enterprises`` is for a reader who is nobody yet: the portal whose page it is.
    """
    if actor is None:
        return Reach(tuple(enterprises), (ARTICLE,), (PUBLIC,))
    if not _is_team(actor):
        return Reach(actor.enterprises, (ARTICLE,), (PUBLIC, CUSTOMER))
    if actor.role == SYSTEM:
        return Reach(actor.enterprises, KINDS, AUDIENCES)
    if actor.role == ADMIN:
        return Reach(actor.enterprises, (ARTICLE, KNOWN_ERROR, RUNBOOK), AUDIENCES)
    # The provider's people read tickets where they are assigned, an enterprise's own people in their own house.
    own = actor.enterprises if actor.own_enterprise_id is not None else tuple(actor.tiers)
    return Reach(own, KINDS, AUDIENCES)


def require(actor: Actor, right: str, enterprise_id: int | None = None) -> None:
    reached = enterprise_id is None or enterprise_id in actor.enterprises
    if actor.role not in GRANTS[right] or not reached:
        raise NotAllowed(right=right, role=actor.role)


def may(actor: Actor, right: str) -> bool:
    return actor.role in GRANTS[right]


def audiences(actor: Actor | None) -> tuple[str, ...]:
    """What a reader may see: internal for the support team, customer for who signed in, public for anyone."""
    return visible(actor).audiences


def _is_team(actor: Actor) -> bool:
    return actor.role in (*_WRITERS, AUDITOR)
