"""Tickets for tests, made by the desk's own verbs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from tests.support.world import AT, Place
from tierline.agreements import services as agreements
from tierline.agreements.operations import NewParty
from tierline.agreements.queries import shelf
from tierline.desk import queries, services
from tierline.desk.models import Ticket
from tierline.desk.operations import NewTicket
from tierline.domain.sla import Reading
from tierline.plumbing import tenancy
from tierline.plumbing.actor import Actor

PACKAGE: dict[str, Any] = {
    "symptoms": "流水下载报证书错误",
    "impact": "一家客户无法付款",
    "steps_tried": [{"step": "更新证书", "result": "无效"}],
    "evidence": ["CERT_VERIFY_FAILED"],
    "question": "银行是否换了根证书？",
}


def after(minutes: float) -> datetime:
    return AT + timedelta(minutes=minutes)


def make_ticket(place: Place, *, at: datetime = AT, who: str = "requester", **told: Any) -> Ticket:
    requester = place.people[who]
    item = NewTicket(
        **{
            "enterprise_id": place.enterprise_id,
            "text": "银企直连下载流水失败",
            "requester_email": requester.email,
            "channel": "email",
            **told,
        }
    )
    made = services.open_tickets(actor=place.system, items=[item], at=at)[0]
    assert isinstance(made, Ticket), made
    return made


def fresh(actor: Actor, ticket: Ticket) -> Ticket:
    with tenancy.reading(actor):
        return queries.ticket(actor, ticket.id)


def do(verb: Callable[..., list[Ticket]], actor: Actor, ticket: Ticket, minutes: float, **told: Any) -> Ticket:
    """One verb on one ticket, seen as it stands in the hand of the caller."""
    return verb(actor=actor, seen={ticket.id: ticket.version}, at=after(minutes), **told)[0]


def make_resolved(place: Place, *, minutes: float = 60) -> Ticket:
    ticket = make_ticket(place)
    l1 = place.people["l1"]
    ticket = do(services.claim_tickets, l1, ticket, 1)
    ticket = do(services.reply_to_tickets, l1, ticket, 5, text="您好，正在处理。")
    return do(services.resolve_tickets, l1, ticket, minutes, cause="certificate", resolution="已更新证书")


def clocks(place: Place, ticket: Ticket, minutes: float) -> dict[str, Reading]:
    """The last clock of each kind as it reads then, for the product itself."""
    with tenancy.reading(place.system):
        row = queries.ticket(place.system, ticket.id)
        return {r.kind: r for r in queries.readings(place.system, row, at=after(minutes))}


def types(place: Place, ticket: Ticket) -> list[str]:
    with tenancy.reading(place.system):
        return [e.type for e in queries.events(place.system, queries.ticket(place.system, ticket.id))]


def add_supplier(place: Place, *, code: str = "bank", hours: int = 8) -> None:
    """A supplier with its underpinning contract, carried by the next version of the standard agreement."""
    named: dict[str, Any] = {"actor": place.system, "enterprise_id": place.enterprise_id}
    row = NewParty("supplier", code, "合作银行", "Partner bank")
    party_id = agreements.add_party(**named, row=row, at=AT - timedelta(days=2))
    targets = {"supplier": {priority: {"hours": hours} for priority in ("P1", "P2", "P3", "P4")}}
    always = dict.fromkeys(("P1", "P2", "P3", "P4"), "always")
    agreements.publish_party(**named, party_id=party_id, calendar_of=always, targets=targets, at=AT - timedelta(days=2))
    with tenancy.reading(place.system):
        standard = next(p for p in shelf.promises(place.enterprise_id) if p.code == "standard")
    draft = agreements.start_draft(**named, agreement_id=standard.id, at=AT - timedelta(days=1))
    agreements.publish_draft(**named, draft_id=draft, seen_version=1, at=AT - timedelta(days=1))
