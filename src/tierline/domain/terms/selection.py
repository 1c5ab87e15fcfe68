"""Which agreement version applies to a ticket: the most specific one in force, never one of two equals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from tierline.domain.errors import DomainError, Invalid


class Ambiguous(Invalid):
    """Two versions of equal specificity in force at once. ``versions``, ``from_at``."""

    code: ClassVar[str] = "agreements_equally_specific"


class EndsBeforeItStarts(Invalid):
    """A version whose end is not after its start. ``version``."""

    code: ClassVar[str] = "agreement_ends_before_it_starts"


class Backdated(Invalid):
    """A version that would begin in the past: what was promised then cannot be rewritten. ``value``."""

    code: ClassVar[str] = "agreement_backdated"


class NoAgreement(DomainError):
    """Nothing applies to the ticket at that time. ``at``."""

    code: ClassVar[str] = "no_agreement"


class CoverageEnds(Invalid):
    """An enterprise default ends and none follows: later tickets would have no promise. ``version``, ``until_at``."""

    code: ClassVar[str] = "agreement_coverage_ends"


@dataclass(frozen=True, slots=True)
class AgreementVersion:
    """A version with its scope; None means any. In force in [from_at, until_at); until_at None: no end."""

    id: int
    from_at: datetime
    until_at: datetime | None = None
    service: Any = None
    customer: Any = None
    grade: Any = None

    @property
    def scope(self) -> tuple[Any, Any, Any]:
        return self.service, self.customer, self.grade

    @property
    def specificity(self) -> tuple[bool, bool, bool]:
        """Contract and service before end customer before grade before the enterprise default."""
        return self.service is not None, self.customer is not None, self.grade is not None

    def is_in_force(self, at: datetime) -> bool:
        return self.from_at <= at and (self.until_at is None or at < self.until_at)

    def matches(self, service: Any, customer: Any, grade: Any) -> bool:
        asked = (service, customer, grade)
        return all(mine is None or mine == theirs for mine, theirs in zip(self.scope, asked, strict=True))


def select(
    candidates: Sequence[AgreementVersion], *, service: Any, customer: Any, grade: Any, at: datetime
) -> AgreementVersion:
    """The most specific version in force at ``at``. Raises NoAgreement; Ambiguous for unchecked candidates."""
    fitting = [c for c in candidates if c.is_in_force(at) and c.matches(service, customer, grade)]
    if not fitting:
        raise NoAgreement(at=at)
    best = max(c.specificity for c in fitting)
    chosen = [c for c in fitting if c.specificity == best]
    if len(chosen) > 1:
        raise Ambiguous(versions=sorted(c.id for c in chosen), from_at=at)
    return chosen[0]


def check_unambiguous(candidates: Sequence[AgreementVersion]) -> None:
    """Run when a version is saved, over all versions of the enterprise. Raises Ambiguous, EndsBeforeItStarts.

    Two versions of one shape of scope can both fit a ticket only when their scopes are the same.
    """
    by_scope: dict[tuple[Any, Any, Any], list[AgreementVersion]] = {}
    for version in sorted(candidates, key=lambda c: (c.from_at, c.id)):
        if version.until_at is not None and version.until_at <= version.from_at:
            raise EndsBeforeItStarts(version=version.id)
        earlier = by_scope.setdefault(version.scope, [])
        for other in earlier:
            if other.is_in_force(version.from_at):
                raise Ambiguous(versions=[other.id, version.id], from_at=version.from_at)
        earlier.append(version)


def check_covered(candidates: Sequence[AgreementVersion]) -> None:
    """Refuses a gap or an end in the enterprise default. Raises CoverageEnds.

    A ticket that is open when its version ends keeps its pinned promises; this is about the tickets after it.
    """
    defaults = sorted((c for c in candidates if not any(c.specificity)), key=lambda c: c.from_at)
    for i, version in enumerate(defaults):
        if version.until_at is None:
            return
        if i + 1 == len(defaults) or defaults[i + 1].from_at > version.until_at:
            raise CoverageEnds(version=version.id, until_at=version.until_at)
