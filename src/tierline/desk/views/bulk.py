"""One verb on the selected rows: who allows it is done, who refuses says why, and for ten seconds it can be undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from tierline.desk import forms, policies, queries, services
from tierline.desk.services.undo import UNDO_WITHIN
from tierline.desk.views import bulk_offers
from tierline.desk.views.queue import worker
from tierline.desk.views.rows import Row, rows_of
from tierline.domain.errors import DomainError, Invalid, NotAllowed
from tierline.plumbing import tenancy
from tierline.plumbing.actor import AUDITOR, Actor
from tierline.plumbing.http import status_of, wording

LIMIT = 200

Call = Callable[[Mapping[int, int]], Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """A verb of the bar: what it asks first, and the service with the answers. ``undoes``: it can be taken back."""

    service: Callable[..., Any]
    form: type[forms.Together] | None = None
    told: Callable[[Any], Mapping[str, Any]] = lambda form: form.cleaned_data
    is_undoing: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    number: str
    why: str


@dataclass(frozen=True, slots=True)
class Outcome:
    verb: str
    done: Sequence[Any]
    refused: Sequence[Refusal]
    status: int

    @property
    def said(self) -> str:
        if not self.done:
            return gettext("page.bulk.none").format(n=len(self.refused))
        return gettext(f"page.bulk.done_{self.verb}").format(n=len(self.done))


PLANS: Mapping[str, Plan] = {
    "claim": Plan(services.claim_tickets),
    "release": Plan(services.release_tickets),
    "resume": Plan(services.resume_tickets),
    "assign": Plan(services.assign_tickets, forms.BulkAssign, lambda f: {"assignee_id": f.cleaned_data["assignee"]}),
    "prioritise": Plan(services.prioritise_tickets, forms.BulkPrioritise, lambda f: f.graded()),
    "classify": Plan(services.classify_tickets, forms.BulkClassify),
    "wait": Plan(services.wait_tickets, forms.BulkWait),
}
_UNDO = Plan(services.undo_tickets, is_undoing=True)


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Asks what the verb needs to know, then does it to each selected ticket that lets it."""
    actor = _acting(request)
    verb, seen = request.POST.get("verb", ""), _seen(request)
    if verb not in PLANS:
        raise Invalid(field="verb", value=verb[:20], allowed=list(PLANS))
    if not seen:
        return redirect(_back(request))
    plan = PLANS[verb]
    if plan.form is None:
        return _finish(request, actor, verb, plan, seen, {})
    with tenancy.reading(actor):
        tickets = list(queries.tickets(actor, list(seen)).values())
        offer = bulk_offers.offer(actor, tickets, at=_at(request))
    is_answer = request.POST.get("step") == "do"
    form = plan.form(request.POST if is_answer else None, offer=offer)
    if not is_answer:
        return _ask(request, verb, form, tickets, offer)
    if not form.is_valid():
        return _ask(request, verb, form, tickets, offer, status=422)
    return _finish(request, actor, verb, plan, seen, plan.told(form), again=(form, tickets, offer))


@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    actor, seen = _acting(request), _seen(request)
    if not seen:
        return redirect(_back(request))
    return _finish(request, actor, "undo", _UNDO, seen, {})


def apart(call: Call, seen: Mapping[int, int]) -> tuple[list[Any], dict[int, DomainError]]:
    """All at once where nothing is refused; else in halves, so that each refusal stands alone and the rest is done."""
    try:
        return list(call(seen)), {}
    except DomainError as refused:
        if len(seen) == 1:
            return [], dict.fromkeys(seen, refused)
    pairs = list(seen.items())
    half = len(pairs) // 2
    done, no = apart(call, dict(pairs[:half]))
    also, nor = apart(call, dict(pairs[half:]))
    return done + also, no | nor


