"""What a verb on several tickets lets one choose from: what holds for each of them, and for how many it holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from tierline.accounts import queries as accounts
from tierline.accounts.queries import Contact
from tierline.agreements import queries as agreements
from tierline.desk.fields import Choices
from tierline.desk.queries import board
from tierline.desk.views import offers
from tierline.domain.priority import DEFAULT_MATRIX, Impact, Matrix, Urgency
from tierline.plumbing.actor import Actor


@dataclass(frozen=True, slots=True)
class Able:
    """Somebody who can have ``n`` of the tickets; ``load`` is what they have already."""

    person: Contact
    tier: int
    load: int
    n: int
    is_me: bool


@dataclass(frozen=True, slots=True)
class BulkOffer:
    """``grid`` is one row an impact: its code, and per urgency the value, the priority it gives and both in words."""

    able: Sequence[Able] = ()
    services: Choices = ()
    fault_classes: Choices = ()
    reasons: Choices = ()
    grid: Sequence[tuple[str, Sequence[tuple[str, str, str]]]] = ()
    urgencies: Sequence[str] = ()
    graded: str = ""

    @property
    def assignees(self) -> Choices:
        return [(a.person.id, a.person.name) for a in self.able]


def offer(actor: Actor, tickets: Sequence[Any], *, at: datetime) -> BulkOffer:
    if not tickets:
        return BulkOffer()
    services, fault_classes = _catalogue(tickets)
    first = tickets[0]
    same = {(t.impact, t.urgency) for t in tickets}
    return BulkOffer(
        able=_able(actor, tickets, at),
        services=services,
        fault_classes=fault_classes,
        reasons=_reasons(tickets),
        grid=_grid(_matrix(tickets)),
        urgencies=[gettext(f"page.urgency_short.{u.value}") for u in Urgency],
        graded=f"{first.impact}|{first.urgency}" if len(same) == 1 and first.impact and first.urgency else "",
    )


def _able(actor: Actor, tickets: Sequence[Any], at: datetime) -> list[Able]:
    """Whoever can have at least one: oneself first, then who can have most, then who has least to do."""
    people: dict[int, Contact] = {}
    tiers: dict[int, dict[int, int]] = {}
    for person, enterprise_id, tier in accounts.engineers_of({t.enterprise_id for t in tickets}, at=at):
        people[person.id] = person
        tiers.setdefault(person.id, {})[enterprise_id] = tier
    loads = board.loads(actor, people)
    found = [
        Able(
            person=person,
            tier=max(tiers[person_id].values()),
            load=loads.get(person_id, 0),
            n=sum(tiers[person_id].get(t.enterprise_id, 0) >= t.tier for t in tickets),
            is_me=person_id == actor.person_id,
        )
        for person_id, person in people.items()
    ]
    return sorted((a for a in found if a.n), key=lambda a: (not a.is_me, -a.n, a.load, a.person.id))


def _catalogue(tickets: Sequence[Any]) -> tuple[Choices, Choices]:
    """The services that every enterprise among them has, by code, and the fault classes of those."""
    catalogues = [agreements.services(e) for e in sorted({t.enterprise_id for t in tickets})]
    common = set.intersection(*({s.code for s in catalogue} for catalogue in catalogues))
    shown = [s for s in catalogues[0] if s.code in common]
    return [(s.code, offers.service_name(s)) for s in shown], offers.fault_classes(shown)


def _reasons(tickets: Sequence[Any]) -> Choices:
    """``first`` grades, so it is offered while none of them is graded."""
    reasons = ("worsened", "misread") if any(t.graded for t in tickets) else ("first", "worsened", "misread")
    return [(reason, gettext(f"page.priority_reason.{reason}")) for reason in reasons]


def _matrix(tickets: Sequence[Any]) -> Matrix | None:
    """The agreement's matrix, where one holds for all of them."""
    terms = agreements.terms({t.agreement_id for t in tickets if t.agreement_id})
    found = [terms[t.agreement_id].matrix if t.agreement_id in terms else DEFAULT_MATRIX for t in tickets]
    return found[0] if all(matrix == found[0] for matrix in found) else None


def _grid(matrix: Matrix | None) -> list[tuple[str, list[tuple[str, str, str]]]]:
    def cell(impact: Impact, n: int, urgency: Urgency) -> tuple[str, str, str]:
        result = str(matrix[impact][n]) if matrix else ""
        words = gettext(f"page.impact.{impact}"), gettext(f"page.urgency_short.{urgency}"), result
        return f"{impact}|{urgency}", result, " · ".join(filter(None, words))

    return [(i.value, [cell(i, n, u) for n, u in enumerate(Urgency)]) for i in Impact]
