"""A move that is not open to the reader now: why, in words, and what would open it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from tierline.desk import policies
from tierline.desk.views.rows import TIERS
from tierline.domain.lifecycle import State
from tierline.plumbing.actor import Actor
from tierline.plumbing.wording import code_word

# The keys of the ticket's page that do something with it.
KEYS: Mapping[str, str] = {"r": "reply", "n": "note", "a": "assign", "p": "prioritise", "e": "escalate"}
_OVER = (State.RESOLVED, State.VERIFIED, State.ARCHIVED)


@dataclass(frozen=True, slots=True)
class Closed:
    """``then`` is the move that opens the way, empty where there is none; ``key`` the letter that was for nothing."""

    said: str
    then: str = ""
    key: str = ""


def closed_keys(actor: Actor, ticket: Any, moves: Sequence[str], merged_into: Any) -> list[Closed]:
    """One for each letter of ``KEYS`` that cannot act."""
    return [why(actor, ticket, verb, moves, merged_into, key=key) for key, verb in KEYS.items() if verb not in moves]


def why(
    actor: Actor, ticket: Any, verb: str, moves: Sequence[str], merged_into: Any = None, *, key: str = ""
) -> Closed:
    reason, ways = _reason(actor, ticket, verb)
    said = gettext(f"page.closed.{reason}").format(
        verb=code_word("verb", verb),
        state=code_word("state", ticket.state),
        tier=ticket.pending_tier or ticket.tier,
        number=merged_into.number if merged_into else "—",
    )
    return Closed(said, next((way for way in ways if way in moves), ""), key)


def _reason(actor: Actor, ticket: Any, verb: str) -> tuple[str, tuple[str, ...]]:
    """The nearest reason first, with the moves that may lead out of it."""
    if actor.role not in policies.GRANTS.get(verb, frozenset()):
        return "role", ()
    if ticket.merged_into_id is not None:
        return "merged", ("unmerge",)
    if ticket.state in _OVER:
        return "over", ("reopen",)
    if verb == "escalate" and ticket.pending_tier is not None:
        return "offered", ("accept",)
    if verb == "escalate" and ticket.tier == max(TIERS):
        return "top", ()
    if ticket.state == State.NEW:
        return "unclaimed", ("claim", "assign")
    return "state", ()
