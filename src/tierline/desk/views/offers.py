"""What a ticket's forms let one choose from: the catalogue, the colleagues, the tiers above, the messages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import get_language, gettext

from tierline.accounts import queries as accounts
from tierline.agreements import queries as agreements
from tierline.agreements.queries import shelf
from tierline.agreements.queries.drafts import DEPARTMENT, SUPPLIER
from tierline.desk import queries
from tierline.desk.fields import Choices
from tierline.desk.forms import Offer
from tierline.desk.queries import checking
from tierline.domain.events import Event
from tierline.knowledge import queries as knowledge
from tierline.plumbing.actor import ENGINEER, Actor
from tierline.plumbing.wording import code_word

_PREVIEW = 40
_USUAL = ("rd", "operations", "business", "partner", "customer")
_READ = 2000


def offer(actor: Actor, ticket: Any, events: Sequence[Event], moves: Sequence[str], *, at: datetime) -> Offer:
    """Read only for who may move the ticket at all."""
    if not {"classify", "assign", "escalate", "resolve", "split"} & set(moves):
        return Offer()
    catalogue = agreements.services(ticket.enterprise_id)
    return Offer(
        services=[(s.code, service_name(s)) for s in catalogue],
        fault_classes=fault_classes(catalogue),
        assignees=_assignees(ticket, at),
        tiers=[(f"L{n}", f"L{n} · {gettext(f'page.tier.{n}')}") for n in (2, 3) if n > ticket.tier],
        articles=_articles(ticket, events),
        causes=_causes(actor, ticket),
        messages=_messages(events),
        reasons=_reasons(ticket),
        departments=_departments(ticket.enterprise_id),
        suppliers=[(p.code, party_name(p)) for p in shelf.parties(ticket.enterprise_id, SUPPLIER) if p.is_active],
        preset=_preset(ticket, catalogue, events),
    )


def service_name(service: agreements.ServiceRow) -> str:
    return service.name_en if get_language() == "en" else service.name_zh


def party_name(party: shelf.PartyRow) -> str:
    return party.name_en if get_language() == "en" else party.name_zh


def suppliers_named(enterprise_id: int) -> dict[str, str]:
    """code -> name in the reader's language, the retired ones too."""
    return {p.code: party_name(p) for p in shelf.parties(enterprise_id, SUPPLIER)}


def _departments(enterprise_id: int) -> Choices:
    """Those with an agreement of their own first, by their names; then those that every desk knows."""
    own = {p.code: party_name(p) for p in shelf.parties(enterprise_id, DEPARTMENT) if p.is_active}
    return list({**own, **{code: code_word("department", code) for code in _USUAL if code not in own}}.items())


def service_named(service_id: int | None) -> str:
    found = agreements.services_by_id([service_id]).get(service_id or 0)
    return service_name(found) if found else ""


def fault_classes(catalogue: Sequence[agreements.ServiceRow]) -> Choices:
    groups = []
    for service in catalogue:
        own = agreements.fault_classes(service.id)
        if own:
            english = get_language() == "en"
            groups.append((service_name(service), [(f.code, f.name_en if english else f.name_zh) for f in own]))
    return groups


def fault_class_names(service_ids: Iterable[int]) -> dict[str, str]:
    """code -> name in the reader's language, of these services."""
    found = [f for service_id in service_ids for f in agreements.fault_classes(service_id)]
    return {f.code: f.name_en if get_language() == "en" else f.name_zh for f in found}


def _assignees(ticket: Any, at: datetime) -> Choices:
    """Engineers whose tier can have it; the service asks again."""
    able = [(p, tier) for p, tier in accounts.engineers(ticket.enterprise_id, at=at) if p.role == ENGINEER and tier]
    return [(p.id, f"{p.name} · L{tier}") for p, tier in able if tier >= ticket.tier]


def _articles(ticket: Any, events: Sequence[Event]) -> Choices:
    """Those that speak of what the ticket says, then the one it cites, then the newest."""
    asked = next((e.words.get("text", "") for e in events if e.type == "opened"), "")
    question = f"{ticket.subject}\n{asked[:_READ]}"
    hits = knowledge.search(ticket.enterprise_id, question, audiences=knowledge.AUDIENCES, limit=8)
    rows = knowledge.article_page(ticket.enterprise_id, state="published", limit=30)
    cited = knowledge.articles([ticket.article_id]).values()
    known: list[Any] = [*hits, *cited, *rows]
    return list({a.id: (a.id, f"{a.number} {a.title}") for a in known}.values())


def _causes(actor: Actor, ticket: Any) -> list[str]:
    """The words that colleagues used last for what was behind it: the same cause under one name."""
    page = queries.page(actor, queries.Filter(view="recent", enterprise_id=ticket.enterprise_id), limit=50)
    return list(dict.fromkeys(t.cause for t in page.tickets if t.cause))[:12]


def _messages(events: Sequence[Event]) -> Choices:
    said = [e for e in events if e.type in ("opened", "customer_message") and e.words.get("text")]
    return [(e.seq, f"{e.seq} · {' '.join(e.words['text'].split())[:_PREVIEW]}") for e in said]


def _reasons(ticket: Any) -> Choices:
    reasons = ("worsened", "misread") if ticket.graded else ("first", "worsened", "misread")
    return [(reason, gettext(f"page.priority_reason.{reason}")) for reason in reasons]


def _preset(ticket: Any, catalogue: Sequence[agreements.ServiceRow], events: Sequence[Event]) -> dict[str, Any]:
    """What the record already knows, so that nobody types it twice."""
    service = next((s.code for s in catalogue if s.id == ticket.service_id), "")
    asked = next((e.words.get("text", "") for e in events if e.type == "opened"), "")
    return {
        "service": service,
        "fault_class": ticket.fault_class,
        "impact": ticket.impact,
        "urgency": ticket.urgency,
        "assignee": ticket.assignee_id,
        "article": ticket.article_id,
        "symptoms": asked,
        "steps_tried": checking.steps_tried(events),
        "package_impact": _impact_words(ticket),
        "subject": ticket.subject,
    }


def _impact_words(ticket: Any) -> str:
    """The grading in words, as the first draft of the package's impact."""
    graded = [
        gettext(f"page.{kind}.{code}")
        for kind, code in (("impact", ticket.impact), ("urgency", ticket.urgency))
        if code
    ]
    return gettext("page.time.pause").join(graded)


def for_new(actor: Actor, in_view: int | None) -> dict[str, Choices]:
    """Enterprises and services of the form for a new ticket; the one in view only, where there is one."""
    reached = [e for e in accounts.enterprises() if e.id in actor.enterprises and in_view in (None, e.id)]
    catalogue = {e.name: [(s.code, service_name(s)) for s in agreements.services(e.id)] for e in reached}
    services: Choices = list(catalogue.items()) if len(reached) > 1 else next(iter(catalogue.values()), [])
    return {"enterprises": [(e.id, e.name) for e in reached], "services": services}
