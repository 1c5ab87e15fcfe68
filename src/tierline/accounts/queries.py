"""Who is this, and what may they reach right now?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from tierline.accounts.models import ApiKey, Assignment, EndCustomer, Enterprise, Person, Provider, RightRequest, Site
from tierline.domain.errors import NotFound
from tierline.plumbing.actor import ADMIN, CLIENT, MANAGER, Actor


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person that an e-mail address may mean, before any scope exists."""

    provider_id: int
    person_id: int
    enterprise_id: int | None
    password: str


@dataclass(frozen=True, slots=True)
class Portal:
    provider_id: int
    enterprise_id: int
    slug: str
    name: str
    language: str
    zone: str


@dataclass(frozen=True, slots=True)
class Contact:
    id: int
    name: str
    email: str
    role: str
    enterprise_id: int | None
    customer_id: int | None
    language: str
    zone: str
    department: str
    is_active: bool


def candidates(email: str, *, enterprise_id: int | None = None) -> list[Candidate]:
    """Active people with this address, everywhere or (with ``enterprise_id``) of one enterprise's portal."""
    return [
        Candidate(*row)
        for row in _rows("SELECT * FROM tierline_sign_in(%s, %s)", [email.strip().lower(), enterprise_id])
    ]


def portal(*, slug: str = "", domain: str = "") -> Portal | None:
    rows = _rows("SELECT * FROM tierline_portal(%s, %s)", [slug, domain])
    return Portal(*rows[0]) if rows else None


def key_owner(digest: bytes, *, at: datetime) -> tuple[int, int] | None:
    """(provider, person) of a live API key."""
    rows = _rows("SELECT * FROM tierline_api_key(%s, %s)", [digest, at])
    return (rows[0][0], rows[0][1]) if rows else None


@dataclass(frozen=True, slots=True)
class Key:
    """A key as its administrators see it; the key itself is stored nowhere."""

    id: int
    person_id: int
    person: str
    label: str
    created_at: datetime
    expires_at: datetime | None


def api_keys(person_id: int | None = None, *, at: datetime) -> list[Key]:
    """The live keys of the provider's people, or of one person, the newest first; at most 200."""
    rows = ApiKey.objects.filter(revoked_at=None).filter(Q(expires_at=None) | Q(expires_at__gt=at))
    if person_id is not None:
        rows = rows.filter(person_id=person_id)
    found = rows.select_related("person").order_by("-id")[:200]
    return [Key(k.id, k.person_id, k.person.name, k.label, k.created_at, k.expires_at) for k in found]


def actor(provider_id: int, person_id: int, *, at: datetime, channel: str) -> Actor | None:
    """The person as an actor with the reach of this instant: live assignments, read anew each time."""
    rows = _rows("SELECT * FROM tierline_reach(%s, %s, %s)", [provider_id, person_id, at])
    if not rows:
        return None
    (role, name, email, customer_id, department, ticket_id, zone, language, own, enterprises, assigned, tiers) = rows[0]
    return Actor(
        provider_id=provider_id,
        person_id=person_id,
        role=CLIENT if own is not None and role in (MANAGER, ADMIN) else role,
        name=name,
        email=email,
        own_enterprise_id=own,
        enterprises=tuple(enterprises),
        tiers=dict(zip(assigned, tiers, strict=True)),
        customer_id=customer_id,
        department=department,
        ticket_id=ticket_id,
        zone=zone,
        language=language,
        channel=channel,
    )


def asker(provider_id: int, person_id: int, *, at: datetime) -> Actor:
    """Who asked for long work, as they see now. Raises NotFound for somebody who has left."""
    found = actor(provider_id, person_id, at=at, channel="web")
    if found is None:
        raise NotFound(what="person", id=person_id)
    return found


def every_enterprise() -> list[tuple[int, int, str]]:
    """(provider, enterprise, slug) of the whole installation: ids for sweepers and operators' commands."""
    return [(row[0], row[1], row[2]) for row in _rows("SELECT * FROM tierline_directory()", [])]


def enterprises() -> list[Enterprise]:
    return list(Enterprise.objects.order_by("id"))


def enterprise(enterprise_id: int) -> Enterprise:
    return _one(Enterprise.objects.filter(id=enterprise_id), what="enterprise")


def provider() -> Provider:
    return _one(Provider.objects.all(), what="provider")


def customer(customer_id: int) -> EndCustomer:
    return _one(EndCustomer.objects.filter(id=customer_id), what="customer")


def customers(ids: Iterable[int]) -> Mapping[int, EndCustomer]:
    return {c.id: c for c in EndCustomer.objects.filter(id__in=set(ids))}


def customers_named(enterprise_id: int, names: Iterable[str]) -> Mapping[str, EndCustomer]:
    return {c.name: c for c in EndCustomer.objects.filter(enterprise_id=enterprise_id, name__in=set(names))}


def customers_of_domains(enterprise_id: int, domains: Iterable[str]) -> Mapping[str, EndCustomer]:
    """mail domain -> end customer; of several with one domain the oldest."""
    rows = EndCustomer.objects.filter(enterprise_id=enterprise_id, mail_domain__in={d.lower() for d in domains if d})
    return {c.mail_domain: c for c in rows.order_by("-id")}


def customer_page(enterprise_id: int, *, after: str = "", limit: int = 50) -> list[EndCustomer]:
    rows = EndCustomer.objects.filter(enterprise_id=enterprise_id, name__gt=after)
    return list(rows.order_by("name")[:limit])


