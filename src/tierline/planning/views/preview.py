"""What other terms would have meant: start, watch, narrow, and look at one ticket under both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import get_current_timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tierline.agreements import queries as agreements
from tierline.domain.errors import DomainError, NotAllowed, NotFound
from tierline.domain.sla import WHATS, Explanation, Kind, explain
from tierline.planning import forms, policies, queries, services
from tierline.planning.models import RUNNING, PolicyPreview, Rebase
from tierline.plumbing import tenancy
from tierline.plumbing.actor import Actor
from tierline.plumbing.http import wording

_KINDS = tuple(kind.value for kind in Kind)


@dataclass(frozen=True, slots=True)
class Count:
    """A kind's row of the overview: how many clocks, by what became of them."""

    kind: str
    by_what: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """One clock on both sides; None where that side promises nothing."""

    kind: str
    before: Explanation | None
    after: Explanation | None
    is_changed: bool


@require_http_methods(["GET", "HEAD", "POST"])
def of_draft(request: HttpRequest, agreement: int, draft: int) -> HttpResponse:
    """The latest preview of the draft, or the question how far to look back."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    at = request.received_at  # type: ignore[attr-defined]
    with tenancy.reading(actor):
        latest = queries.latest_of_draft(actor, draft)
        row = agreements.draft(draft)
        if row.agreement_id != agreement:
            raise NotFound(what="agreement_draft", id=draft)
        names = agreements.versions_of_agreement(agreement)
    form = forms.Start(request.POST if request.method == "POST" else None, initial={"days": 30})
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            found = services.preview_draft(actor=actor, draft_id=draft, days=form.cleaned_data["days"], at=at)
            return redirect(reverse("preview", args=[found]))
        except NotAllowed:
            raise
        except DomainError as refused:
            refusal = wording(refused)
    elif request.method != "POST" and latest is not None and "again" not in request.GET:
        return redirect(reverse("preview", args=[latest.id]))
    shown = {
        "section": "agreements",
        "agreement": agreement,
        "draft": row,
        "name": names[-1] if names else None,
        "form": form,
        "refusal": refusal,
        "may_run": policies.may(actor, "preview.run"),
    }
    return render(request, "planning/start.html", shown, status=422 if request.method == "POST" else 200)


@require_safe
def shown(request: HttpRequest, preview_id: int) -> HttpResponse:
    """``?part=body`` is what the page replaces while the work goes on; without script there is a link."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    at = request.received_at  # type: ignore[attr-defined]
    what, kind = request.GET.get("what", ""), request.GET.get("kind", "")
    what, kind = what if what in WHATS else "", kind if kind in _KINDS else ""
    after = request.GET.get("after", "")
    with tenancy.reading(actor):
        preview = queries.preview(actor, preview_id)
        latest = queries.newer(preview)
        if latest is not None:
            # Its findings went with it: its counts alone would say what nobody can look up.
            part = "?part=body" if request.GET.get("part") == "body" else ""
            return redirect(reverse("preview", args=[latest.id]) + part)
        rows, more = queries.findings(
            actor, preview, what=what, kind=kind, after=int(after) if after.isdecimal() and len(after) < 19 else 0
        )
        rebase = queries.rebase_of(preview)
        page = {
            "section": "agreements",
            "preview": preview,
            "names": agreements.versions_of_agreement(preview.agreement_id),
            "rows": rows,
            "counts": counts(preview),
            "whats": WHATS,
            "totals": {w: sum(row.get(w, 0) for row in preview.counts.values()) for w in WHATS},
            "what": what,
            "kind": kind,
            "more": urlencode({"what": what, "kind": kind, "after": more}) if more else "",
            "percent": percent(preview),
            "rebase": rebase,
            "rebase_percent": percent(rebase) if rebase else 0,
            "is_moving": preview.state == RUNNING or (rebase is not None and rebase.state == RUNNING),
            "is_outdated": queries.is_outdated(preview, at=at),
            "may_run": policies.may(actor, "preview.run"),
            "may_rebase": policies.may(actor, "agreement.rebase"),
            "at": at,
        }
    return render(
        request, "planning/_body.html" if request.GET.get("part") == "body" else "planning/preview.html", page
    )


@require_POST
def stop(request: HttpRequest, preview_id: int) -> HttpResponse:
    services.stop_preview(
        actor=request.actor,  # type: ignore[attr-defined]
        preview_id=preview_id,
        at=request.received_at,  # type: ignore[attr-defined]
    )
    return redirect(reverse("preview", args=[preview_id]))


@require_POST
def resume(request: HttpRequest, preview_id: int) -> HttpResponse:
    services.resume_preview(
        actor=request.actor,  # type: ignore[attr-defined]
        preview_id=preview_id,
        at=request.received_at,  # type: ignore[attr-defined]
    )
    return redirect(reverse("preview", args=[preview_id]))


@require_safe
def ticket(request: HttpRequest, preview_id: int, number: str) -> HttpResponse:
    """Both ledgers of the ticket side by side."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    with tenancy.reading(actor):
        preview = queries.preview(actor, preview_id)
        found = queries.both(actor, preview, number)
    page = {
        "section": "agreements",
        "preview": preview,
        "ticket": found.ticket,
        "pairs": pairs(preview, found),
        "at": preview.to_at,
    }
    return render(request, "planning/ticket.html", page)


def counts(preview: PolicyPreview) -> list[Count]:
    """In the order of the kinds, without those that nothing happened to."""
    return [
        Count(kind, tuple((what, preview.counts[kind].get(what, 0)) for what in WHATS))
        for kind in _KINDS
        if kind in preview.counts
    ]


def percent(work: PolicyPreview | Rebase) -> int:
    return 100 if not work.total else min(100, 100 * work.done // work.total)


def pairs(preview: PolicyPreview, found: queries.Both) -> list[Pair]:
    """What differs first."""
    reader = get_current_timezone()
    before, after = (
        {(e.reading.kind, e.reading.party, e.reading.cycle): e for e in told}
        for told in (
            explain(found.before, found.terms_before, at=preview.to_at, reader=reader),
            explain(found.after, found.terms_after, at=preview.to_at, reader=reader),
        )
    )
    keys = [*before, *(key for key in after if key not in before)]
    made = [Pair(key[0], before.get(key), after.get(key), key in found.changed) for key in keys]
    return sorted((p for p in made if any(_began(e) for e in (p.before, p.after))), key=lambda p: not p.is_changed)


def _began(told: Explanation | None) -> Any:
    return told is not None and told.rows