def _finish(
    request: HttpRequest,
    actor: Actor,
    verb: str,
    plan: Plan,
    seen: Mapping[int, int],
    told: Mapping[str, Any],
    again: tuple[Any, Sequence[Any], Any] | None = None,
) -> HttpResponse:
    at = _at(request)
    done, refused = apart(lambda some: plan.service(actor=actor, seen=some, at=at, **told), seen)
    errors = list(refused.values())
    if again is not None and not done and all(isinstance(e, Invalid) and "ticket" not in e.facts for e in errors):
        # What was typed is at fault, not the tickets: ask again.
        form, tickets, offer = again
        form.add_error(None, wording(errors[0]))
        return _ask(request, verb, form, tickets, offer, status=422)
    with tenancy.reading(actor):
        numbers = {i: t.number for i, t in queries.tickets(actor, list(refused)).items()}
        rows = rows_of(actor, done, at=at)
    outcome = Outcome(
        verb=verb,
        done=rows,
        refused=[_refusal(numbers.get(i, "—"), error) for i, error in refused.items()],
        status=status_of(errors[0]) if errors and not done else 200,
    )
    return _told(request, outcome, plan)


def _call(
    service: Callable[..., Any], actor: Actor, at: datetime, told: Mapping[str, Any], seen: Mapping[int, int]
) -> Any:
    return service(actor=actor, seen=seen, at=at, **told)


def _refusal(number: str, error: DomainError) -> Refusal:
    """The number stands before the sentence, so a sentence that begins with it need not."""
    return Refusal(number, wording(error).removeprefix(number).strip())


def _told(request: HttpRequest, outcome: Outcome, plan: Plan) -> HttpResponse:
    can_undo = bool(outcome.done) and not plan.is_undoing
    frame = {"may_act": True, "at": _at(request)}

    def drawn(row: Row) -> str:
        return render_to_string("desk/_row.html", {**frame, "row": row}, request)

    if "application/json" not in request.headers.get("Accept", ""):
        shown = {**frame, "outcome": outcome, "can_undo": can_undo, "back": _back(request)}
        return render(request, "desk/outcome.html", {**shown, "section": "queue"}, status=outcome.status)
    return JsonResponse(
        {
            "verb": outcome.verb,
            "said": outcome.said,
            "refused": [{"number": r.number, "why": r.why} for r in outcome.refused],
            "rows": {row.ticket.id: drawn(row) for row in outcome.done},
            "undo": [f"{row.ticket.id}:{row.ticket.version}" for row in outcome.done] if can_undo else [],
            "undo_seconds": int(UNDO_WITHIN.total_seconds()),
        },
        status=outcome.status,
    )


def _ask(
    request: HttpRequest, verb: str, form: Any, tickets: Sequence[Any], offer: Any, *, status: int = 200
) -> HttpResponse:
    is_fragment = "HX-Request" in request.headers
    shown = {
        "verb": verb,
        "form": form,
        "tickets": tickets,
        "offer": offer,
        "seen": request.POST.getlist("seen"),
        "back": request.POST.get("back", ""),
        "section": "queue",
    }
    return render(request, "desk/_act.html" if is_fragment else "desk/act.html", shown, status=status)


def _acting(request: HttpRequest) -> Actor:
    """An auditor sees the queue and changes nothing in it."""
    actor = worker(request)
    if actor.role == AUDITOR:
        raise NotAllowed(right="ticket.change", role=actor.role)
    policies.require(actor, "undo")
    return actor


def _seen(request: HttpRequest) -> dict[int, int]:
    """Ticket id -> version, from ``id:version`` of each row; what is no such pair is left out."""
    split = (text.partition(":") for text in request.POST.getlist("seen"))
    pairs = [(i, v) for i, _, v in split if i.isdecimal() and v.isdecimal() and len(i) < 19 and len(v) < 19]
    return {int(i): int(v) for i, v in pairs[:LIMIT]}


def _back(request: HttpRequest) -> str:
    """The list as it was; only ever an address of the queue's."""
    back = request.POST.get("back", "")
    return f"/queue?{back}" if back else "/queue"


def _at(request: HttpRequest) -> datetime:
    at: datetime = request.received_at  # type: ignore[attr-defined]
    return at
