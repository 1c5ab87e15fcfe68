"""Opening tickets, always a set: a single one is a list of one, and a bad item stops no other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from tierline.accounts import operations as people
from tierline.accounts import queries as accounts
from tierline.agreements import queries as agreements
from tierline.agreements.queries import request_forms
from tierline.agreements.queries.request_forms import FormRow
from tierline.assets import queries as assets
from tierline.desk import policies
from tierline.desk.events import TicketOpened
from tierline.desk.models import Ticket
from tierline.desk.operations.asking import NOTHING, answered, asset_of, missing_asset
from tierline.desk.operations.attaching import COUNT_LIMIT, attach, attachable
from tierline.desk.operations.drafting import Draft
from tierline.desk.operations.recording import Command, on_behalf, record_commands
from tierline.domain import priority
from tierline.domain.errors import DomainError, Invalid, NotAllowed, NotFound
from tierline.domain.forms import Answers
from tierline.domain.text import SUBJECT_LIMIT, TEXT_LIMIT, clean, is_storable
from tierline.plumbing.actor import REQUESTER, Actor
from tierline.plumbing.announce import announce
from tierline.plumbing.service import require_transaction


@dataclass(frozen=True, slots=True)
class Place:
    """A ticket's id and number, kept for a ticket that is written later than others that came after it."""

    id: int
    number: str


@dataclass(frozen=True, slots=True)
class NewTicket:
    """``customer``, ``service``, ``asset`` are named as people name them: id or name, code, tag.

    ``started_at``: receipt of the customer's first message; the clocks start there. ``by``: who spoke
    first, ``customer`` or ``staff``. Subject falls back to the text's first line. A ticket with a past was
    opened at ``opened_at`` and comes with what happened ``then``; one that ``is_imported`` from another desk
    has no clocks here. ``answers`` are those to the service's form in ``form_version`` (None: the one that is asked
    now); None: the door shows no form.
    """

    enterprise_id: int
    text: str
    requester_email: str
    subject: str = ""
    requester_name: str = ""
    requester_language: str = ""
    customer: int | str | None = None
    service: str = ""
    asset: str = ""
    impact: str = ""
    urgency: str = ""
    channel: str = "api"
    by: str = "customer"
    started_at: datetime | None = None
    attachments: Sequence[int] = ()
    message_key: str = ""
    follow_up_of: int | None = None
    split_from: int | None = None
    opened_at: datetime | None = None
    then: Sequence[Draft] = ()
    place: Place | None = None
    is_imported: bool = False
    answers: Mapping[str, Any] | None = None
    form_version: int | None = None
    is_strict: bool = False


@dataclass(frozen=True, slots=True)
class _Known:
    """Everything that a whole batch refers to, looked up once."""

    customers: Mapping[int | str, Any]
    services: Mapping[str, Any]
    assets: Mapping[str, Any]
    attachments: set[int]
    forms: Mapping[int, FormRow]


@dataclass(frozen=True, slots=True)
class _Checked:
    subject: str
    text: str
    customer_id: int | None
    service_id: int | None
    asset_id: int | None
    grading: priority.Grading
    form: FormRow | None = None
    answers: Answers = NOTHING
    files: tuple[int, ...] = ()


def open_tickets(
    *, actor: Actor, items: Sequence[NewTicket], at: datetime, is_quiet: bool = False
) -> list[Ticket | DomainError]:
    """One ticket or one named refusal per item, in order. All of one enterprise are written as a set.

    ``is_quiet``: nobody is told, for histories that are brought over.
    """
    require_transaction()
    policies.require(actor, "open")
    results: dict[int, Ticket | DomainError] = {}
    for enterprise_id in dict.fromkeys(item.enterprise_id for item in items):
        numbered = [(n, item) for n, item in enumerate(items) if item.enterprise_id == enterprise_id]
        results.update(_open_in(actor, enterprise_id, numbered, at, is_quiet=is_quiet))
    return [results[n] for n in range(len(items))]


def _open_in(
    actor: Actor, enterprise_id: int, numbered: Sequence[tuple[int, NewTicket]], at: datetime, *, is_quiet: bool
) -> dict[int, Ticket | DomainError]:
    if enterprise_id not in actor.enterprises:
        return {n: NotFound(what="enterprise") for n, _ in numbered}
    known = _look_up(actor, enterprise_id, [item for _, item in numbered])
    checked: dict[int, _Checked] = {}
    results: dict[int, Ticket | DomainError] = {}
    for n, item in numbered:
        try:
            checked[n] = _check(actor, item, known)
            known.attachments.difference_update(checked[n].files)
        except DomainError as refused:
            results[n] = refused
    good = [(item, checked[n]) for n, item in numbered if n in checked]
    if good:
        tickets = _write(actor, enterprise_id, good, at, is_quiet=is_quiet)
        results.update(zip((n for n, _ in numbered if n in checked), tickets, strict=True))
    return results


