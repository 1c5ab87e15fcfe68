"""What routing needs to know of tickets, and what it decided about them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from tierline.accounts import queries as accounts
from tierline.desk import policies
from tierline.desk.models import Decision, DispatchRule, SkillNeed, Ticket, TicketEvent
from tierline.domain import routing
from tierline.domain.calendars.zones import zone_of
from tierline.domain.lifecycle import State
from tierline.domain.routing import DEFAULT_LOADS, DEFAULT_WEIGHTS, Engineer, Need, Rule, Work
from tierline.plumbing.actor import Actor
from tierline.workforce import queries as workforce

PULL, PUSH, MANUAL = "pull", "push", "manual"
MODES = (PULL, PUSH)
# Whoever worked for the customer this lately goes on with it rather; the last of them before the others.
SERVED_WITHIN = timedelta(days=30)
_SERVED_LAST, _SERVED = 1000, 500
_SERVED_LIMIT = 5000
# Whom a ticket was taken from because nothing was said is not given it again so soon.
UNWANTED_FOR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class EnterpriseRule:
    enterprise_id: int
    mode: str
    rule: Rule
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NeedRow:
    id: int
    enterprise_id: int
    service_id: int
    fault_class: str
    skill: str
    level: int
    product: str


def rule_of(enterprise_id: int) -> EnterpriseRule:
    """The enterprise's rule; without one it is pull with the defaults."""
    row = DispatchRule.objects.filter(enterprise_id=enterprise_id).first()
    if row is None:
        return EnterpriseRule(enterprise_id, PULL, Rule())
    rule = Rule(
        weights=row.weights or DEFAULT_WEIGHTS,
        loads=row.loads or DEFAULT_LOADS,
        paused_share=row.paused_share,
        overflow=row.overflow,
    )
    return EnterpriseRule(enterprise_id, row.mode, rule, row.changed_at)


def pushing(enterprise_ids: Collection[int]) -> list[int]:
    """Those of the enterprises whose tickets are given out by the product."""
    rows = DispatchRule.objects.filter(enterprise_id__in=set(enterprise_ids), mode=PUSH)
    return sorted(rows.values_list("enterprise_id", flat=True))


def skill_needs(enterprise_ids: Iterable[int]) -> list[NeedRow]:
    rows = SkillNeed.objects.filter(enterprise_id__in=set(enterprise_ids)).select_related("skill")
    return [
        NeedRow(r.id, r.enterprise_id, r.service_id, r.fault_class, r.skill.code, r.level, r.product)
        for r in rows.order_by("service_id", "fault_class", "skill__code")
    ]


def works_of(tickets: Sequence[Ticket], *, at: datetime) -> list[Work]:
    """The tickets as routing sees them, each look-up once for all."""
    needs = skill_needs({t.enterprise_id for t in tickets})
    asking = accounts.people(t.requester_id for t in tickets)
    served = _served(tickets, at)
    unwanted = _unwanted(tickets, at)
    return [
        Work(
            id=t.id,
            enterprise=t.enterprise_id,
            tier=t.tier,
            priority=t.priority,
            order_at=t.order_at or t.opened_at,
            due_at=t.next_due_at,
            needs=_needs(t, needs),
            language=_language(asking.get(t.requester_id or 0)),
            served=served.get(_who(t), {}),
            unwanted=frozenset(unwanted.get(t.id, ())),
            is_paused=t.state == State.WAITING,
        )
        for t in tickets
    ]


def crew(enterprise_ids: Collection[int], rule: Rule, *, at: datetime) -> list[Engineer]:
    """Everybody assigned there with what each has to do, in all enterprises that the scope in force reaches."""
    people = workforce.crew(enterprise_ids, at=at, on=today(at))
    loads = loads_of([p.id for p in people], rule)
    return [replace(p, load=loads.get(p.id, 0)) for p in people]


