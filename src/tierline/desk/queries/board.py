"""What the queue shows: lanes, pages and counts, each read as a set off the indexes of the open tickets."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q, QuerySet

from tierline.desk import policies
from tierline.desk.models import Ticket
from tierline.domain.errors import Invalid
from tierline.domain.text import is_storable
from tierline.plumbing.actor import Actor

OPEN = ("queue", "free", "mine", "unassigned", "due", "breached", "waiting")
VIEWS = (*OPEN, "resolved", "recent")
SOON = timedelta(minutes=30)
# Words are looked for among this many of the newest: an operator on words cannot use an index behind the row policy.
SEARCHED = 2000
_WORDS = 8
NOBODY = "none"


@dataclass(frozen=True, slots=True)
class Wanted:
    """``view`` is what the list is about; every other field narrows it, an empty one not.

    ``assignee`` is a person's id, or ``none`` for tickets that nobody has.
    """

    view: str = "queue"
    states: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    tiers: tuple[int, ...] = ()
    assignee: int | str | None = None
    service_id: int | None = None
    customer_id: int | None = None
    enterprise_id: int | None = None
    q: str = ""

    @property
    def sorts_by_slack(self) -> bool:
        return self.view in OPEN


@dataclass(frozen=True, slots=True)
class LaneCount:
    """``late`` counts tickets with a promise that is past due and still runs."""

    tier: int
    n: int
    unassigned: int
    late: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True)
class Page:
    tickets: Sequence[Ticket]
    next_cursor: str


def page(actor: Actor, wanted: Wanted, *, at: datetime, cursor: str = "", limit: int = 25) -> Page:
    """Keyset pages: open tickets by ``order_at``, the others newest first. Raises Invalid for a foreign cursor."""
    rows = matching(actor, wanted, at=at)
    if wanted.sorts_by_slack:
        rows = _after(rows, cursor).order_by("order_at", "id")
    else:
        rows = (rows.filter(id__lt=_number(cursor)) if cursor else rows).order_by("-id")
    found = list(rows[: limit + 1])
    more = found[limit - 1] if len(found) > limit else None
    return Page(found[:limit], _cursor(more, wanted) if more is not None else "")


def matching(actor: Actor, wanted: Wanted, *, at: datetime) -> QuerySet[Ticket]:
    """The tickets that the queue shows for this; unordered."""
    rows = _visible(actor).filter(_about(actor, wanted.view, at), narrowed(wanted))
    return _with_words(rows, wanted)


def lanes(actor: Actor, wanted: Wanted, *, at: datetime) -> Mapping[int, LaneCount]:
    """Tier -> how much lies there, of what the queue shows for this."""
    late = Q(next_due_at__lt=at, is_open=True)
    rows = matching(actor, wanted, at=at).order_by().values("tier")
    told = rows.annotate(
        n=Count("id"),
        unassigned=Count("id", filter=Q(assignee_id=None)),
        late=Count("id", filter=late),
        oldest_at=Min("started_at"),
    )
    return {row["tier"]: LaneCount(**row) for row in told}


def counts(
    actor: Actor,
    *,
    at: datetime,
    enterprise_id: int | None = None,
    also: Mapping[str, Wanted] | None = None,
) -> Mapping[str, int]:
    """How many tickets each view shows, and each of ``also`` (views of open tickets without words to look for).

    One pass over the open tickets of the reach; one over the index of the resolved ones.
    """
    reach = _visible(actor)
    if enterprise_id is not None:
        reach = reach.filter(enterprise_id=enterprise_id)
    asked = {f"view_{view}": _about(actor, view, at) for view in OPEN}
    asked |= {f"also_{name}": _about(actor, w.view, at) & narrowed(w) for name, w in (also or {}).items()}
    told = reach.filter(is_open=True).aggregate(**{name: Count("id", filter=q) for name, q in asked.items()})
    resolved = reach.filter(_about(actor, "resolved", at)).count()
    return {name.partition("_")[2]: n for name, n in told.items()} | {"resolved": resolved}


def loads(actor: Actor, people: Iterable[int], *, enterprise_id: int | None = None) -> Mapping[int, int]:
    """Person -> open tickets that they have and that do not wait, within the actor's reach."""
    rows = _visible(actor).filter(is_open=True, assignee_id__in=set(people)).exclude(state="waiting")
    if enterprise_id is not None:
        rows = rows.filter(enterprise_id=enterprise_id)
    return dict(rows.order_by().values_list("assignee_id").annotate(n=Count("id")))


