"""班表: the day as it is planned, drafts of rosters, and publishing with what it changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from tierline.accounts import queries as accounts
from tierline.domain.calendars.zones import zone_of
from tierline.domain.errors import DomainError, NotAllowed, NotFound
from tierline.domain.shifts import Stretch, gaps, without
from tierline.plumbing import tenancy
from tierline.plumbing.actor import Actor
from tierline.plumbing.http import status_of, wording
from tierline.workforce import policies, queries, services
from tierline.workforce.forms import LineForm, RosterForm, SpanForm, zones
from tierline.workforce.operations import NewLine
from tierline.workforce.queries.rosters import absences
from tierline.workforce.views.day import picture


@require_http_methods(["GET", "HEAD", "POST"])
def rosters(request: HttpRequest) -> HttpResponse:
    """The day, the leave to settle, the rosters; and a new one."""
    actor, at = _reader(request)
    with tenancy.reading(actor):
        houses = _houses(actor, request)
        zone = accounts.provider().zone
    form = RosterForm(
        request.POST or None,
        choices={"enterprise": [(str(e.id), e.name) for e in houses]},
        initial={"zone": zone, "first_on": _monday(at), "last_on": _monday(at) + timedelta(days=6)},
    )
    status = 200
    if request.method == "POST":
        made, status = _drafted(actor, form, at)
        if made is not None:
            return redirect(reverse("roster", args=[made]))
    with tenancy.reading(actor):
        rows = queries.rosters(e.id for e in houses)
        shown = {
            "section": "rosters",
            "at": at,
            "form": form,
            "zones": zones(),
            "day": _day(request, houses, zone, at),
            "rosters": rows,
            "names": {e.id: e.name for e in houses},
            "may_plan": policies.may(actor, "shift.plan"),
            "leaves": _leaves(actor, at),
        }
    return render(request, "workforce/rosters.html", shown, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def roster(request: HttpRequest, roster_id: int) -> HttpResponse:
    """A draft's lines, what they leave open, and one more line; a published one is read."""
    actor, at = _reader(request)
    with tenancy.reading(actor):
        row = queries.roster(roster_id)
        offered = _people(row.enterprise_id, at)
    initial = {"weekdays": [f"weekday_{n}" for n in range(1, 6)], "starts": "09:00", "ends": "18:00", "heads": 1}
    form = LineForm(request.POST or None, initial=initial, choices={"person": offered})
    status = 200
    if request.method == "POST":
        policies.require(actor, "shift.plan")
        status = _added(actor, row, form, at)
        if status == 200:
            return redirect(reverse("roster", args=[roster_id]))
    with tenancy.reading(actor):
        shown = _shown(actor, row, at) | {"form": form}
    return render(request, "workforce/roster.html", shown, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, roster_id: int) -> HttpResponse:
    """The final preview: what comes, what goes, what is then missing; and the reason where something is."""
    actor, at = _reader(request)
    policies.require(actor, "shift.plan")
    refusal, status = "", 200
    if request.method == "POST":
        try:
            services.publish_roster(actor=actor, roster_id=roster_id, reason=request.POST.get("reason", ""), at=at)
            return redirect(f"{reverse('roster', args=[roster_id])}?done=1")
        except DomainError as refused:
            refusal, status = wording(refused), status_of(refused)
    with tenancy.reading(actor):
        shown = _shown(actor, queries.roster(roster_id), at)
    return render(request, "workforce/publish.html", {**shown, "refusal": refusal}, status=status)


@require_POST
def remove_line(request: HttpRequest, line_id: int) -> HttpResponse:
    actor, at = _reader(request)
    found = services.remove_line(actor=actor, line_id=line_id, at=at)
    return redirect(reverse("roster", args=[found]))


@require_POST
def copy(request: HttpRequest, roster_id: int) -> HttpResponse:
    """The same lines for the days after it, as a draft."""
    actor, at = _reader(request)
    form = SpanForm(request.POST)
    with tenancy.reading(actor):
        row = queries.roster(roster_id)
    length = row.last_on - row.first_on
    first_on = row.last_on + timedelta(days=1)
    last_on = first_on + length
    if form.is_valid():
        first_on, last_on = form.cleaned_data["first_on"], form.cleaned_data["last_on"]
    made = services.copy_roster(actor=actor, roster_id=roster_id, first_on=first_on, last_on=last_on, at=at)
    return redirect(reverse("roster", args=[made]))


@require_POST
def settle_leave(request: HttpRequest, leave_id: int) -> HttpResponse:
    actor, at = _reader(request)
    is_approved = request.POST.get("answer") == "approve"
    services.settle_leave(actor=actor, leave_id=leave_id, is_approved=is_approved, at=at)
    return redirect(f"{reverse('rosters')}#leave")


