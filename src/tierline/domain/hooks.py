"""Outgoing web hooks: which events another program may hear of, what it is told, and when a call is tried again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from tierline.domain.events import RANK, Event
from tierline.domain.redaction import redacted_words
from tierline.domain.ticket import Snapshot, fold

VERSION = 1
PREFIX = "ticket."
PING = "ping"
# Every type that a subscription may name.
TYPES: Sequence[str] = tuple(f"{PREFIX}{kind}" for kind in RANK)

# What the customer's side may know of, and which facts of it. Whatever is not named here is internal.
OPEN_FACTS: Mapping[str, frozenset[str]] = {
    "opened": frozenset("service customer requester asset priority by started_at follow_up_of".split()),
    "customer_message": frozenset({"message"}),
    "public_message": frozenset({"automatic"}),
    "classified": frozenset("service fault_class".split()),
    "prioritised": frozenset("impact urgency priority was".split()),
    "waited": frozenset("on until".split()),
    "resumed": frozenset({"why"}),
    "restored": frozenset(),
    "resolved": frozenset({"article"}),
    "verified": frozenset({"by"}),
    "archived": frozenset(),
    "reopened": frozenset({"why"}),
    "merged": frozenset({"into"}),
    "unmerged": frozenset({"into"}),
}
_OPEN_WORDS: Mapping[str, frozenset[str]] = {
    "opened": frozenset("subject text".split()),
    "customer_message": frozenset({"text"}),
    "public_message": frozenset({"text"}),
}
_MESSAGES = frozenset(_OPEN_WORDS)

# Half a minute, then twice as long each time, at most two hours; a day after the first try it is given up.
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=2)
TRIED_FOR = timedelta(hours=24)
# An address that has taken nothing for so long is paused: the last try of a day lies at most 2.5 hours before its end.
FAILING_FOR = timedelta(hours=21)
# A quarter more or less, so that many calls that failed together do not come back together.
SPREAD = 500
# The other side is there and says "later"; any other 4xx says that it will not have this one.
_LATER = frozenset({408, 409, 425, 429})
GONE = 410


def is_open(event: Event) -> bool:
    """Whether a hook that is not marked internal may hear of it."""
    if event.type in _MESSAGES and event.audience != "public":
        return False
    return event.type in OPEN_FACTS


def is_wanted(event: Event, types: Collection[str], *, is_internal: bool) -> bool:
    """``types``: what the subscription names; empty stands for all."""
    return (not types or f"{PREFIX}{event.type}" in types) and (is_internal or is_open(event))


def told(event: Event, *, is_internal: bool, with_words: bool) -> dict[str, Any]:
    """The event as a program is told of it: codes, ids and instants; what people wrote only on request, and masked."""
    facts = event.payload
    if not is_internal:
        facts = {name: value for name, value in facts.items() if name in OPEN_FACTS.get(event.type, ())}
    body: dict[str, Any] = {
        "seq": event.seq,
        "type": event.type,
        "occurred_at": event.occurred_at.isoformat(),
        "recorded_at": event.recorded_at.isoformat(),
        "channel": event.channel,
        "audience": "public" if not is_internal else event.audience,
        "actor": {"id": event.actor_id, "role": event.actor_role},
        "payload": dict(facts),
    }
    if with_words:
        allowed = event.words if is_internal else _open_words(event)
        body["words"] = redacted_words(allowed)
    return body


def standing(events: Sequence[Event], *, is_internal: bool) -> dict[str, Any]:
    """The ticket as these events left it. The same events give the same answer, however late it is asked."""
    shot = fold(events)
    shown: dict[str, Any] = {
        "state": shot.state,
        "priority": shot.priority,
        "tier": shot.tier,
        "service": shot.service,
        "fault_class": shot.fault_class or None,
        "customer": shot.customer,
        "requester": shot.requester,
        "assignee": shot.assignee,
        "merged_into": shot.merged_into,
    }
    return {**shown, **_internal(shot)} if is_internal else shown


def _internal(shot: Snapshot) -> dict[str, Any]:
    return {"pending_tier": shot.pending_tier, "cause": shot.cause or None, "known_error": shot.known_error}


def _open_words(event: Event) -> dict[str, Any]:
    return {name: value for name, value in event.words.items() if name in _OPEN_WORDS.get(event.type, ())}


def next_try(tries: int, *, first_at: datetime, at: datetime, chance: int) -> datetime | None:
    """When to try again after so many tries, the last at ``at``; None: it is given up.

    ``chance`` in [0, 500) is the jitter: the pause is 0.75 to 1.25 times the plain one.
    """
    pause = min(FIRST_PAUSE * 2 ** min(tries - 1, 16), LONGEST_PAUSE)
    due_at = at + pause * (750 + chance % SPREAD) // 1000
    return due_at if due_at <= first_at + TRIED_FOR else None


def is_taken(status: int) -> bool:
    return 200 <= status < 300


def is_refused(status: int | None) -> bool:
    """The other side has seen it and will not have it: it is tried again all the same, but nothing waits behind it."""
    return status is not None and 400 <= status < 500 and status not in _LATER
