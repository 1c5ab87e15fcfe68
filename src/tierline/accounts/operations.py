"""Making people and organisations inside another room's transaction."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import connection

from tierline.accounts import queries
from tierline.accounts.models import Assignment, EndCustomer, Enterprise, Person, Provider
from tierline.audit.operations import Act, record
from tierline.domain.errors import DomainError, Invalid
from tierline.domain.text import clean
from tierline.plumbing import tenancy
from tierline.plumbing.actor import GUEST, REQUESTER, ROLES, Actor, system
from tierline.plumbing.rows import insert_new
from tierline.plumbing.service import require_transaction

_NOT_IN_ADDRESS = re.compile(r"[\s<>,;\"\x00-\x1f\x7f]")


class AlreadyThere(DomainError):
    """A row with this name or address exists."""

    code = "already_there"


@dataclass(frozen=True, slots=True)
class NewRequester:
    email: str
    name: str = ""
    customer_id: int | None = None
    language: str = "zh-hans"


def create_provider(*, slug: str, name: str, zone: str, language: str, at: datetime) -> int:
    """The tenant's own row. Runs outside of any scope, by the installation's operator only."""
    provider_id = _reserve("accounts_provider")
    with tenancy.scoped(provider_id, ()):
        Provider.objects.create(id=provider_id, slug=slug, name=name, zone=zone, language=language, created_at=at)
        record(system(provider_id, ()), [Act(f"provider:{provider_id}", "provider.created")], at=at)
    return provider_id


def create_enterprise(
    *, actor: Actor, slug: str, name: str, zone: str, language: str, at: datetime, domain: str = ""
) -> int:
    """A new enterprise; its id comes first, because the row must lie in the scope that writes it."""
    require_transaction()
    enterprise_id = _reserve("accounts_enterprise")
    with tenancy.scoped(actor.provider_id, (*actor.enterprises, enterprise_id)):
        Enterprise.objects.create(
            id=enterprise_id,
            provider_id=actor.provider_id,
            slug=slug,
            name=clean(name, field="name", limit=200),
            zone=zone,
            language=language,
            domain=domain,
            created_at=at,
        )
        record(actor, [Act(f"enterprise:{enterprise_id}", "enterprise.created", enterprise_id)], at=at)
    return enterprise_id


def create_customers(
    *, actor: Actor, enterprise_id: int, rows: Sequence[Mapping[str, str | bool]], at: datetime
) -> list[int]:
    """End customers by {name, grade?, is_core?, kind?, mail_domain?}; their ids in the given order."""
    require_transaction()
    made = EndCustomer.objects.bulk_create(
        EndCustomer(provider_id=actor.provider_id, enterprise_id=enterprise_id, created_at=at, **row) for row in rows
    )
    record(actor, [Act(f"customer:{c.id}", "customer.created", enterprise_id, {"grade": c.grade}) for c in made], at=at)
    return [c.id for c in made]


def create_person(
    *,
    actor: Actor,
    role: str,
    email: str,
    name: str,
    at: datetime,
    enterprise_id: int | None = None,
    customer_id: int | None = None,
    department: str = "",
    ticket_id: int | None = None,
    password: str = "",
    zone: str = "Asia/Shanghai",
    language: str = "zh-hans",
) -> int:
    require_transaction()
    if role not in ROLES:
        raise Invalid(field="role", value=role, allowed=list(ROLES))
    address = address_of(email)
    if queries.person_by_email(address, enterprise_id=enterprise_id):
        raise AlreadyThere(what="person", email=address)
    person = Person.objects.create(
        provider_id=actor.provider_id,
        enterprise_id=enterprise_id,
        customer_id=customer_id,
        role=role,
        department=department,
        ticket_id=ticket_id,
        email=address,
        name=clean(name or address, field="name", limit=200),
        password=make_password(password) if password else "",
        zone=zone,
        language=language,
        created_at=at,
    )
    record(actor, [Act(f"person:{person.id}", "person.created", enterprise_id, {"role": role})], at=at)
    return person.id


def requesters(
    *, actor: Actor, enterprise_id: int, wanted: Sequence[NewRequester], at: datetime
) -> Mapping[str, queries.Contact]:
    """The enterprise's people for these addresses; unknown ones become requesters. Two statements for any number.

    A requester without a named end customer belongs to the one that owns the address's mail domain, if any.
    """
    require_transaction()
    by_address = {address_of(w.email): w for w in wanted}
    known = dict(queries.requesters(enterprise_id, by_address))
    missing = {a: w for a, w in by_address.items() if a not in known}
    if not missing:
        return known
    domains = _customers_of(enterprise_id, [a for a, w in missing.items() if w.customer_id is None])
    made = insert_new(
        [
            Person(
                provider_id=actor.provider_id,
                enterprise_id=enterprise_id,
                customer_id=w.customer_id or domains.get(_domain(address)),
                role=REQUESTER,
                email=address,
                name=clean(w.name or address, field="name", limit=200),
                language=w.language,
                created_at=at,
            )
            for address, w in sorted(missing.items())
        ]
    )
    known.update(queries.requesters(enterprise_id, missing))
    # Of two who meet a new requester at once only the one that made the row says so.
    fresh = [known[a].id for a in sorted(missing) if known[a].id in made]
    record(actor, [Act(f"person:{n}", "person.created", enterprise_id, {"role": REQUESTER}) for n in fresh], at=at)
    return known


def assign(
    *,
    actor: Actor,
    person_id: int,
    enterprise_id: int,
    tier: int | None,
    starts_at: datetime,
    at: datetime,
    ends_at: datetime | None = None,
    share_percent: int = 100,
) -> int:
    """派驻: the person may work for the enterprise from ``starts_at`` until ``ends_at`` (open if None)."""
    require_transaction()
    if tier not in (None, 1, 2, 3):
        raise Invalid(field="tier", value=tier, allowed=[1, 2, 3])
    made = Assignment.objects.create(
        provider_id=actor.provider_id,
        enterprise_id=enterprise_id,
        person_id=person_id,
        tier=tier,
        share_percent=share_percent,
        starts_at=starts_at,
        ends_at=ends_at,
        approved_by_id=actor.person_id,
    )
    facts = {"person": person_id, "tier": tier, "share": share_percent}
    record(actor, [Act(f"assignment:{made.id}", "assignment.created", enterprise_id, facts)], at=at)
    return made.id


def guest(*, actor: Actor, enterprise_id: int, email: str, name: str, ticket_id: int, at: datetime) -> int:
    """Someone who may see one ticket and nothing else."""
    return create_person(
        actor=actor, role=GUEST, email=email, name=name, enterprise_id=enterprise_id, ticket_id=ticket_id, at=at
    )


def address_of(email: str) -> str:
    """The address in its stored form: trimmed, lower case. Raises Invalid when it is no address."""
    address = clean(email, field="email", limit=320).strip().lower()
    local, _, domain = address.rpartition("@")
    if not local or not domain or address.count("@") != 1 or _NOT_IN_ADDRESS.search(address):
        raise Invalid(field="email", value=email)
    return address


def _customers_of(enterprise_id: int, addresses: Sequence[str]) -> Mapping[str, int]:
    """mail domain -> the end customer it belongs to."""
    found = queries.customers_of_domains(enterprise_id, {_domain(a) for a in addresses})
    return {domain: customer.id for domain, customer in found.items()}


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


def _reserve(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [table])
        row = cursor.fetchone()
    assert row is not None
    return int(row[0])