def customers_like(enterprise_id: int, text: str, *, limit: int = 8) -> list[EndCustomer]:
    """Whose name contains ``text``, by name."""
    return list(EndCustomer.objects.filter(enterprise_id=enterprise_id, name__icontains=text).order_by("name")[:limit])


def grades(enterprise_id: int) -> Mapping[str, int]:
    """How many end customers each grade has."""
    rows = EndCustomer.objects.filter(enterprise_id=enterprise_id).values_list("grade")
    return dict(rows.annotate(n=Count("id")).order_by("grade"))


def sites(customer_id: int) -> list[Site]:
    return list(Site.objects.filter(customer_id=customer_id).order_by("name"))


def person(person_id: int) -> Contact:
    return _contact(_one(Person.objects.filter(id=person_id), what="person"))


def people(ids: Iterable[int | None]) -> Mapping[int, Contact]:
    wanted = {i for i in ids if i is not None}
    return {p.id: _contact(p) for p in Person.objects.filter(id__in=wanted)}


def requesters(enterprise_id: int, emails: Iterable[str]) -> Mapping[str, Contact]:
    """The enterprise's people by lower-case address."""
    wanted = {e.strip().lower() for e in emails}
    return {p.email: _contact(p) for p in Person.objects.filter(enterprise_id=enterprise_id, email__in=wanted)}


def person_by_email(email: str, *, enterprise_id: int | None = None) -> Contact | None:
    rows = Person.objects.filter(email=email.strip().lower(), enterprise_id=enterprise_id, is_active=True)
    found = rows.first()
    return _contact(found) if found else None


def engineers(enterprise_id: int, *, at: datetime) -> list[tuple[Contact, int | None]]:
    """(person, tier) with a live assignment to the enterprise, tier order."""
    live = Assignment.objects.filter(enterprise_id=enterprise_id, starts_at__lte=at).exclude(ends_at__lte=at)
    return [
        (_contact(a.person), a.tier) for a in live.select_related("person").order_by("tier", "id") if a.person.is_active
    ]


def engineers_of(enterprise_ids: Iterable[int], *, at: datetime) -> list[tuple[Contact, int, int]]:
    """(person, enterprise, tier) of each live assignment of an engineer to these, tier order."""
    live = Assignment.objects.filter(enterprise_id__in=set(enterprise_ids), starts_at__lte=at, tier__isnull=False)
    rows = live.exclude(ends_at__lte=at).filter(person__role="engineer", person__is_active=True)
    return [(_contact(a.person), a.enterprise_id, a.tier) for a in rows.select_related("person").order_by("tier", "id")]


@dataclass(frozen=True, slots=True)
class AssignmentRow:
    id: int
    person_id: int
    enterprise_id: int
    tier: int | None
    share_percent: int
    starts_at: datetime
    ends_at: datetime | None


def assignments(person_ids: Iterable[int]) -> list[AssignmentRow]:
    """Past, present and coming assignments of these people, newest first."""
    rows = Assignment.objects.filter(person_id__in=set(person_ids)).order_by("-starts_at", "-id")
    columns = ("id", "person_id", "enterprise_id", "tier", "share_percent", "starts_at", "ends_at")
    return [AssignmentRow(*row) for row in rows.values_list(*columns)]


def provider_people(roles: Iterable[str]) -> list[Contact]:
    """The provider's own active people of these roles, whatever they are assigned to."""
    return [
        _contact(p)
        for p in Person.objects.filter(enterprise_id=None, role__in=list(roles), is_active=True).order_by("id")
    ]


def is_assigned(person_id: int, enterprise_id: int, *, at: datetime) -> bool:
    live = Assignment.objects.filter(person_id=person_id, enterprise_id=enterprise_id, starts_at__lte=at)
    return live.exclude(ends_at__lte=at).exists()


@dataclass(frozen=True, slots=True)
class RightRequestRow:
    id: int
    person_id: int
    right: str
    page: str
    reason: str
    at: datetime


def open_right_requests() -> list[RightRequestRow]:
    """What people were refused and ask for, oldest first."""
    rows = RightRequest.objects.filter(state="open").order_by("at", "id")[:200]
    return [RightRequestRow(r.id, r.person_id, r.right, r.page, r.reason, r.at) for r in rows]


def right_request_of(person_id: int, right: str) -> RightRequestRow | None:
    """This person's open request for the right."""
    r = RightRequest.objects.filter(person_id=person_id, right=right, state="open").first()
    return RightRequestRow(r.id, r.person_id, r.right, r.page, r.reason, r.at) if r else None


def granters(*, limit: int = 3) -> list[Contact]:
    """Who of the provider's own people can grant a right: its admins first, then its managers."""
    rows = Person.objects.filter(enterprise_id=None, role__in=(ADMIN, MANAGER), is_active=True)
    return [_contact(p) for p in rows.order_by("role", "id")[:limit]]


def _contact(p: Person) -> Contact:
    return Contact(
        p.id, p.name, p.email, p.role, p.enterprise_id, p.customer_id, p.language, p.zone, p.department, p.is_active
    )


def _one(rows: Any, *, what: str) -> Any:
    found = rows.first()
    if found is None:
        raise NotFound(what=what)
    return found


def _rows(sql: str, args: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, args)
        return [tuple(row) for row in cursor.fetchall()]