def customers_waiting(actor: Actor, *, enterprise_id: int | None = None, limit: int = 200) -> list[int]:
    """The end customers with open tickets, those with most first."""
    rows = _visible(actor).filter(is_open=True).exclude(customer_id=None)
    if enterprise_id is not None:
        rows = rows.filter(enterprise_id=enterprise_id)
    counted = rows.order_by().values_list("customer_id").annotate(n=Count("id")).order_by("-n", "customer_id")
    return [customer_id for customer_id, _ in counted[:limit]]


def found(actor: Actor, text: str, *, limit: int) -> list[Ticket]:
    """The ticket of that number, else the newest whose subject has all the words."""
    words = text.split()[:_WORDS]
    if not words or not is_storable(text):
        return []
    by_number = list(_visible(actor).filter(number=text.strip().upper())[:1])
    rows = _with_words(_visible(actor), Wanted(view="recent", q=text)).order_by("-id")[:limit]
    return by_number or list(rows)


def narrowed(wanted: Wanted) -> Q:
    """Everything but the view and the words."""
    several = {"state__in": wanted.states, "priority__in": wanted.priorities, "tier__in": wanted.tiers}
    single: dict[str, Any] = {
        "service_id": wanted.service_id,
        "customer_id": wanted.customer_id,
        "enterprise_id": wanted.enterprise_id,
    }
    asked = Q(**{name: value for name, value in several.items() if value})
    asked &= Q(**{name: value for name, value in single.items() if value is not None})
    if wanted.assignee == NOBODY:
        return asked & Q(assignee_id=None)
    return asked & Q(assignee_id=wanted.assignee) if wanted.assignee is not None else asked


def _visible(actor: Actor) -> QuerySet[Ticket]:
    rows: QuerySet[Ticket] = Ticket.objects.filter(policies.visible_tickets(actor))
    return rows


def _about(actor: Actor, view: str, at: datetime) -> Q:
    open_, mine = Q(is_open=True), Q(assignee_id=actor.person_id)
    about: Mapping[str, Q] = {
        "queue": open_,
        "free": open_ & (mine | Q(assignee_id=None)),
        "mine": open_ & mine,
        "unassigned": open_ & Q(assignee_id=None),
        "due": open_ & Q(next_due_at__gte=at, next_due_at__lt=at + SOON),
        "breached": open_ & Q(next_due_at__lt=at),
        "waiting": open_ & Q(state="waiting"),
        "resolved": Q(state="resolved", merged_into_id=None),
        "recent": Q(),
    }
    if view not in about:
        raise Invalid(field="view", value=view, allowed=list(about))
    return about[view]


def _with_words(rows: QuerySet[Ticket], wanted: Wanted) -> QuerySet[Ticket]:
    words = wanted.q.split()[:_WORDS]
    if not words:
        return rows
    if not is_storable(wanted.q):
        raise Invalid(field="q", value="unstorable")
    if not wanted.sorts_by_slack:
        newest = rows.order_by("-id").values("id")[:SEARCHED]
        rows = rows.model.objects.filter(Q(id__in=newest) | Q(id__in=rows.filter(number=wanted.q.strip().upper())))
    for word in words:
        rows = rows.filter(Q(subject__icontains=word) | Q(number__iexact=word))
    return rows


def _after(rows: QuerySet[Ticket], cursor: str) -> QuerySet[Ticket]:
    if not cursor:
        return rows
    try:
        said, _, last = base64.urlsafe_b64decode(cursor.encode()).decode().partition("|")
        instant = datetime.fromisoformat(said).astimezone(UTC)
    except (binascii.Error, ValueError, OverflowError):
        raise Invalid(field="cursor", value=cursor[:40]) from None
    if not 1970 < instant.year < 9999:
        raise Invalid(field="cursor", value=cursor[:40])
    return rows.filter(order_at__gte=instant).exclude(order_at=instant, id__lte=_number(last))


def _cursor(last: Ticket, wanted: Wanted) -> str:
    if not wanted.sorts_by_slack:
        return str(last.id)
    assert last.order_at is not None  # every open ticket has its place
    return base64.urlsafe_b64encode(f"{last.order_at.isoformat()}|{last.id}".encode()).decode()


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 18:
        raise Invalid(field="cursor", value=text[:40])
    return int(text)