def _look_up(actor: Actor, enterprise_id: int, items: Sequence[NewTicket]) -> _Known:
    ids = [i.customer for i in items if isinstance(i.customer, int)]
    names = [i.customer for i in items if isinstance(i.customer, str) and i.customer]
    customers: dict[int | str, Any] = {}
    if ids:
        customers.update({k: c for k, c in accounts.customers(ids).items() if c.enterprise_id == enterprise_id})
    if names:
        customers.update(accounts.customers_named(enterprise_id, names))
    codes = {i.service for i in items if i.service}
    services = agreements.services_by_code(enterprise_id, codes) if codes else {}
    answered_to = {services[i.service].id for i in items if i.answers is not None and i.service in services}
    said = [v for i in items for v in (i.answers or {}).values()]
    tags = {i.asset for i in items if i.asset} | {v.strip() for v in said if _may_be_tag(v)}
    files = [f for i in items for f in i.attachments]
    files += [f for v in said if isinstance(v, list) for f in v if isinstance(f, int) and 0 < f < 2**63]
    return _Known(
        customers=customers,
        services=services,
        assets=assets.assets_by_tag(enterprise_id, tags) if tags else {},
        attachments=attachable(actor, enterprise_id, files) if files else set(),
        forms=request_forms.current(answered_to) if answered_to else {},
    )


