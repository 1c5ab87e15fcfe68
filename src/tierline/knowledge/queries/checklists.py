"""Which steps does first troubleshooting of this kind of fault take?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tierline.domain.errors import NotFound
from tierline.knowledge.models import Checklist, ChecklistVersion


@dataclass(frozen=True, slots=True)
class StepRow:
    """``number`` counts from 1; ``by``: ask, look, requester or verify; ``otherwise``: what to do when it fails."""

    number: int
    text: str
    by: str
    otherwise: str


@dataclass(frozen=True, slots=True)
class ChecklistRow:
    id: int
    enterprise_id: int
    fault_class: str
    title: str
    version: int
    at: datetime
    steps: tuple[StepRow, ...]


def for_class(enterprise_id: int, fault_class: str) -> ChecklistRow | None:
    """The one that is followed now."""
    rows = Checklist.objects.filter(enterprise_id=enterprise_id, fault_class=fault_class, retired_at=None)
    return next(iter(_read(rows)), None) if fault_class else None


def checklist(checklist_id: int, *, version: int | None = None) -> ChecklistRow:
    """Raises NotFound."""
    found = _read(Checklist.objects.filter(id=checklist_id), version)
    if not found:
        raise NotFound(what="checklist", id=checklist_id)
    return found[0]


def checklists(enterprises: Sequence[int]) -> list[ChecklistRow]:
    return _read(Checklist.objects.filter(enterprise_id__in=enterprises, retired_at=None).order_by("fault_class"))


def _read(rows: Iterable[Checklist], version: int | None = None) -> list[ChecklistRow]:
    lists = list(rows)
    wanted = {(c.id, version or c.latest) for c in lists}
    texts = {
        (v.checklist_id, v.number): v
        for v in ChecklistVersion.objects.filter(checklist_id__in=[c.id for c in lists])
        if (v.checklist_id, v.number) in wanted
    }
    return [
        ChecklistRow(c.id, c.enterprise_id, c.fault_class, c.title, v.number, v.at, _steps(v))
        for c in lists
        if (v := texts.get((c.id, version or c.latest))) is not None
    ]


def _steps(v: ChecklistVersion) -> tuple[StepRow, ...]:
    return tuple(StepRow(n, s["text"], s["by"], s.get("otherwise", "")) for n, s in enumerate(v.steps, start=1))
