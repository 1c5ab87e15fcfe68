"""What routing looks at: waiting work, the engineers who could take it, and the rule that weighs them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import NamedTuple

from tierline.domain.errors import Invalid

SHIFT, STANDBY = "shift", "standby"
TOP = 1000

# Work in progress is counted in quarters of a P4, so that paused work can count a fraction of it.
DEFAULT_LOADS: Mapping[str, int] = MappingProxyType({"P1": 32, "P2": 16, "P3": 8, "P4": 4})
DEFAULT_CAP = 96
CAP_LIMIT = 960
PARTS = ("skill", "load", "continuity", "language", "tier", "stays", "sun")
DEFAULT_WEIGHTS: Mapping[str, int] = MappingProxyType(
    {"skill": 30, "load": 30, "continuity": 15, "language": 10, "tier": 5, "stays": 5, "sun": 5}
)


@dataclass(frozen=True, slots=True)
class Rule:
    """How an enterprise's work is given out. ``weights`` add up to 100; ``loads`` are per priority.

    ``paused_share``: one part in so many of its weight is what paused work counts. ``overflow``: how many tiers above
    its own a ticket may go to when it is given out. ``day``: the local minutes between which an engineer works by day.
    """

    weights: Mapping[str, int] = field(default_factory=lambda: DEFAULT_WEIGHTS)
    loads: Mapping[str, int] = field(default_factory=lambda: DEFAULT_LOADS)
    paused_share: int = 4
    overflow: int = 1
    day: tuple[int, int] = (8 * 60, 20 * 60)

    def __post_init__(self) -> None:
        if set(self.weights) != set(PARTS) or any(w < 0 for w in self.weights.values()):
            raise Invalid(field="weights", value=dict(self.weights), allowed=list(PARTS))
        if sum(self.weights.values()) != 100:
            raise Invalid(field="weights", value=sum(self.weights.values()), allowed=[100])
        if set(self.loads) != set(DEFAULT_LOADS) or not all(1 <= n <= DEFAULT_CAP for n in self.loads.values()):
            raise Invalid(field="loads", value=dict(self.loads))
        if not 1 <= self.paused_share <= 100:
            raise Invalid(field="paused_share", value=self.paused_share, allowed=[1, 100])
        if self.overflow not in (0, 1, 2):
            raise Invalid(field="overflow", value=self.overflow, allowed=[0, 1, 2])

    def load_of(self, priority: str, *, is_paused: bool = False) -> int:
        """What one ticket weighs for who has it; never nothing."""
        weight = self.loads[priority]
        return max(1, weight // self.paused_share) if is_paused else weight


@dataclass(frozen=True, slots=True)
class Ability:
    """Empty ``language`` or ``product`` means any. Counts up to and including ``expires_on``."""

    skill: str
    level: int
    language: str = ""
    product: str = ""
    expires_on: date | None = None


class Need(NamedTuple):
    """A skill that the work asks for, at least at ``level``; an empty ``product`` asks for none in particular."""

    skill: str
    level: int = 1
    product: str = ""


@dataclass(frozen=True, slots=True)
class Duty:
    """On duty now, ``until`` then; None: nobody planned shifts here, so everybody assigned counts as there."""

    kind: str = SHIFT
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Seat:
    """What an engineer is to one enterprise now. ``missing``: what it asks for and is not held, as kind:code."""

    tier: int
    duty: Duty | None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Engineer:
    """``load`` is the weight of all that the person has, in every enterprise. ``local_minute`` is of the local day."""

    id: int
    seats: Mapping[int, Seat]
    abilities: tuple[Ability, ...] = ()
    languages: frozenset[str] = frozenset()
    local_minute: int = 12 * 60
    cap: int = DEFAULT_CAP
    load: int = 0
    is_away: bool = False
    is_on_leave: bool = False


@dataclass(frozen=True, slots=True)
class Work:
    """One ticket that waits for somebody. ``order_at`` is its place in the queue, least first.

    ``served``: who worked for this customer lately, the points of it up to 1000. ``unwanted``: whom it has just been
    taken from or who passed it on.
    """

    id: int
    enterprise: int
    tier: int
    priority: str
    order_at: datetime
    due_at: datetime | None = None
    needs: tuple[Need, ...] = ()
    language: str = ""
    served: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}))
    unwanted: frozenset[int] = frozenset()
    is_paused: bool = False


class Refusal(NamedTuple):
    """Why not this engineer: a code, and what it is about."""

    engineer: int
    code: str
    about: str = ""


class Candidate(NamedTuple):
    """``points`` are those of PARTS in that order, 0 to 1000 each; ``score`` is their weighted mean."""

    engineer: int
    score: int
    points: tuple[int, ...]
    load: int
    cap: int


class Decision(NamedTuple):
    """Who gets the work and why: ``ranked`` the best first; ``chosen`` None when nobody can take it."""

    work: int
    chosen: int | None
    ranked: tuple[Candidate, ...]
    refused: tuple[Refusal, ...]
