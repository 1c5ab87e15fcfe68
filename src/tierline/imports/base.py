"""What a reader gives, what a shape makes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from tierline.domain.errors import DomainError

Row = Mapping[str, str]


class UnreadableExport(DomainError):
    """The file is not what it claims to be; ``line`` is where, as far as that can be said."""

    code = "unreadable_export"


class UnreadableMapping(DomainError):
    """The file that says which column is what cannot be read; ``why`` is what is wrong with it."""

    code = "unreadable_mapping"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened, in our vocabulary (docs/events.md). ``by``: engineer, requester or system."""

    type: str
    at: datetime
    payload: Mapping[str, Any] = field(default_factory=dict)
    words: Mapping[str, Any] = field(default_factory=dict)
    audience: str = "internal"
    by: str = "engineer"


@dataclass(frozen=True, slots=True)
class Case:
    """A ticket as another desk kept it. ``key`` is unique in its source; ``steps`` follow the opening, in order.

    ``stated`` is (impact, urgency) in our codes, where the source says anything.
    """

    key: str
    subject: str
    text: str
    opened_at: datetime
    requester: str = ""
    stated: tuple[str, str] = ("", "")
    steps: Sequence[Step] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """A case that became no ticket, and why."""

    key: str
    error: DomainError


@dataclass(frozen=True, slots=True)
class Batch:
    """What became of some cases; they add up to ``cases``."""

    cases: int
    opened: int
    already_there: int
    refused: Sequence[Refused]


class Figures(Protocol):
    """Counts over all cases, in one pass."""

    def take(self, rows: Sequence[Row]) -> None: ...

    def result(self) -> dict[str, Any]: ...


class Shape(Protocol):
    """One way in which another desk lays its history out: rows of events, several to a case."""

    name: str

    def key(self, row: Row) -> str: ...

    def figures(self) -> Figures: ...

    def case(self, rows: Sequence[Row]) -> Case:
        """Raises Invalid with the field that cannot be read."""
        ...