def loads_of(person_ids: Collection[int], rule: Rule) -> dict[int, int]:
    """Person -> the weight of what that person has; what is paused counts its fraction."""
    rows = Ticket.objects.filter(is_open=True, assignee_id__in=person_ids)
    found: dict[int, int] = {}
    for person, priority, state, n in rows.values_list("assignee_id", "priority", "state").annotate(n=Count("id")):
        weight = rule.load_of(priority, is_paused=state == State.WAITING)
        found[person] = found.get(person, 0) + n * weight
    return found


def today(at: datetime) -> date:
    """By the provider's calendar: papers and skills end with their last day there."""
    return at.astimezone(zone_of(accounts.provider().zone)).date()


def waiting(enterprise_ids: Iterable[int], *, limit: int) -> Any:
    """Open tickets that nobody has, least slack first."""
    rows = Ticket.objects.filter(
        enterprise_id__in=set(enterprise_ids), is_open=True, assignee_id=None, merged_into_id=None
    )
    return rows.order_by("order_at", "id")[:limit]


def decisions(actor: Actor, ticket: Ticket) -> list[Decision]:
    """The youngest first."""
    assert policies.sees_internal(actor)
    return list(Decision.objects.filter(ticket_id=ticket.id).order_by("-id")[:50])


def unplaced(tickets: Iterable[Ticket]) -> dict[int, list[list[Any]]]:
    """Ticket -> why not whom, of those that nobody has because nobody could take them when it was last asked."""
    ids = [t.id for t in tickets if t.is_open and t.assignee_id is None]
    if not ids:
        return {}
    last = Decision.objects.filter(ticket_id__in=ids).order_by("ticket_id", "-id").distinct("ticket_id")
    return {d.ticket_id: d.refused for d in last if d.chosen_id is None}


def explained(actor: Actor, ticket: Ticket, *, at: datetime) -> routing.Decision:
    """Who should have it as things stand now."""
    assert policies.sees_internal(actor)
    found = rule_of(ticket.enterprise_id)
    people = crew([ticket.enterprise_id], found.rule, at=at)
    return routing.decide(works_of([ticket], at=at)[0], people, rule=found.rule, at=at, on=today(at))


def _needs(ticket: Ticket, rows: Iterable[NeedRow]) -> tuple[Need, ...]:
    return tuple(
        Need(r.skill, r.level, r.product)
        for r in rows
        if r.service_id == ticket.service_id and r.fault_class in ("", ticket.fault_class)
    )


def _language(person: accounts.Contact | None) -> str:
    return person.language if person else ""


_Who = tuple[str, int | None]


def _who(ticket: Ticket) -> _Who:
    return ("customer", ticket.customer_id) if ticket.customer_id else ("requester", ticket.requester_id)


def _served(tickets: Sequence[Ticket], at: datetime) -> Mapping[_Who, Mapping[int, int]]:
    """Who worked for the same customer lately; of a ticket without one, for the same requester."""
    customers = {t.customer_id for t in tickets if t.customer_id}
    others = {t.requester_id for t in tickets if not t.customer_id and t.requester_id}
    rows = Ticket.objects.filter(
        Q(customer_id__in=customers) | Q(customer_id=None, requester_id__in=others),
        assignee_id__isnull=False,
        opened_at__gt=at - SERVED_WITHIN,
    ).order_by("-opened_at", "-id")
    found: dict[_Who, dict[int, int]] = {}
    columns = rows.values_list("customer_id", "requester_id", "assignee_id")[:_SERVED_LIMIT]
    for customer, requester, assignee in columns:
        own = found.setdefault(("customer", customer) if customer else ("requester", requester), {})
        own.setdefault(assignee, _SERVED if own else _SERVED_LAST)
    return found


def _unwanted(tickets: Sequence[Ticket], at: datetime) -> Mapping[int, set[int]]:
    rows = TicketEvent.objects.filter(
        ticket_id__in=[t.id for t in tickets],
        type="assigned",
        occurred_at__gt=at - UNWANTED_FOR,
        payload__reason="nothing_said",
    )
    found: dict[int, set[int]] = {}
    for ticket_id, payload in rows.values_list("ticket_id", "payload"):
        found.setdefault(ticket_id, set()).add(payload["was"])
    return found
