"""GET /tickets, one ticket, its events, its clocks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any

from django.db import DataError
from django.http import HttpRequest, HttpResponse
from ninja import Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from tierline.accounts import queries as accounts
from tierline.api import paging, schemas
from tierline.api.authentication import actor_of, received_at
from tierline.api.tags import FLOWING, show
from tierline.api.tickets import find
from tierline.api.tickets.router import router
from tierline.api.values import LARGEST_ID, codes, storable
from tierline.desk import api as desk
from tierline.desk import queries, services
from tierline.domain.errors import Invalid, NotFound
from tierline.domain.events import Event
from tierline.domain.lifecycle import State
from tierline.domain.priority import Priority
from tierline.plumbing import tenancy
from tierline.plumbing.actor import DEPARTMENT, GUEST, REQUESTER, Actor

# To the customer's side an unknown name and a name of others are one: nothing is found.
_OUTSIDERS = (REQUESTER, GUEST, DEPARTMENT)
_NOBODY = 0
Text = Annotated[str, Field(max_length=200), AfterValidator(storable)]


class Asked(BaseModel):
    """``assignee``: id, e-mail or ``me``; ``customer``: id or name; ``tier``: 1 or L1. Empty means any."""

    model_config = ConfigDict(extra="forbid")

    view: Text = Field("recent", json_schema_extra=codes(*queries.VIEWS))
    state: Text = ""
    tier: Text = ""
    priority: Text = ""
    assignee: Text = ""
    customer: Text = ""
    enterprise: Text = ""
    q: Text = ""
    cursor: Text = ""
    limit: int = Field(queries.PAGE, ge=1, le=queries.PAGE_LIMIT)
    clocks: bool = False


class Written(BaseModel):
    """``original=true``: words as they were written, not masked. It takes the right to them and is recorded."""

    model_config = ConfigDict(extra="forbid")

    original: bool = False


class AskedEvents(Written):
    cursor: Text = ""
    limit: int = Field(500, ge=1, le=1000)


@router.get("", response=schemas.Page, summary="List tickets")
def list_tickets(request: HttpRequest, asked: Query[Asked]) -> HttpResponse:
    """Pages by ``cursor``. With ``clocks=true`` each ticket carries its clocks, as a single one does."""
    actor, at = actor_of(request), received_at(request)
    _refuse_unknown(request)
    with _own_cursor(asked.cursor), tenancy.reading(actor):
        page = queries.page(actor, _filter(actor, asked), cursor=asked.cursor, limit=asked.limit)
        shown = desk.whole(actor, page.tickets, at=at) if asked.clocks else desk.rows(actor, page.tickets)
    flowing = FLOWING if asked.clocks else ()
    return show(request, {"tickets": shown, "next_cursor": page.next_cursor or None}, flowing=flowing)


@router.get("/{ticket}", response=schemas.Ticket, summary="One ticket")
def read_ticket(request: HttpRequest, ticket: str, asked: Query[Written]) -> HttpResponse:
    """``ticket`` is an id or a number, TK-1. Identity and card numbers, mobiles, addresses and keys are masked."""
    actor = actor_of(request)
    number = find.ticket_id(actor, ticket)
    written = _written(request, number, asked, seq=1)
    with tenancy.reading(actor):
        found = queries.ticket(actor, number)
        shown = desk.one(actor, found, at=received_at(request))
    if 1 in written:
        return show(request, {**shown, "subject": written[1].words.get("subject", "")}, flowing=FLOWING)
    return show(request, shown, version=found.version, flowing=FLOWING)


@router.get("/{ticket}/events", response=schemas.Events, summary="What happened")
def read_events(request: HttpRequest, ticket: str, asked: Query[AskedEvents]) -> HttpResponse:
    """In recording order; of internal ones the requester's side sees none. ``cursor``: go on after that page.

    Words are masked as in the ticket.
    """
    actor = actor_of(request)
    number = find.ticket_id(actor, ticket)
    written = _written(request, number, asked)
    with tenancy.reading(actor):
        found = queries.ticket(actor, number)
        after = paging.number(asked.cursor)
        told, more = paging.cut(
            [written.get(e.seq, e) for e in queries.events(actor, found) if e.seq > after], asked.limit
        )
        people = accounts.people(e.actor_id for e in told)
        files: dict[int, list[dict[str, Any]]] = {}
        for file in queries.attachments(actor, found):
            files.setdefault(file.event_seq or 0, []).append(desk.file(file))
        cursor = str(told[-1].seq) if more else None
        return show(request, {"events": desk.events(told, people, files), "next_cursor": cursor})


@router.get("/{ticket}/clocks", response=schemas.Clocks, by_alias=True, summary="Every clock, with its ledger")
def read_clocks(request: HttpRequest, ticket: str) -> HttpResponse:
    actor, at = actor_of(request), received_at(request)
    number = find.ticket_id(actor, ticket)
    with tenancy.reading(actor):
        readings = queries.readings(actor, queries.ticket(actor, number), at=at)
    return show(request, {"at": at, "clocks": [desk.clock_with_ledger(r) for r in readings]}, flowing=FLOWING | {"to"})


def _written(request: HttpRequest, ticket: int, asked: Written, *, seq: int | None = None) -> Mapping[int, Event]:
    """The events as they were written, where that is asked for: by a service, since the look is recorded."""
    if not asked.original:
        return {}
    at = received_at(request)
    return {e.seq: e for e in services.show_originals(actor=actor_of(request), ticket_ids=[ticket], seq=seq, at=at)}


@contextmanager
def _own_cursor(cursor: str) -> Iterator[None]:
    """A cursor made by hand can hold an instant that the database cannot."""
    try:
        yield
    except DataError:
        raise Invalid(field="cursor", value=cursor) from None


def _filter(actor: Actor, asked: Asked) -> queries.Filter:
    enterprise = _enterprise(actor, asked.enterprise)
    return queries.Filter(
        view=asked.view or "recent",
        state=_one_of("state", asked.state, [s.value for s in State]),
        tier=_tier(asked.tier),
        priority=_one_of("priority", asked.priority.upper(), [p.value for p in Priority]),
        assignee_id=_assignee(actor, asked.assignee),
        customer_id=_customer(actor, enterprise, asked.customer),
        enterprise_id=enterprise,
        q=asked.q,
    )


def _enterprise(actor: Actor, name: str) -> int | None:
    if not name:
        return None
    by_slug = {e.slug: e.id for e in accounts.enterprises() if e.id in actor.enterprises}
    if name in by_slug:
        return by_slug[name]
    if (wanted := _id(name)) in actor.enterprises:
        return wanted
    raise NotFound(what="enterprise", value=name)


def _customer(actor: Actor, enterprise: int | None, name: str) -> int | None:
    """A name is looked for in every enterprise that is asked about; the first that has it counts."""
    if not name or _id(name):
        return _id(name)
    for place in (enterprise,) if enterprise else actor.enterprises:
        if name in (found := accounts.customers_named(place, [name])):
            return found[name].id
    return _absent(actor, "customer", name)


def _assignee(actor: Actor, name: str) -> int | None:
    if name == "me":
        return actor.person_id
    if not name or _id(name):
        return _id(name)
    places: list[int | None] = [None, *actor.enterprises]
    for place in places:
        if (found := accounts.person_by_email(name, enterprise_id=place)) is not None:
            return found.id
    return _absent(actor, "person", name)


def _absent(actor: Actor, what: str, name: str) -> int:
    if actor.role in _OUTSIDERS:
        return _NOBODY
    raise NotFound(what=what, value=name)


def _tier(name: str) -> int | None:
    tiers = {"1": 1, "2": 2, "3": 3, "L1": 1, "L2": 2, "L3": 3}
    return tiers[_one_of("tier", name.upper(), list(tiers))] if name else None


def _one_of(field: str, value: str, known: list[str]) -> str:
    if value and value not in known:
        raise Invalid(field=field, value=value, allowed=known)
    return value


def _id(name: str) -> int | None:
    return int(name) if name.isascii() and name.isdecimal() and len(name) <= 19 and int(name) <= LARGEST_ID else None


def _refuse_unknown(request: HttpRequest) -> None:
    for name in request.GET:
        if name not in Asked.model_fields:
            raise Invalid(field=name, reason="unknown_field")
