"""分流: work is given to whoever should have it now, or taken by whoever asks for the next."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tierline.agreements import queries as agreements
from tierline.audit.operations import Act
from tierline.audit.operations import record as audit
from tierline.desk import policies
from tierline.desk.events import TicketAssigned, TicketUnplaced, WorkMoved
from tierline.desk.models import DispatchRule, SkillNeed, Ticket
from tierline.desk.operations import Command, Draft, record_commands
from tierline.desk.operations.giving import give, take_turns
from tierline.desk.queries import routing as queries
from tierline.desk.queries.routing import MODES, PULL, PUSH
from tierline.domain import routing
from tierline.domain.errors import DomainError, Invalid, NotAllowed, NotFound
from tierline.domain.lifecycle import State
from tierline.domain.routing import Decision, Duty, Engineer, Rule
from tierline.plumbing.actor import ENGINEER, Actor
from tierline.plumbing.announce import announce
from tierline.plumbing.service import service
from tierline.workforce import queries as workforce

BATCH = 1000
# A hand-over note keeps its tickets from the queue so long; then they are given out though nobody accepted it.
NOTE_KEEPS = timedelta(hours=1)


class NothingToTake(DomainError):
    """Nothing in the queue is for this engineer now. ``waiting``: how many wait; ``why``: the codes of why not."""

    code = "nothing_to_take"


@service
def dispatch_waiting(*, actor: Actor, enterprise_id: int, at: datetime) -> list[Decision]:
    """Give out what waits in an enterprise that pushes; asked again, it finds nothing to do.

    ``actor`` reaches every enterprise of the provider, because what people have elsewhere counts. First, what belongs
    to somebody who is no longer there goes back to the queue.
    """
    take_turns(actor.provider_id)
    found = queries.rule_of(enterprise_id)
    if found.mode != PUSH:
        return []
    people = queries.crew([enterprise_id], found.rule, at=at)
    _return_left(actor, enterprise_id, people, at)
    rows = queries.waiting([enterprise_id], limit=BATCH).select_for_update(skip_locked=True, of=("self",))
    tickets = {t.id: t for t in rows}
    # What was just returned weighs on nobody any more.
    people = queries.crew([enterprise_id], found.rule, at=at)
    works = queries.works_of(list(tickets.values()), at=at)
    decided = routing.give_out(works, people, rule=found.rule, at=at, on=queries.today(at))
    known = queries.unplaced(tickets.values())
    news = [d for d in decided if d.chosen is not None or _shape(d.refused) != _shape(known.get(d.work))]
    given = give(actor, tickets, news, trigger=PUSH, at=at)
    announce(*(_given(t, at) for t in given))
    announce(
        *(
            TicketUnplaced(provider_id=t.provider_id, enterprise_id=t.enterprise_id, at=at, ticket_id=t.id)
            for t in (tickets[d.work] for d in news if d.chosen is None and d.work not in known)
        )
    )
    return list(decided)


@service
def next_ticket(*, actor: Actor, at: datetime) -> Ticket:
    """The next ticket for me: the first of the queue, in all enterprises in reach, that I may take.

    Raises NothingToTake, NotAllowed for everybody but engineers.
    """
    policies.require(actor, "claim")
    if actor.role != ENGINEER or actor.person_id is None:
        raise NotAllowed(right="ticket.claim", role=actor.role)
    take_turns(actor.provider_id)
    rows = queries.waiting(actor.tiers, limit=BATCH).select_for_update(skip_locked=True, of=("self",))
    tickets = {t.id: t for t in rows}
    rule = Rule()
    me = next((e for e in queries.crew(list(actor.tiers), rule, at=at) if e.id == actor.person_id), None)
    if me is None:
        raise NotAllowed(right="ticket.claim", role=actor.role)
    me = _there(me, set(queries.pushing(actor.tiers)))
    works = queries.works_of(list(tickets.values()), at=at)
    on = queries.today(at)
    found, passed = routing.next_for(me, works, rule=rule, at=at, on=on)
    if found is None:
        raise NothingToTake(waiting=len(tickets), why=sorted({r.code for _, r in passed}))
    ranked = routing.rank(found, [me], rule=rule, at=at, on=on)
    return give(actor, tickets, [Decision(found.id, me.id, ranked, ())], trigger=PULL, at=at)[0]


@service
def set_dispatch_rule(
    *,
    actor: Actor,
    enterprise_id: int,
    mode: str,
    at: datetime,
    weights: Mapping[str, int] | None = None,
    paused_share: int = 4,
    overflow: int = 1,
) -> None:
    """How the enterprise's work is given out from now on. Raises Invalid for a rule that makes no sense."""
    policies.require(actor, "dispatch.change")
    if enterprise_id not in actor.enterprises:
        raise NotFound(what="enterprise")
    if mode not in MODES:
        raise Invalid(field="mode", value=mode, allowed=list(MODES))
    rule = Rule(weights=weights or routing.DEFAULT_WEIGHTS, paused_share=paused_share, overflow=overflow)
    values: dict[str, Any] = {
        "mode": mode,
        "weights": dict(rule.weights) if weights else {},
        "paused_share": paused_share,
        "overflow": overflow,
        "changed_by_id": actor.person_id,
        "changed_at": at,
    }
    DispatchRule.objects.update_or_create(provider_id=actor.provider_id, enterprise_id=enterprise_id, defaults=values)
    _audit_rule(actor, enterprise_id, "dispatch.changed", {"mode": mode, "weights": values["weights"]}, at)
    _look_again(actor, enterprise_id, at)


