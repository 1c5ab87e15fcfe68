"""The ticket's workspace: the conversation, the clocks, and every move that is open to the reader now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from tierline.accounts import queries as accounts
from tierline.accounts.queries import Contact
from tierline.agreements import queries as agreements
from tierline.assets import queries as assets
from tierline.audit import queries as audit
from tierline.desk import forms, policies, queries, services
from tierline.desk.queries import asking
from tierline.desk.queries.asking import Answered
from tierline.desk.views import closed, offers, timeline
from tierline.desk.views.queue import head_clocks, visible_clocks
from tierline.desk.views.verbs import VERBS
from tierline.domain.events import Event, standing
from tierline.domain.sla import Reading
from tierline.domain.terms import Kind, Step
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
    suppliers: Mapping[str, str]
    links: Sequence[Any]
    audit: Sequence[Any]
    chain_faults: int
    people: Mapping[int, Contact]
    path: Sequence[tuple[int, Contact | None]]
    offer: forms.Offer
    recent: Sequence[Any]
    answered: Answered | None


@require_safe
def ticket(request: HttpRequest, number: str) -> HttpResponse:
    return page(request, number)


@require_POST
def original(request: HttpRequest, number: str) -> HttpResponse:
    """The words as they were written: of the one event that is asked for in its place, else on the whole page."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    with tenancy.reading(actor):
        found = queries.ticket_numbered(actor, number)
    asked = request.POST.get("seq", "")
    seq = int(asked) if asked.isdecimal() and len(asked) < 10 else None
    at = request.received_at  # type: ignore[attr-defined]
    written = {e.seq: e for e in services.show_originals(actor=actor, ticket_ids=[found.id], seq=seq, at=at)}
    if "HX-Request" not in request.headers or seq not in written:
        return page(request, number, written)
    with tenancy.reading(actor):
        lines = workspace(actor, found, at=at, is_live=True, written=written).lines
    line = next(replace(x, starts_day=False) for x in lines if x.seq == seq)
    return render(request, "desk/_lines.html", {"lines": [line], "ticket": found})


def page(request: HttpRequest, number: str, written: Mapping[int, Event] | None = None) -> HttpResponse:
    """``written``: events whose words are shown as they were written."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.role in (REQUESTER, GUEST):
        return _to_portal(actor, number)
    at = request.received_at  # type: ignore[attr-defined]
    is_live = "live" in request.GET
    with tenancy.reading(actor):
        found = queries.ticket_numbered(actor, number)
        work = workspace(actor, found, at=at, is_live=is_live, written=written or {})
    fresh = {"version": found.version, "seq": found.last_seq}
    is_own = found.assignee_id == actor.person_id
    # Who was asked to take it over takes it over: claiming beside it would be a second answer to one question.
    claims = not is_own and "accept" not in work.moves
    idle = {*(() if claims else ("claim",)), *(() if _owes_report(work.clocks) else ("rca",))}
    verbs = [verb for verb in work.moves if verb in VERBS and verb not in idle]
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
        "may_unveil": policies.may(actor, "original.read", found),
        "now": [v for v in verbs if v == "accept" or (v == "claim" and found.assignee_id is None)],
        "closed": closed.closed_keys(actor, found, verbs, work.merged_into),
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


def workspace(
    actor: Actor, ticket: Any, *, at: datetime, is_live: bool = False, written: Mapping[int, Event] | None = None
) -> Workspace:
    """``is_live``: a page that is open already fetches what changed, without its forms and its record."""
    told = queries.told(actor, ticket)
    events = told.events if not written else [written.get(e.seq, e) for e in told.events]
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
    suppliers = offers.suppliers_named(ticket.enterprise_id) if any(e.payload.get("supplier") for e in events) else {}
    names = timeline.Names(
        people,
        {i: offers.service_name(s) for i, s in services.items()},
        {i: t.number for i, t in others.items()},
        offers.fault_class_names(services),
        _steps(ticket),
        suppliers,
    )
    moves = queries.allowed_moves(actor, ticket)
    open_tasks = queries.tasks(actor, ticket)
    return Workspace(
        ticket=ticket,
        lines=veiled(timeline.lines(events, names, files), told, written or {}),
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
        suppliers=suppliers,
        links=queries.links(actor, ticket),
        audit=trail,
        chain_faults=audit.faults_of(f"ticket:{ticket.id}") if trail else 0,
        people=people,
        path=tier_path(ticket, events, people),
        offer=offers.offer(actor, ticket, events, moves, at=at) if not is_live else forms.Offer(),
        recent=_recent(actor, ticket),
        answered=asking.answered(actor, ticket, events),
    )


def _owes_report(clocks: Sequence[Reading]) -> bool:
    return any(r.kind == Kind.RCA and r.is_open for r in clocks)


def _steps(ticket: Any) -> Mapping[str, Step]:
    """The alert steps of the ticket's agreement by key: what a warning on the record was about."""
    if ticket.agreement_id is None:
        return {}
    return {step.key: step for step in agreements.terms([ticket.agreement_id])[ticket.agreement_id].steps}


def veiled(lines: Sequence[timeline.Line], told: Any, written: Mapping[int, Event]) -> list[timeline.Line]:
    """Each line marked by whether something in it is masked, or shown because the reader asked."""
    return [_veiled(line, written.get(line.seq)) if line.seq in told.masked else line for line in lines]


def _veiled(line: timeline.Line, written: Event | None) -> timeline.Line:
    """The opening's subject stands at the head of the page, masked; as it was written it comes with the words."""
    if written is None:
        return replace(line, veil="masked")
    subject = written.words.get("subject", "")
    return replace(line, veil="original", text=line.text if subject in line.text else f"{subject}\n\n{line.text}")


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
