"""Nobody is left without a promise: the enterprise default holds at every instant once it holds at one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from tierline.agreements.models import AgreementVersion, Entitlement
from tierline.domain.terms import CoverageEnds

_FOR_EVER = datetime.max.replace(tzinfo=UTC)
_Span = tuple[datetime, datetime]


def check_default_covered(enterprise_id: int) -> None:
    """Every instant of each enterprise-wide entitlement has a version in force. Raises CoverageEnds."""
    general = Entitlement.objects.filter(enterprise_id=enterprise_id, rank=0)
    for entitlement in general:
        rows = list(AgreementVersion.objects.filter(agreement_id=entitlement.agreement_id))
        spans = [(v.effective_from, v.effective_to or _FOR_EVER) for v in rows]
        gap = first_gap(spans, entitlement.starts_at, entitlement.ends_at or _FOR_EVER)
        if gap is not None:
            raise CoverageEnds(field="effective_to", version=_last(rows), until_at=gap.isoformat())


def first_gap(spans: Iterable[_Span], start: datetime, end: datetime) -> datetime | None:
    """The first instant in [start, end) that none of ``spans`` holds, or None."""
    reached = start
    for begins, ends in sorted(spans):
        if begins > reached:
            break
        reached = max(reached, ends)
    return reached if reached < end else None


def _last(rows: Sequence[AgreementVersion]) -> str:
    return ", ".join(f"v{v.number}" for v in sorted(rows, key=lambda v: v.number)[-1:])
