"""What can be asked for, and which promises hold for whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count

from tierline.agreements.models import Agreement, AgreementVersion, CalendarVersion, FaultClass, Service
from tierline.agreements.queries.drafts import DraftRow, draft, drafted_terms, open_draft
from tierline.agreements.queries.of_calendars import (
    BEHIND,
    MOST_BYTES,
    CalendarRow,
    CalendarWarning,
    Plan,
    Use,
    calendar_uses,
    calendar_version,
    calendar_versions,
    calendar_warnings,
    calendars,
    file_plan,
    gaps_of,
    holidays_plan,
)
from tierline.domain.calendars.recipe_codec import split
from tierline.domain.errors import NotFound
from tierline.domain.terms import NoAgreement, Terms
from tierline.plumbing import tenancy

__all__ = [
    "BEHIND",
    "MOST_BYTES",
    "CalendarRow",
    "CalendarWarning",
    "DraftRow",
    "NoAgreement",
    "Plan",
    "Use",
    "calendar_uses",
    "calendar_version",
    "calendar_versions",
    "calendar_warnings",
    "calendars",
    "draft",
    "drafted_terms",
    "file_plan",
    "gaps_of",
    "holidays_plan",
    "open_draft",
]


@dataclass(frozen=True, slots=True)
class ServiceRow:
    id: int
    code: str
    name_zh: str
    name_en: str
    owner_tier: int
    is_active: bool
    owner_id: int | None = None


@dataclass(frozen=True, slots=True)
class FaultClassRow:
    id: int
    service_id: int
    code: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """For what, for whom: the facts that select an agreement."""

    service_id: int | None = None
    customer_id: int | None = None
    grade: str = ""


@dataclass(frozen=True, slots=True)
class VersionRow:
    id: int
    agreement_id: int
    agreement_code: str
    name_zh: str
    name_en: str
    number: int
    effective_from: datetime
    effective_to: datetime | None


def services(enterprise_id: int, *, with_inactive: bool = False) -> list[ServiceRow]:
    """The catalogue, by code."""
    rows = Service.objects.filter(enterprise_id=enterprise_id)
    return [_service(s) for s in (rows if with_inactive else rows.filter(is_active=True)).order_by("code")]


def services_by_code(enterprise_id: int, codes: Iterable[str]) -> Mapping[str, ServiceRow]:
    """Active services only; a code that is not there has no entry."""
    rows = Service.objects.filter(enterprise_id=enterprise_id, code__in=set(codes), is_active=True)
    return {s.code: _service(s) for s in rows}


def services_by_id(ids: Iterable[int | None]) -> Mapping[int, ServiceRow]:
    """Retired ones too: old tickets name them."""
    return {s.id: _service(s) for s in Service.objects.filter(id__in={i for i in ids if i is not None})}


def fault_classes(service_id: int) -> list[FaultClassRow]:
    rows = FaultClass.objects.filter(service_id=service_id).order_by("code")
    return [FaultClassRow(f.id, f.service_id, f.code, f.name_zh, f.name_en) for f in rows]


def fault_class_counts(service_ids: Iterable[int]) -> Mapping[int, int]:
    rows = FaultClass.objects.filter(service_id__in=set(service_ids)).values_list("service_id")
    return dict(rows.annotate(n=Count("id")).order_by())


def versions_for(enterprise_id: int, wanted: Sequence[Wanted], *, at: datetime) -> list[int]:
    """The agreement version of each, in the given order, by one statement.

    Contract and service before end customer before grade before the enterprise's own; an agreement
    without a version in force at ``at`` is passed over. Raises NoAgreement.
    """
    distinct = list(dict.fromkeys(wanted))
    found = dict(zip(distinct, _select(enterprise_id, distinct, at), strict=True))
    for each, version_id in found.items():
        if version_id is None:
            raise NoAgreement(enterprise=enterprise_id, service=each.service_id, customer=each.customer_id, at=at)
    return [version_id for each in wanted if (version_id := found[each]) is not None]


def terms(version_ids: Iterable[int]) -> Mapping[int, Terms]:
    """What those versions promise. Read once per process: a version is never rewritten. Raises NotFound.

    A version is remembered with the provider and enterprise it belongs to and given to their scopes only.
    """
    scope = tenancy.current()
    wanted = set(version_ids)
    missing = {i for i in wanted if (scope.provider_id, i) not in _read}
    if missing:
        _remember(AgreementVersion.objects.filter(id__in=missing).select_related("agreement"))
    found = {i: _read.get((scope.provider_id, i)) for i in wanted}
    reached = {i: kept[1] for i, kept in found.items() if kept is not None and kept[0] in scope.enterprises}
    if len(reached) < len(wanted):
        raise NotFound(what="agreement_version", ids=sorted(wanted - set(reached)))
    return reached


# (provider, version) -> (enterprise, terms)
_read: dict[tuple[int, int], tuple[int, Terms]] = {}
_READ_LIMIT = 2_000


def _remember(rows: Iterable[AgreementVersion]) -> None:
    if len(_read) >= _READ_LIMIT:
        _read.clear()
    for v in rows:
        stored = {**v.terms, "id": v.id, "label": f"{v.agreement.code} v{v.number}"}
        _read[v.provider_id, v.id] = (v.enterprise_id, Terms.from_json(stored))


def versions(ids: Iterable[int]) -> Mapping[int, VersionRow]:
    rows = AgreementVersion.objects.filter(id__in=set(ids)).select_related("agreement")
    return {v.id: _version(v, v.agreement) for v in rows}


def versions_of(enterprise_id: int, code: str) -> list[VersionRow]:
    """Every version of one agreement, oldest first."""
    rows = AgreementVersion.objects.filter(enterprise_id=enterprise_id, agreement__code=code)
    return [_version(v, v.agreement) for v in rows.select_related("agreement").order_by("number")]


def enterprise_of(agreement_id: int) -> int:
    """Whose agreement it is. Raises NotFound."""
    found: int | None = Agreement.objects.filter(id=agreement_id).values_list("enterprise_id", flat=True).first()
    if found is None:
        raise NotFound(what="agreement", id=agreement_id)
    return found


def versions_of_agreement(agreement_id: int) -> list[VersionRow]:
    """Every version of the agreement in reach, oldest first; none of an agreement that is not there."""
    rows = AgreementVersion.objects.filter(agreement_id=agreement_id).select_related("agreement")
    return [_version(v, v.agreement) for v in rows.order_by("number")]


def calendar(enterprise_id: int, code: str) -> Mapping[str, Any]:
    """The newest version of a calendar, as stored. Raises NotFound."""
    rows = CalendarVersion.objects.filter(enterprise_id=enterprise_id, code=code)
    newest = rows.order_by("-number").first()
    if newest is None:
        raise NotFound(what="calendar", code=code)
    body, _ = split(newest.body)
    return body


# The end customers' own entitlements are joined by their id, the few general ones with everyone.
_SELECT = """
WITH wanted AS MATERIALIZED (
    SELECT * FROM unnest(%(services)s::bigint[], %(customers)s::bigint[], %(grades)s::text[])
        WITH ORDINALITY AS w (service_id, customer_id, grade, n)
),
live AS MATERIALIZED (
    SELECT e.service_id, e.customer_id, e.grade, e.rank, v.id AS version_id
    FROM agreements_entitlement e
    JOIN (
        SELECT DISTINCT ON (agreement_id) agreement_id, id FROM agreements_agreementversion
        WHERE provider_id = %(provider)s AND enterprise_id = %(enterprise)s
            AND effective_from <= %(at)s AND (effective_to IS NULL OR effective_to > %(at)s)
        ORDER BY agreement_id, number DESC
    ) v USING (agreement_id)
    WHERE e.provider_id = %(provider)s AND e.enterprise_id = %(enterprise)s
        AND (e.customer_id IS NULL OR e.customer_id = ANY(%(customers)s::bigint[]))
        AND e.starts_at <= %(at)s AND (e.ends_at IS NULL OR e.ends_at > %(at)s)
),
fitting AS (
    SELECT w.n, w.service_id AS s, w.grade AS g, l.* FROM wanted w JOIN live l ON l.customer_id = w.customer_id
    UNION ALL
    SELECT w.n, w.service_id, w.grade, l.* FROM wanted w JOIN live l ON l.customer_id IS NULL
)
SELECT DISTINCT ON (n) n, version_id FROM fitting
WHERE (service_id IS NULL OR service_id = s) AND (grade IS NULL OR grade = g)
ORDER BY n, rank DESC
"""


def _select(enterprise_id: int, wanted: Sequence[Wanted], at: datetime) -> list[int | None]:
    with connection.cursor() as cursor:
        cursor.execute(
            _SELECT,
            {
                "provider": tenancy.current().provider_id,
                "enterprise": enterprise_id,
                "at": at,
                "services": [w.service_id for w in wanted],
                "customers": [w.customer_id for w in wanted],
                "grades": [w.grade for w in wanted],
            },
        )
        found: dict[int, int] = dict(cursor.fetchall())
    return [found.get(n) for n in range(1, len(wanted) + 1)]


def _service(s: Service) -> ServiceRow:
    return ServiceRow(s.id, s.code, s.name_zh, s.name_en, s.owner_tier, s.is_active, s.owner_id)


def _version(v: AgreementVersion, a: Agreement) -> VersionRow:
    return VersionRow(v.id, a.id, a.code, a.name_zh, a.name_en, v.number, v.effective_from, v.effective_to)