def _drafted(actor: Actor, form: RosterForm, at: datetime) -> tuple[int | None, int]:
    if not form.is_valid():
        return None, 422
    told = form.cleaned_data
    try:
        made = services.draft_roster(
            actor=actor,
            enterprise_id=int(told["enterprise"]),
            name=told["name"],
            zone=told["zone"],
            first_on=told["first_on"],
            last_on=told["last_on"],
            at=at,
        )
    except DomainError as refused:
        form.add_error(None, wording(refused))
        return None, status_of(refused)
    return made, 200


def _added(actor: Actor, row: Any, form: LineForm, at: datetime) -> int:
    if not form.is_valid():
        return 422
    told = form.cleaned_data
    starts, ends = form.minutes()
    line = NewLine(
        int(told["person"]) if told["person"] else None,
        told["kind"],
        int(told["tier"]),
        form.days(),
        starts,
        ends,
        row.first_on,
        row.last_on,
        heads=told["heads"] if not told["person"] else 1,
    )
    try:
        services.add_lines(actor=actor, roster_id=row.id, lines=[line], at=at)
    except DomainError as refused:
        form.add_error(None, wording(refused))
        return status_of(refused)
    return 200


def _shown(actor: Actor, row: Any, at: datetime) -> dict[str, Any]:
    plan = queries.roster_plan(row.id, at=at) if row.state == "draft" else None
    lines = queries.lines(row.id)
    people = accounts.people(line.person_id for line in lines)
    return {
        "section": "rosters",
        "at": at,
        "row": row,
        "house": accounts.enterprise(row.enterprise_id),
        "lines": [
            (
                line,
                people.get(line.person_id or 0),
                [f"weekday_{n}" for n in line.weekdays],
                _clock(line.starts),
                _clock(line.ends),
            )
            for line in lines
        ],
        "plan": plan,
        "people": people,
        "may_plan": policies.may(actor, "shift.plan") and row.state == "draft",
        "may_copy": policies.may(actor, "shift.plan"),
        "publisher": accounts.people([row.published_by]).get(row.published_by or 0),
    }


def _day(request: HttpRequest, houses: Sequence[Any], zone: str, at: datetime) -> dict[str, Any]:
    on = _asked_day(request, at, zone)
    low = datetime.combine(on - timedelta(days=1), datetime.min.time(), tzinfo=at.tzinfo)
    high = low + timedelta(days=4)
    ids = {e.id for e in houses}
    rows = [
        s
        for s in queries.shifts(starts_before=high, ends_after=low)
        if s.enterprise_id in (None, *ids) and (s.cancelled_at is None or s.cancelled_at > s.starts_at)
    ]
    own = {p.id: tier for p, _, tier in accounts.engineers_of(ids, at=at)}
    stretches = [
        (s.id, Stretch(s.starts_at, _end(s), s.person_id, s.kind, s.tier or own.get(s.person_id, 0))) for s in rows
    ]
    there = [pair for pair in stretches if pair[1].tier]
    away = absences({s.person for _, s in there}, low, high)
    missing = gaps(queries.published_need(ids, low, high), without([s for _, s in there], away), within=(low, high))
    people = accounts.people(s.person for _, s in there)
    return {
        "drawn": picture(on, zone, there, missing, people, at=at),
        "before": on - timedelta(days=1),
        "after": on + timedelta(days=1),
        "is_rostered": bool(there),
    }


def _leaves(actor: Actor, at: datetime) -> list[tuple[Any, Any]]:
    """What waits for an answer, with who asks."""
    if not policies.may(actor, "leave.settle"):
        return []
    people = {p.id: p for e in actor.enterprises for p, _ in accounts.engineers(e, at=at)}
    return [(row, people[row.person_id]) for row in queries.leaves(people, after=at, states=("asked",))]


def _people(enterprise_id: int, at: datetime) -> list[tuple[str, str]]:
    names = [(str(p.id), f"{p.name} · L{tier}") for p, _, tier in accounts.engineers_of([enterprise_id], at=at)]
    return [("", gettext("page.roster.need")), *names]


def _houses(actor: Actor, request: HttpRequest) -> list[Any]:
    in_view: int | None = request.in_view  # type: ignore[attr-defined]
    return [e for e in accounts.enterprises() if e.id in actor.enterprises and in_view in (None, e.id)]


def _reader(request: HttpRequest) -> tuple[Actor, datetime]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not policies.may(actor, "roster.read"):
        raise NotAllowed(right="roster.read", role=actor.role)
    return actor, request.received_at  # type: ignore[attr-defined]


def _asked_day(request: HttpRequest, at: datetime, zone: str) -> date:
    from_query = request.GET.get("on", "")
    try:
        found = date.fromisoformat(from_query)
    except ValueError:
        return _today(at, zone)
    if not 2000 <= found.year <= 2100:
        raise NotFound(what="day", value=from_query)
    return found


def _today(at: datetime, zone: str) -> date:
    return at.astimezone(zone_of(zone)).date()


def _end(row: Any) -> datetime:
    ends_at: datetime = min(row.ends_at, row.cancelled_at or row.ends_at)
    return ends_at


def _monday(at: datetime) -> date:
    """Of the week after this one."""
    today = at.date()
    return today + timedelta(days=7 - today.weekday())


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
