"""What a version must satisfy before people are promised it: beyond what a clock could be read with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from tierline.domain.errors import Invalid
from tierline.domain.priority import Priority
from tierline.domain.terms.kinds import Kind, read_kind
from tierline.domain.terms.steps import Step, StepNonsense
from tierline.domain.terms.terms import Promise, Terms, UnknownCalendar

# Whom an alert step may address: the owner, the manager in charge, a tier.
TELLS = ("assignee", "manager", "L2", "L3")
# Promised to every ticket or to none: nobody is to find that hers is never answered or never solved.
_FOR_EVERYONE = (Kind.GRADING, Kind.FIRST_RESPONSE, Kind.RESOLVE)
_PRIORITIES = tuple(priority.value for priority in Priority)


class TargetMissing(Invalid):
    """Something is built on a target that is not there. ``kind``, ``priority``, ``needed_by``."""

    code: ClassVar[str] = "target_missing"


def check_published(terms: Terms) -> None:
    """Raises TargetMissing, StepNonsense, UnknownCalendar (a priority without one)."""
    for priority in _PRIORITIES:
        if priority not in terms.calendar_of:
            raise UnknownCalendar(field="calendar_of", calendar="", priority=priority)
    for kind in _FOR_EVERYONE:
        promised = {p for k, p, _ in terms.targets if k is kind}
        for priority in _PRIORITIES:
            if promised and priority not in promised:
                raise TargetMissing(field="targets", kind=kind.value, priority=priority, needed_by="other_priorities")
    for credit in terms.credits:
        if terms.promise(read_kind(credit.kind), credit.priority) is None:
            raise TargetMissing(field="credits", kind=credit.kind, priority=credit.priority, needed_by="credit")
    for step in terms.steps:
        _check_step(step, terms)


def _check_step(step: Step, terms: Terms) -> None:
    if step.tell not in TELLS:
        raise StepNonsense(field="steps", key=step.key, why="tells_nobody", value=step.tell)
    unknown = step.priorities - set(_PRIORITIES)
    if unknown:
        raise StepNonsense(field="steps", key=step.key, why="unknown_priority", value=", ".join(sorted(unknown)))
    promised = list(_addressed(step, terms))
    if not promised:
        raise StepNonsense(field="steps", key=step.key, why="never_applies", value="")
    if step.offset < 0 and all(promise.micros <= -step.offset for promise in promised):
        raise StepNonsense(field="steps", key=step.key, why="before_start", value=-step.offset // 60_000_000)


def _addressed(step: Step, terms: Terms) -> Iterator[Promise]:
    for kind, priority, tier in terms.targets:
        promise = terms.promise(kind, priority, tier)
        if promise is not None and step.applies(kind.value, priority):
            yield promise
    for kind, party, priority in terms.parties:
        promise = terms.party_promise(kind, party, priority)
        if promise is not None and step.applies(kind.value, priority):
            yield promise