@service
def add_skill_need(
    *,
    actor: Actor,
    enterprise_id: int,
    service_code: str,
    skill: str,
    at: datetime,
    level: int = 1,
    fault_class: str = "",
    product: str = "",
) -> int:
    """From now on the service's tickets are given only to people with the skill. Setting it anew changes the level."""
    policies.require(actor, "dispatch.change")
    if enterprise_id not in actor.enterprises:
        raise NotFound(what="enterprise")
    wanted = agreements.services_by_code(enterprise_id, [service_code]).get(service_code)
    if wanted is None:
        raise NotFound(what="service", value=service_code)
    known = next((s for s in workforce.skills() if s.code == skill), None)
    if known is None:
        raise NotFound(what="skill", value=skill)
    if not 1 <= level <= 5:
        raise Invalid(field="level", value=level, allowed=[1, 5])
    row, _ = SkillNeed.objects.update_or_create(
        provider_id=actor.provider_id,
        enterprise_id=enterprise_id,
        service_id=wanted.id,
        fault_class=fault_class,
        skill_id=known.id,
        defaults={"level": level, "product": product, "created_at": at},
    )
    _audit_rule(actor, enterprise_id, "skill_need.set", {"service": wanted.id, "skill": skill, "level": level}, at)
    return int(row.id)


@service
def remove_skill_need(*, actor: Actor, need_id: int, at: datetime) -> None:
    policies.require(actor, "dispatch.change")
    row = SkillNeed.objects.filter(id=need_id).first()
    if row is None:
        raise NotFound(what="skill_need", id=need_id)
    SkillNeed.objects.filter(id=need_id).delete()
    _audit_rule(actor, row.enterprise_id, "skill_need.removed", {"need": need_id}, at)
    _look_again(actor, row.enterprise_id, at)


def _return_left(actor: Actor, enterprise_id: int, people: Sequence[Engineer], at: datetime) -> None:
    """Ownership ends with the shift, with leave and with the assignment; paused work stays until it goes on."""
    there = {p.id for p in people if p.seats[enterprise_id].duty is not None and not p.is_on_leave}
    rows = Ticket.objects.filter(
        enterprise_id=enterprise_id,
        state__in=(State.NEW, State.OPEN),
        is_open=True,
        merged_into_id=None,
        assignee_id__isnull=False,
    ).exclude(assignee_id__in=there)
    kept = _handed_over([enterprise_id], at)
    left = [t for t in rows.order_by("id").select_for_update(skip_locked=True, of=("self",)) if t.id not in kept]
    assigned: set[int | None] = {p.id for p in people}
    if left:
        record_commands(actor, [_returned(t, assigned) for t in left], at=at)


def _returned(ticket: Ticket, assigned: Collection[int | None]) -> Command:
    reason = "shift_ended" if ticket.assignee_id in assigned else "assignment_ended"
    return Command(ticket, "return", [Draft("assigned", {"was": ticket.assignee_id, "reason": reason})])


def _handed_over(enterprise_ids: Iterable[int], at: datetime) -> set[int]:
    """Tickets on a fresh hand-over note that waits to be accepted."""
    notes = workforce.open_notes(enterprise_ids)
    return {ticket for note in notes if note.written_at > at - NOTE_KEEPS for ticket in note.tickets}


def _there(me: Engineer, pushing: Collection[int]) -> Engineer:
    """Who asks is there, whatever the roster says; but where work is given out, ownership ends with the shift."""
    seats = {e: seat if e in pushing else replace(seat, duty=seat.duty or Duty()) for e, seat in me.seats.items()}
    return replace(me, seats=seats)


def _audit_rule(actor: Actor, enterprise_id: int, action: str, facts: Mapping[str, Any], at: datetime) -> None:
    audit(actor, [Act(f"enterprise:{enterprise_id}", action, enterprise_id, dict(facts))], at=at)


def _look_again(actor: Actor, enterprise_id: int, at: datetime) -> None:
    announce(
        *(WorkMoved(provider_id=actor.provider_id, enterprise_id=e, at=at) for e in queries.pushing([enterprise_id]))
    )


def _shape(refused: Iterable[Sequence[Any]] | None) -> list[tuple[Any, Any]] | None:
    """Who and why, without the figures that change all the time."""
    return None if refused is None else sorted((r[0], r[1]) for r in refused)


def _given(ticket: Ticket, at: datetime) -> TicketAssigned:
    assert ticket.assignee_id is not None
    return TicketAssigned(
        provider_id=ticket.provider_id,
        enterprise_id=ticket.enterprise_id,
        at=at,
        ticket_id=ticket.id,
        assignee_id=ticket.assignee_id,
        by_id=None,
    )
