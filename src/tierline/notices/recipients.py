"""Whom does a code mean? An alert step's ``tell``, a tier, a role: people, and never silently nobody."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from tierline.accounts import queries as accounts
from tierline.accounts.queries import Contact
from tierline.plumbing.actor import ADMIN, ENGINEER, MANAGER
from tierline.workforce import queries as workforce

_TIER = re.compile(r"(?:tier:?|l)([123])", re.IGNORECASE)
_STAFF = frozenset({ENGINEER, MANAGER, ADMIN})


@dataclass
class Duty:
    """Who could be told about one enterprise at one instant, read once."""

    enterprise_id: int
    at: datetime

    @cached_property
    def assigned(self) -> list[tuple[Contact, int | None]]:
        return [(c, tier) for c, tier in accounts.engineers(self.enterprise_id, at=self.at) if c.role in _STAFF]

    @cached_property
    def seats(self) -> Mapping[str, Mapping[int, int | None]]:
        """kind of duty -> person -> tier"""
        return {
            kind: {d.person_id: d.tier for d in workforce.on_shift(self.enterprise_id, self.at, kind=kind)}
            for kind in ("shift", "standby")
        }

    @property
    def on_duty(self) -> frozenset[int]:
        return frozenset(person for seats in self.seats.values() for person in seats)

    def person(self, person_id: int | None, *, tier: int) -> list[Contact]:
        """That person while assigned here, else whoever has the tier now."""
        found = [c for c, _ in self.assigned if c.id == person_id]
        return found or self.tier(tier)

    def tier(self, tier: int, *, page: bool = False) -> list[Contact]:
        """On shift in that tier; else on stand-by; else all who are assigned in it; else the managers.

        A ``page`` wakes those on stand-by as well.
        """
        engineers = {c.id: c for c, _ in self.assigned if c.role == ENGINEER}
        shift, standby = (
            [c for c in engineers.values() if self.seats[kind].get(c.id) == tier] for kind in ("shift", "standby")
        )
        if page and (shift or standby):
            return _once([*shift, *standby])
        assigned = [c for c, own in self.assigned if c.role == ENGINEER and own == tier]
        return shift or standby or assigned or self.managers()

    def managers(self) -> list[Contact]:
        """The duty managers: on shift; else on stand-by; else all of the enterprise; else the provider's own."""
        here = [c for c, _ in self.assigned if c.role == MANAGER]
        for kind in ("shift", "standby"):
            on_duty = [c for c in here if c.id in self.seats[kind]]
            if on_duty:
                return on_duty
        return here or accounts.provider_people((MANAGER,)) or accounts.provider_people((ADMIN,))

    def told(self, code: str, *, assignee_id: int | None, tier: int) -> list[Contact]:
        """``code``: assignee, tier, tier:2 or L2, manager, lead, ... What nobody taught us is the manager's."""
        if code == "assignee":
            return self.person(assignee_id, tier=tier)
        if code == "tier":
            return self.tier(tier)
        numbered = _TIER.fullmatch(code)
        return self.tier(int(numbered[1])) if numbered else self.managers()


def people_told(duty: Duty, codes: Iterable[str], *, assignee_id: int | None, tier: int) -> list[Contact]:
    """Everybody whom the codes mean, once each."""
    return _once(c for code in codes for c in duty.told(code, assignee_id=assignee_id, tier=tier))


def _once(people: Iterable[Contact]) -> list[Contact]:
    return list({c.id: c for c in people}.values())
