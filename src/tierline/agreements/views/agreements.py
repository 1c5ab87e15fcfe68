"""What is promised to whom: the overview, one agreement, what differs between two versions, and which one applies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tierline.accounts import queries as accounts
from tierline.agreements import forms, wording
from tierline.agreements.queries import coverage, of_calendars, shelf
from tierline.agreements.queries.shelf import EntitlementRow, Promise
from tierline.agreements.views import frame
from tierline.agreements.views.faces import PRIORITIES, board
from tierline.agreements.views.frame import House
from tierline.domain.priority import Urgency
from tierline.domain.terms import WAITS, changes
from tierline.plumbing import tenancy

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Covered:
    """One line of who has which agreement. ``customers`` None: not counted."""

    whom: str
    promise: Promise
    calendar: str
    customers: int | None
    ends_at: datetime | None
    entitlement: EntitlementRow


@dataclass(frozen=True, slots=True)
class Section:
    house: House
    warnings: Sequence[coverage.Warning]
    calendar_warnings: Sequence[Any]
    covered: Sequence[Covered]
    more: int
    grades: Sequence[tuple[str, int]]


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    actor = frame.reader(request)
    at = request.received_at  # type: ignore[attr-defined]
    with tenancy.reading(actor):
        side = frame.houses(actor, request)
        sections = [_section(h, at) for h in side]
    return frame.page(request, "agreements/overview.html", {"sections": sections}, side=side)


@require_safe
def agreement(request: HttpRequest, agreement_id: int, number: int | None = None) -> HttpResponse:
    """The version in force, or the one asked for."""
    actor = frame.reader(request)
    at = request.received_at  # type: ignore[attr-defined]
    with tenancy.reading(actor):
        side, home, promise = _found(actor, request, agreement_id)
        held = promise.in_force(at) or next(iter(promise.wordings), None)
        shown = promise.numbered(number) if number is not None else held
        names = frame.calendar_names(home.id)
        rows = [e for e in home.entitlements if e.agreement_id == promise.id]
        detail = {
            "house": home,
            "promise": promise,
            "wording": shown,
            "board": board(shown.terms, names) if shown else None,
            "in_force": promise.in_force(at),
            "rows": [(row, whom) for row, whom in zip(rows[:SHOWN], whom_of(home.id, rows[:SHOWN]), strict=True)],
            "more": max(0, len(rows) - SHOWN),
            "people": accounts.people(w.author_id for w in promise.wordings),
            "priorities": PRIORITIES,
            "waits": WAITS,
            "urgencies": [u.value for u in Urgency],
        }
    return frame.page(request, "agreements/agreement.html", detail, side=side)


@require_safe
def diff(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """Between any two versions: ``?a=1&b=2``; without, the two newest."""
    actor = frame.reader(request)
    with tenancy.reading(actor):
        side, home, promise = _found(actor, request, agreement_id)
        numbers = [w.number for w in promise.wordings]
        b = _asked(request.GET.get("b", ""), numbers, 0)
        a = _asked(request.GET.get("a", ""), numbers, 1)
        names = frame.calendar_names(home.id)
        lines = []
        if a is not None and b is not None:
            found = changes(promise.numbered(a).terms, promise.numbered(b).terms)
            lines = [wording.difference(change, names) for change in found]
    detail = {"house": home, "promise": promise, "a": a, "b": b, "lines": lines, "groups": grouped(lines)}
    detail |= {"a_said": f"v{a}", "b_said": f"v{b}"}
    return frame.page(request, "agreements/diff.html", detail, side=side)


@require_safe
def question(request: HttpRequest, enterprise_id: int) -> HttpResponse:
    """Which agreement applies to this customer and service, and why."""
    actor = frame.reader(request)
    at = request.received_at  # type: ignore[attr-defined]
    with tenancy.reading(actor):
        side = frame.houses(actor, request)
        home = frame.house(enterprise_id)
        services = [(str(i), said) for i, said in frame.service_names(home.id).items()]
        form = forms.QuestionForm(request.GET or None, zone=home.zone, grades=grades_of(home.id), services=services)
        found, customer, likely = _answer(form, home, at)
    detail = {"house": home, "form": form, "candidates": found, "customer": customer, "likely": likely}
    status = 422 if form.is_bound and not form.is_valid() else 200
    return frame.page(request, "agreements/question.html", detail, side=side, status=status)


def whom_of(enterprise_id: int, rows: Sequence[EntitlementRow]) -> list[str]:
    """Whom each is for, in words."""
    customers = accounts.customers([e.customer_id for e in rows if e.customer_id is not None])
    services = frame.service_names(enterprise_id)
    return [wording.whom(e, customers, services) for e in rows]


def grades_of(enterprise_id: int) -> list[tuple[str, Any]]:
    return [(grade, wording.grade(grade)) for grade in accounts.grades(enterprise_id)]


def grouped(lines: Sequence[wording.Line]) -> dict[str, list[wording.Line]]:
    found: dict[str, list[wording.Line]] = {}
    for line in lines:
        found.setdefault(line.group, []).append(line)
    return found


def _found(actor: Any, request: HttpRequest, agreement_id: int) -> tuple[Sequence[House], House, Promise]:
    from_shelf = shelf.promise(agreement_id)
    home = frame.house(from_shelf.enterprise_id)
    side = [home if h.id == home.id else h for h in frame.houses(actor, request)]
    return side, home, next(p for p in home.promises if p.id == agreement_id)


def _section(home: House, at: datetime) -> Section:
    found = coverage.warnings(home.id, home.promises, home.entitlements, home.contracts, home.parties, at=at)
    rows = [e for e in home.entitlements if e.is_in_force(at)]
    by_id = {p.id: p for p in home.promises}
    counts = accounts.grades(home.id)
    names = frame.calendar_names(home.id)
    covered = [
        Covered(
            whom,
            by_id[row.agreement_id],
            _calendars(by_id[row.agreement_id], names, at),
            _count(row, counts),
            row.ends_at,
            row,
        )
        for row, whom in zip(rows[:SHOWN], whom_of(home.id, rows[:SHOWN]), strict=True)
    ]
    told = of_calendars.calendar_warnings(home.id, at=at)
    grades = [(wording.grade(grade), n) for grade, n in counts.items()]
    return Section(home, found, told, covered, max(0, len(rows) - SHOWN), grades)


def _calendars(promise: Promise, names: Mapping[str, str], at: datetime) -> str:
    """On what P3 and P4 run: what the levels differ in."""
    held = promise.in_force(at)
    if held is None:
        return wording.NOTHING
    used = dict.fromkeys(held.terms.calendar_of[p] for p in ("P3", "P4") if p in held.terms.calendar_of)
    return " · ".join(wording.calendar(code, names) for code in used)


def _count(row: EntitlementRow, counts: Mapping[str, int]) -> int | None:
    if row.rank == 0:
        return sum(counts.values())
    if row.rank == 1:
        return counts.get(row.grade or "", 0)
    return 1 if row.customer_id is not None else None


def _answer(form: forms.QuestionForm, home: House, at: datetime) -> tuple[Sequence[Any], Any, Sequence[Any]]:
    """The candidates with their words, the end customer, and the names that come near what was typed."""
    if not form.is_bound or not form.is_valid():
        return [], None, []
    given = form.cleaned_data
    name = given["customer"].strip()
    customer = accounts.customers_named(home.id, [name]).get(name) if name else None
    if name and customer is None:
        form.add_error("customer", wording.unknown_customer(name))
        return [], None, accounts.customers_like(home.id, name)
    found = coverage.explain(
        home.entitlements,
        home.promises,
        service_id=int(given["service"]) if given["service"] else None,
        customer_id=customer.id if customer else None,
        grade=given["grade"] or (customer.grade if customer else ""),
        at=given["on"] or at,
    )
    near = [c for c in found if c.fit != coverage.OTHER or c.other != ("customer",)][:SHOWN]
    said = whom_of(home.id, [c.entitlement for c in near])
    return list(zip(near, said, strict=True)), customer, []


def _asked(text: str, numbers: Sequence[int], nth: int) -> int | None:
    """What the address asks for if there is such a version, else the nth newest."""
    if text.isdecimal() and len(text) < 9 and int(text) in numbers:
        return int(text)
    return numbers[nth] if nth < len(numbers) else None
