"""The ticket's workspace: the conversation, the clocks, and every move that is open to the reader now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tierline.accounts import queries as accounts
from tierline.accounts.queries import Contact
from tierline.agreements import queries as agreements
from tierline.assets import queries as assets
from tierline.audit import queries as audit
from tierline.desk import forms, policies, queries
from tierline.desk.views import offers, timeline
from tierline.desk.views.queue import head_clocks, visible_clocks
from tierline.desk.views.verbs import VERBS
from tierline.domain.events import Event, standing
from tierline.domain.sla import Reading
from tierline.plumbing import tenancy
from tierline.plumbing.actor import GUEST, REQUESTER, Actor


@dataclass(frozen=True, slots=True)
class Workspace:
    """Everything the page draws, read in one transaction."""

    ticket: Any
    lines: Sequence[timeline.Line]
    clocks: Sequence[Reading]
    moves: Sequence[str]
    requester: Contact | None
    assignee: Contact | None
    customer: Any
    service: str
    fault_class: str
    asset: Any
    agreement: Any
    merged_into: Any
    tasks: Sequence[Any]
    links: Sequence[Any]
    audit: Sequence[Any]
    chain_faults: int
    people: Mapping[int, Contact]
    path: Sequence[tuple[int, Contact | None]]
    offer: forms.Offer
    recent: Sequence[Any]


@require_safe
def ticket(request: HttpRequest, number: str) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.role in (REQUESTER, GUEST):
        return _to_portal(actor, number)
    at = request.received_at  # type: ignore[attr-defined]
    is_live = "live" in request.GET
    with tenancy.reading(actor):
        found = queries.ticket_numbered(actor, number)
        work = workspace(actor, found, at=at, is_live=is_live)
    fresh = {"version": found.version, "seq": found.last_seq}
    is_own = found.assignee_id == actor.person_id
    verbs = [verb for verb in work.moves if verb in VERBS and not (verb == "claim" and is_own)]
    offered = {verb: VERBS[verb].form(offer=work.offer, initial=fresh) for verb in verbs}
    finishing = forms.FinishTask(offer=work.offer, initial=fresh) if "task-finish" in work.moves else None
    shown = {
        "section": "ticket",
        "work": work,
        "ticket": found,
        "forms": offered,
        "finishing": finishing,
        "at": at,
        "head_clocks": head_clocks(work.clocks),
        "is_inside": policies.sees_internal(actor),
        "tier_up": next((t for t in (2, 3) if t > found.tier), None),
        "done": request.GET.get("done", ""),
        "closing": closing(found),
        "is_live": is_live,
        "waits_too": "wait" in work.moves or found.state == "new",
    }
    return render(request, "desk/ticket.html", shown)


@dataclass(frozen=True, slots=True)
class Stage:
    """One part of closing. ``look``: done, now or later."""

    verb: str
    look: str
    at: datetime | None


def closing(ticket: Any) -> list[Stage]:
    """恢复, 解决, 验证, 归档: what is done, what is to do now, what comes after. Restoring may be left to resolving."""
    done = {
        "restore": ticket.restored_at,
        "resolve": ticket.resolved_at,
        "verify": ticket.verified_at,
        "archive": ticket.archived_at,
    }
    first = next((verb for verb, when in done.items() if when is None), "")
    is_now = {first, "resolve"} if first == "restore" else {first}
    return [
        Stage(verb, "done" if when else "now" if verb in is_now and ticket.state != "new" else "later", when)
        for verb, when in done.items()
    ]


def workspace(actor: Actor, ticket: Any, *, at: datetime, is_live: bool = False) -> Workspace:
    """``is_live``: a page that is open already fetches what changed, without its forms and its record."""
    events = queries.events(actor, ticket)
    readings = queries.readings(actor, ticket, at=at)
    trail = audit.lines(f"ticket:{ticket.id}") if policies.sees_internal(actor) and not is_live else []
    people = accounts.people([
        ticket.requester_id,
        ticket.assignee_id,
        *(e.actor_id for e in events),
        *(e.payload.get("assignee") for e in events),
        *(e.payload.get("was") for e in events if e.type == "assigned"),
        *(line.actor_id for line in trail),
    ])  # fmt: skip
    services = agreements.services_by_id([ticket.service_id, *(e.payload.get("service") for e in events)])
    others = queries.tickets(
        actor, [*timeline.tickets_named(events), *([ticket.merged_into_id] if ticket.merged_into_id else [])]
    )
    files: dict[int, list[Any]] = {}
    for file in queries.attachments(actor, ticket):
        files.setdefault(file.event_seq or 0, []).append(file)
    names = timeline.Names(
        people,
        {i: offers.service_name(s) for i, s in services.items()},
        {i: t.number for i, t in others.items()},
        offers.fault_class_names(services),
    )
    moves = queries.allowed_moves(actor, ticket)
    open_tasks = queries.tasks(actor, ticket)
    return Workspace(
        ticket=ticket,
        lines=timeline.lines(events, names, files),
        clocks=visible_clocks(readings),
        moves=[*moves, "task-finish"] if "note" in moves and any(t.finished_at is None for t in open_tasks) else moves,
        requester=people.get(ticket.requester_id),
        assignee=people.get(ticket.assignee_id),
        customer=accounts.customers([ticket.customer_id]).get(ticket.customer_id) if ticket.customer_id else None,
        service=names.services.get(ticket.service_id, ""),
        fault_class=names.fault_classes.get(ticket.fault_class, ticket.fault_class),
        asset=assets.assets_by_id([ticket.asset_id]).get(ticket.asset_id) if ticket.asset_id else None,
        agreement=agreements.versions([ticket.agreement_id]).get(ticket.agreement_id) if ticket.agreement_id else None,
        merged_into=others.get(ticket.merged_into_id),
        tasks=open_tasks,
        links=queries.links(actor, ticket),
        audit=trail,
        chain_faults=audit.faults_of(f"ticket:{ticket.id}") if trail else 0,
        people=people,
        path=tier_path(ticket, events, people),
        offer=offers.offer(actor, ticket, events, moves, at=at) if not is_live else forms.Offer(),
        recent=_recent(actor, ticket),
    )


def tier_path(ticket: Any, events: Sequence[Event], people: Mapping[int, Contact]) -> list[tuple[int, Contact | None]]:
    """Who had it in each tier; a tier that it has not reached has nobody."""
    holders: dict[int, Contact | None] = {1: None, 2: None, 3: None}
    tier = 1
    for event in standing(events):
        if event.type == "accepted":
            tier = event.payload["tier"]
        elif event.type == "handed_back":
            tier = event.payload["to"]
        if event.type in ("accepted", "assigned", "handed_back") and event.payload.get("assignee"):
            holders[tier] = people.get(event.payload["assignee"])
    return list(holders.items())


def _recent(actor: Actor, ticket: Any) -> list[Any]:
    """The same customer's last tickets."""
    if ticket.customer_id is None:
        return []
    page = queries.page(actor, queries.Filter(customer_id=ticket.customer_id), limit=6)
    return [t for t in page.tickets if t.id != ticket.id][:5]


def _to_portal(actor: Actor, number: str) -> HttpResponse:
    """A requester's link (from a mail, say) leads to the portal's page of the same ticket."""
    with tenancy.reading(actor):
        found = queries.ticket_numbered(actor, number)
        slug = accounts.enterprise(found.enterprise_id).slug
    return redirect(reverse("portal_ticket", args=[slug, found.number]))
