"""What may be answered: one rule for the enterprise, and one for a class of faults where it differs."""

from __future__ import annotations

from datetime import datetime

from tierline.answers import policies, queries
from tierline.answers.models import AnswerPolicy
from tierline.answers.services.auditing import DRAW, next_monday
from tierline.audit.operations import Act, record
from tierline.domain.answering import Mode, Policy
from tierline.domain.errors import DomainError, Invalid, NotFound
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import service
from tierline.plumbing.timers import Wanted, set_timers


class NotProven(DomainError):
    """Automatic answers need a measured precision whose lower bound reaches the target. ``low``, ``target``, ``n``."""

    code = "answer_not_proven"


@service
def set_policy(
    *, actor: Actor, enterprise_id: int, mode: str, target: float, at: datetime, fault_class: str = ""
) -> None:
    """Raises NotProven for ``automatic`` while the measured precision of the class does not bear it, Invalid."""
    policies.require(actor, "answer.policy", enterprise_id)
    if mode not in {m.value for m in Mode}:
        raise Invalid(field="mode", value=mode, allowed=[m.value for m in Mode])
    wanted = Policy(Mode(mode), target)
    if fault_class and fault_class not in queries.fault_classes(enterprise_id):
        raise Invalid(field="fault_class", value=fault_class)
    if wanted.mode is Mode.AUTOMATIC:
        measured = queries.measured(enterprise_id, fault_class)
        if measured.low < target or not measured.n:
            raise NotProven(low=round(measured.low, 3), target=target, n=measured.n)
    was = AnswerPolicy.objects.filter(enterprise_id=enterprise_id, fault_class=fault_class).first()
    AnswerPolicy.objects.update_or_create(
        provider_id=actor.provider_id,
        enterprise_id=enterprise_id,
        fault_class=fault_class,
        defaults={"mode": mode, "target": target, "changed_by_id": actor.person_id, "changed_at": at},
    )
    # From now on there are answers of which some are judged.
    draw = Wanted(enterprise_id, enterprise_id, "", next_monday(at))
    set_timers([enterprise_id], {DRAW: [draw]})
    facts = {"fault_class": fault_class, "mode": mode, "was": was.mode if was else None, "target": target}
    record(actor, [Act(f"enterprise:{enterprise_id}", "answers.policy", enterprise_id, facts)], at=at)


@service
def drop_policy(*, actor: Actor, enterprise_id: int, fault_class: str, at: datetime) -> None:
    """The class follows the enterprise's rule again."""
    policies.require(actor, "answer.policy", enterprise_id)
    gone, _ = AnswerPolicy.objects.filter(enterprise_id=enterprise_id, fault_class=fault_class).delete()
    if not fault_class or not gone:
        raise NotFound(what="answer_policy", fault_class=fault_class)
    facts = {"fault_class": fault_class, "mode": None}
    record(actor, [Act(f"enterprise:{enterprise_id}", "answers.policy", enterprise_id, facts)], at=at)
