"""排障清单: the steps of first troubleshooting for a fault class, in versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from tierline.audit.operations import Act, record
from tierline.domain.errors import Invalid, Missing, NotFound, StaleVersion
from tierline.domain.text import clean
from tierline.knowledge import policies
from tierline.knowledge.models import Checklist, ChecklistVersion
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import service

# Who answers a step: the engineer by asking, by looking, the requester by doing, or the proof at the end.
BY = ("ask", "look", "requester", "verify")
STEPS = 40


@dataclass(frozen=True, slots=True)
class Step:
    """``otherwise`` is what to do when the step fails."""

    text: str
    by: str = "look"
    otherwise: str = ""


@service
def write_checklist(
    *,
    actor: Actor,
    enterprise_id: int,
    fault_class: str,
    title: str,
    steps: Sequence[Step],
    at: datetime,
    seen: int = 0,
) -> int:
    """The next version of the fault class's checklist, or its first; its id.

    ``seen`` is the version the caller was looking at, 0 for none. Raises StaleVersion, Missing, Invalid.
    """
    policies.require(actor, "checklist.write", enterprise_id)
    code = clean(fault_class, field="fault_class", limit=100).strip()
    name = clean(title, field="title", limit=200).strip()
    tidy = [asdict(_checked(step)) for step in steps]
    if not tidy:
        raise Missing(field="steps")
    if len(tidy) > STEPS:
        raise Invalid(field="steps", limit=STEPS)
    scope = {"provider_id": actor.provider_id, "enterprise_id": enterprise_id}
    row = Checklist.objects.select_for_update().filter(**scope, fault_class=code, retired_at=None).first()
    if (row.latest if row else 0) != seen:
        raise StaleVersion(checklist=code, seen=seen, latest=row.latest if row else 0)
    if row is None:
        row = Checklist.objects.create(**scope, fault_class=code, title=name)
    else:
        Checklist.objects.filter(id=row.id).update(latest=seen + 1, title=name)
    ChecklistVersion.objects.create(
        **scope, checklist_id=row.id, number=seen + 1, steps=tidy, by_id=actor.person_id, at=at
    )
    record(actor, [Act(f"checklist:{row.id}", "checklist.written", enterprise_id, {"version": seen + 1})], at=at)
    made: int = row.id
    return made


@service
def retire_checklist(*, actor: Actor, enterprise_id: int, checklist_id: int, at: datetime) -> None:
    policies.require(actor, "checklist.write", enterprise_id)
    rows = Checklist.objects.filter(enterprise_id=enterprise_id, id=checklist_id, retired_at=None)
    if not rows.update(retired_at=at):
        raise NotFound(what="checklist", id=checklist_id)
    record(actor, [Act(f"checklist:{checklist_id}", "checklist.retired", enterprise_id)], at=at)


def _checked(step: Step) -> Step:
    if step.by not in BY:
        raise Invalid(field="by", value=step.by, allowed=list(BY))
    otherwise = clean(step.otherwise, field="otherwise", limit=500, required=False).strip()
    return Step(clean(step.text, field="step", limit=500).strip(), step.by, otherwise)
