"""Owned, and nothing said: when a ticket goes back to the queue because its owner is silent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tierline.domain.events import STAFF, Event, in_fold_order, standing
from tierline.domain.terms import Terms

# These give the ticket to somebody; doing them is not yet saying anything about it.
_GIVES = frozenset({"assigned", "accepted", "handed_back"})


@dataclass(frozen=True, slots=True)
class Silence:
    """``owner`` has had the ticket ``since`` and said nothing; at ``returns_at`` it goes back to the queue."""

    owner: int
    since: datetime
    returns_at: datetime


def silence(events: Iterable[Event], terms: Terms) -> Silence | None:
    """None when nobody has it, the owner has done anything with it, it waits or is done, or nothing is agreed.

    The agreed time is working time of the priority's calendar. It runs from when the owner got the ticket, not while
    the ticket waits; another priority gives its own time from then on.
    """
    watch = _Watch(terms)
    for event in in_fold_order(standing(events)):
        watch.take(event)
    return watch.result()


class _Watch:
    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._priority = ""
        self._owner: int | None = None
        self._has_spoken = self._is_waiting = self._is_done = self._is_merged = False
        self._since: datetime | None = None
        self._from: datetime | None = None
        self._used = 0

    def take(self, event: Event) -> None:
        if event.type in _GIVES:
            self._give(event)
        elif event.actor_id is not None and event.actor_id == self._owner and event.actor_role in STAFF:
            self._has_spoken = self._has_spoken or not event.payload.get("automatic")
        if event.type in ("opened", "prioritised"):
            self._grade(event)
        elif event.type in ("waited", "resumed"):
            self._settle(event.occurred_at)
            self._is_waiting = event.type == "waited"
        elif event.type in ("resolved", "reopened"):
            self._settle(event.occurred_at)
            self._is_waiting, self._is_done = False, event.type == "resolved"
        elif event.type in ("merged", "unmerged"):
            self._is_merged = event.type == "merged"

    def result(self) -> Silence | None:
        agreed = self._terms.returns.get(self._priority)
        is_quiet = self._is_waiting or self._is_done or self._is_merged
        if agreed is None or is_quiet or self._has_spoken or self._owner is None:
            return None
        if self._since is None or self._from is None:  # pragma: no cover - an owner got it at some time
            return None
        calendar = self._terms.calendar_of_priority(self._priority)
        return Silence(self._owner, self._since, calendar.due(self._from, agreed - self._used))

    def _give(self, event: Event) -> None:
        owner = event.payload.get("assignee")
        if owner == self._owner and event.type == "assigned":
            return  # Claiming anew what one has buys no time.
        self._owner, self._since, self._from, self._used = owner, event.occurred_at, event.occurred_at, 0
        self._has_spoken = False

    def _grade(self, event: Event) -> None:
        now = str(event.payload.get("priority", ""))
        if now != self._priority:
            self._priority, self._used = now, 0
            self._from = event.occurred_at

    def _settle(self, at: datetime) -> None:
        if self._from is not None and not self._is_waiting and not self._is_done:
            self._used += self._terms.calendar_of_priority(self._priority).work(self._from, at)
        self._from = at
