"""Impact x urgency -> P1..P4, with the reason that is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tierline.domain.errors import Invalid


class Impact(StrEnum):
    EXTENSIVE = "extensive"
    SIGNIFICANT = "significant"
    MODERATE = "moderate"
    MINOR = "minor"


class Urgency(StrEnum):
    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Priority(StrEnum):
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"


Matrix = Mapping[Impact, tuple[Priority, Priority, Priority, Priority]]

# PRODUCT.md; columns in the order of Urgency.
DEFAULT_MATRIX: Matrix = {
    Impact.EXTENSIVE: (Priority.P1, Priority.P1, Priority.P2, Priority.P3),
    Impact.SIGNIFICANT: (Priority.P1, Priority.P2, Priority.P3, Priority.P3),
    Impact.MODERATE: (Priority.P2, Priority.P3, Priority.P3, Priority.P4),
    Impact.MINOR: (Priority.P3, Priority.P3, Priority.P4, Priority.P4),
}

# A ticket that nobody graded and that states no impact counts as this.
UNSTATED = Priority.P2


@dataclass(frozen=True, slots=True)
class Grading:
    """A priority and why. ``source`` is ``matrix``, ``stated`` (impact without urgency) or ``unstated``."""

    priority: Priority
    source: str
    impact: Impact | None = None
    urgency: Urgency | None = None

    @property
    def reason(self) -> str:
        if self.impact and self.urgency:
            return f"{self.impact} x {self.urgency} = {self.priority}"
        if self.impact:
            return f"{self.impact}, urgency not stated = {self.priority}"
        return f"nothing stated = {self.priority}"


def grade(impact: str, urgency: str, matrix: Matrix = DEFAULT_MATRIX) -> Grading:
    """The matrix cell. Raises Invalid for an unknown impact or urgency."""
    known_impact, known_urgency = _impact(impact), _urgency(urgency)
    priority = matrix[known_impact][list(Urgency).index(known_urgency)]
    return Grading(priority, "matrix", known_impact, known_urgency)


def provisional(impact: str | None, urgency: str | None, matrix: Matrix = DEFAULT_MATRIX) -> Grading:
    """What an ungraded ticket counts as: its stated impact, else P2 (SLA.md, Ungraded).

    A stated impact without an urgency is read at the matrix's ``high`` column.
    """
    known_impact = _impact(impact) if impact else None
    known_urgency = _urgency(urgency) if urgency else None
    if known_impact is None:
        return Grading(UNSTATED, "unstated", None, known_urgency)
    if known_urgency is None:
        return Grading(matrix[known_impact][list(Urgency).index(Urgency.HIGH)], "stated", known_impact)
    return grade(known_impact, known_urgency, matrix)


def is_higher(a: str, b: str) -> bool:
    """Whether priority ``a`` is more pressing than ``b``; P1 is the highest."""
    return Priority(a) < Priority(b)


def _impact(value: str) -> Impact:
    try:
        return Impact(value)
    except ValueError:
        raise Invalid(field="impact", value=value, allowed=[i.value for i in Impact]) from None


def _urgency(value: str) -> Urgency:
    try:
        return Urgency(value)
    except ValueError:
        raise Invalid(field="urgency", value=value, allowed=[u.value for u in Urgency]) from None
