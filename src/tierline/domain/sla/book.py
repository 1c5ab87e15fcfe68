"""The clocks of one ticket while its events are folded: which are open, what holds them, what the ticket is like."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from tierline.domain.errors import DomainError
from tierline.domain.sla.clock import Clock
from tierline.domain.terms import Kind, Promise, Terms

OUTAGE, RETURNED = "outage", "returned"


class UnknownAgreement(DomainError):
    """The ticket pins an agreement version whose terms were not given. ``agreement``."""

    code: ClassVar[str] = "unknown_agreement"


class Book:
    """Everything the fold remembers between two events. Instants are microseconds since 1970."""

    def __init__(self, terms_by_id: Mapping[int, Terms] | Terms) -> None:
        self._terms_by_id = terms_by_id
        self.agreement: int | str = 0
        self.terms: Terms
        self.priority = ""
        self.tier = 1
        self.clocks: list[Clock] = []
        self.open: dict[tuple[Kind, str], Clock] = {}
        self._cycles: dict[tuple[Kind, str], int] = {}
        self.waits_on: str | None = None
        self.expiry: int | None = None
        self.in_outage = False
        self.was_opened = False
        self.is_merged = False
        self.resolved: int | None = None
        # The oldest message of the requester's side that nobody has answered.
        self.unanswered: int | None = None
        self.has_spoken = False
        self.awaits_first_message = False
        self.accepted_tier = 0
        self.plan_noted = self.plan_told = False

    def adopt(self, agreement: int | str) -> None:
        """Pins the ticket to an agreement version. Raises UnknownAgreement."""
        if isinstance(self._terms_by_id, Terms):
            self.terms = self._terms_by_id
        else:
            try:
                self.terms = self._terms_by_id[agreement]  # type: ignore[index]
            except KeyError:
                raise UnknownAgreement(agreement=agreement) from None
        self.agreement = agreement

    def start(
        self, kind: Kind, at: int, *, party: str = "", tier: int | None = None, promise: Promise | None = None
    ) -> Clock | None:
        """The next cycle of the kind, unless one is open or the agreement has no such kind.

        ``promise`` overrides the agreement's.
        """
        key = (kind, party)
        if self.is_merged or key in self.open or (promise is None and kind not in self.terms.kinds):
            return None
        cycle = self._cycles[key] = self._cycles.get(key, 0) + 1
        is_fixed = promise is not None
        promise = promise or self.terms.promise(kind, self.priority, tier)
        if promise is not None:
            clock = Clock(kind, party, cycle, at, promise.calendar, promise.micros)
        else:
            # Nothing is promised at this priority; it is followed in case one comes that promises something.
            clock = Clock(kind, party, cycle, at, self.terms.calendar_for(kind, self.priority, tier), None)
        clock.tier = tier
        clock.priority, clock.agreement = self.priority, self.agreement
        clock.is_fixed = is_fixed
        if self.waits_on is not None and kind in self.terms.paused_by(self.waits_on):
            clock.hold(self.waits_on, at)
        if self.in_outage and self.terms.excludes_outages:
            clock.hold(OUTAGE, at)
        self.clocks.append(clock)
        self.open[key] = clock
        return clock

    def stop(self, kind: Kind, at: int, *, party: str = "", verdict: str = "", note: str = "") -> Clock | None:
        clock = self.open.pop((kind, party), None)
        if clock is not None:
            clock.stop(at, verdict=verdict, note=note)
        return clock

    def reopen(self, clock: Clock, at: int) -> None:
        clock.reopen(at)
        self.open[clock.kind, clock.party] = clock

    def last(self, kind: Kind, party: str = "") -> Clock | None:
        return next((c for c in reversed(self.clocks) if c.kind is kind and c.party == party), None)

    def of(self, *kinds: Kind) -> list[Clock]:
        """Open clocks of these kinds, whatever the party."""
        return [clock for clock in self.open.values() if clock.kind in kinds]

    def promise(self, clock: Clock) -> Promise | None:
        return self.terms.promise(clock.kind, self.priority, clock.tier)

    def wait(self, on: str, at: int, *, until: int | None) -> None:
        """A wait replaces the one before it. Which clocks it pauses is the agreement's pause policy."""
        self.resume(at, why="waits_anew")
        if until is not None and until <= at:
            return
        self.waits_on, self.expiry = on, until
        stopped = self.terms.paused_by(on)
        for clock in self.open.values():
            if clock.kind in stopped:
                clock.hold(on, at)

    def resume(self, at: int, *, why: str) -> None:
        if self.waits_on is not None:
            for clock in self.open.values():
                if clock.holds:
                    clock.release(self.waits_on, at, why)
            self.waits_on = self.expiry = None

    def expire(self, at: int) -> None:
        """A pause with an end is over at its end, whether or not anything was recorded then."""
        if self.expiry is not None and at >= self.expiry:
            self.resume(self.expiry, why="expiry")