def _may_be_tag(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= 100 and is_storable(value)


def _check(actor: Actor, item: NewTicket, known: _Known) -> _Checked:
    text = clean(item.text, field="text", limit=TEXT_LIMIT)
    subject = clean(item.subject, field="subject", limit=SUBJECT_LIMIT, required=False).strip()
    people.address_of(item.requester_email)
    clean(item.requester_name, field="requester.name", limit=200, required=False)
    if actor.role == REQUESTER and people.address_of(item.requester_email) != actor.email:
        raise NotAllowed(right="ticket.open_for_others", role=actor.role)
    service_id = _named(known.services, item.service, "service")
    form = known.forms.get(service_id or 0)
    answers = _answers(actor, item, form, known)
    files = tuple(dict.fromkeys([*item.attachments, *answers.files]))
    if len(files) > COUNT_LIMIT:
        raise Invalid(field="attachments", value=len(files), limit=COUNT_LIMIT)
    if not set(files) <= known.attachments:
        raise NotFound(what="attachment", value=list(files))
    customer_id = _named(known.customers, item.customer, "customer")
    asset_id = _named(known.assets, item.asset, "asset") or asset_of(form, answers, known.assets)
    if actor.role == REQUESTER:
        _require_own(actor, customer_id, known.assets.get(item.asset))
    return _Checked(
        subject=" ".join(subject.split()) or _first_line(text),
        text=text,
        customer_id=customer_id,
        service_id=service_id,
        asset_id=asset_id,
        grading=priority.provisional(item.impact or None, item.urgency or None),
        form=form,
        answers=answers,
        files=files,
    )


def _answers(actor: Actor, item: NewTicket, form: FormRow | None, known: _Known) -> Answers:
    answers = answered(form, item.form_version, item.answers, strict=item.is_strict)
    if form is None:
        return answers
    own = actor.customer_id
    there = {t: a for t, a in known.assets.items() if actor.role != REQUESTER or a.customer_id == own}
    refused = missing_asset(form, answers, there)
    if refused is not None:
        raise refused
    return answers


def _require_own(actor: Actor, customer_id: int | None, asset: Any) -> None:
    """A requester speaks for the own end customer; whether others exist is not said."""
    if customer_id is not None and customer_id != actor.customer_id:
        raise NotFound(what="customer", value=customer_id)
    if asset is not None and asset.customer_id != actor.customer_id:
        raise NotFound(what="asset", value=asset.id)


def _write(
    actor: Actor, enterprise_id: int, good: Sequence[tuple[NewTicket, _Checked]], at: datetime, *, is_quiet: bool
) -> list[Ticket]:
    contacts = people.requesters(
        actor=actor,
        enterprise_id=enterprise_id,
        wanted=[
            people.NewRequester(i.requester_email, i.requester_name, c.customer_id, i.requester_language or "zh-hans")
            for i, c in good
        ],
        at=at,
    )
    requesters = [contacts[people.address_of(item.requester_email)] for item, _ in good]
    customers = [c.customer_id or r.customer_id for (_, c), r in zip(good, requesters, strict=True)]
    grades = {k: v.grade for k, v in accounts.customers(c for c in customers if c is not None).items()}
    versions = agreements.versions_for(
        enterprise_id,
        [
            agreements.Wanted(c.service_id, customer, grades.get(customer or 0, ""))
            for (_, c), customer in zip(good, customers, strict=True)
        ],
        at=at,
    )
    fresh = iter(reserve(actor, sum(item.place is None for item, _ in good)))
    places = [item.place or next(fresh) for item, _ in good]
    commands = []
    for place, (item, checked), requester, customer, version in zip(
        places, good, requesters, customers, versions, strict=True
    ):
        ticket = Ticket(
            id=place.id, provider_id=actor.provider_id, enterprise_id=enterprise_id, number=place.number, version=0
        )
        opening = _opening(item, checked, requester, customer, version)
        commands.append(Command(ticket, "open", [opening, *item.then], by=_author(actor, item, requester)))
    record_commands(actor, commands, at=at, is_quiet=is_quiet)
    for command, (_, checked) in zip(commands, good, strict=True):
        attach(actor, command.ticket, checked.files, seq=1)
    if not is_quiet:
        announce(
            *(
                TicketOpened(provider_id=actor.provider_id, enterprise_id=enterprise_id, at=at, ticket_id=place.id)
                for place in places
            )
        )
    return [c.ticket for c in commands]


def _author(actor: Actor, item: NewTicket, requester: accounts.Contact) -> Actor:
    """The customer's message is the customer's word, whoever's process brought it in."""
    if item.by == "staff":
        return on_behalf(actor, role=actor.role, person_id=actor.person_id, channel=item.channel)
    return on_behalf(actor, role=REQUESTER, person_id=requester.id, channel=item.channel)


def _opening(
    item: NewTicket, checked: _Checked, requester: accounts.Contact, customer: int | None, version: int
) -> Draft:
    """What is stated at the door is a statement: grading is an act of its own, by a person, within its clock."""
    grading = checked.grading
    return Draft(
        "opened",
        {
            "service": checked.service_id,
            "customer": customer,
            "requester": requester.id,
            "asset": checked.asset_id,
            "stated_impact": item.impact or None,
            "stated_urgency": item.urgency or None,
            "priority": grading.priority,
            "priority_reason": grading.reason,
            "by": item.by,
            "tier": 1,
            "agreement": version,
            "started_at": item.started_at,
            "message": item.message_key or None,
            "follow_up_of": item.follow_up_of,
            "split_from": item.split_from,
            "imported": item.is_imported or None,
            "form": checked.form.id if checked.form is not None else None,
            "form_version": checked.form.number if checked.form is not None else None,
            "answers": dict(checked.answers.values) or None,
        },
        {"subject": checked.subject, "text": checked.text, "answers": dict(checked.answers.words)},
        audience="public",
        occurred_at=item.opened_at,
    )


def _named(known: Mapping[Any, Any], name: int | str | None, what: str) -> int | None:
    if name in (None, ""):
        return None
    if name not in known:
        raise NotFound(what=what, value=name)
    return int(known[name].id)


def _first_line(text: str) -> str:
    line = next((" ".join(line.split()) for line in text.splitlines() if line.strip()), "")
    return line if len(line) <= 120 else line[:119] + "…"


def reserve(actor: Actor, count: int) -> list[Place]:
    """The next ids and numbers, in order. Nobody else of the provider opens a ticket until the transaction ends."""
    require_transaction()
    if not count:
        return []
    return [Place(*both) for both in zip(_ids(count), _numbers(actor.provider_id, count), strict=True)]


def _ids(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('desk_ticket', 'id')) FROM generate_series(1, %s)", [count]
        )
        return [row[0] for row in cursor.fetchall()]


def _numbers(provider_id: int, count: int) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO desk_ticketcounter (provider_id, last) VALUES (%s, %s)"
            " ON CONFLICT (provider_id) DO UPDATE SET last = desk_ticketcounter.last + EXCLUDED.last RETURNING last",
            [provider_id, count],
        )
        row = cursor.fetchone()
    assert row is not None
    return [f"TK-{n}" for n in range(row[0] - count + 1, row[0] + 1)]
