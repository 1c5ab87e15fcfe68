"""What every page of agreements has: the reader, the enterprises in view, and the list at the side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from tierline.accounts import queries as accounts
from tierline.agreements import policies
from tierline.agreements import queries as catalogue
from tierline.agreements.queries import drafts, of_calendars, shelf
from tierline.agreements.queries.shelf import ContractRow, EntitlementRow, PartyRow, Promise
from tierline.plumbing.actor import Actor


@dataclass(frozen=True, slots=True)
class House:
    """One enterprise with everything of this room that is its own."""

    id: int
    name: str
    slug: str
    zone: ZoneInfo
    promises: Sequence[Promise]
    entitlements: Sequence[EntitlementRow]
    contracts: Sequence[ContractRow]
    parties: Sequence[PartyRow]

    def uses(self, agreement_id: int, at: datetime) -> list[EntitlementRow]:
        return [e for e in self.entitlements if e.agreement_id == agreement_id and e.is_in_force(at)]

    @property
    def olas(self) -> list[PartyRow]:
        return [p for p in self.parties if p.kind != drafts.SUPPLIER]

    @property
    def suppliers(self) -> list[PartyRow]:
        return [p for p in self.parties if p.kind == drafts.SUPPLIER]


def reader(request: HttpRequest) -> Actor:
    """Raises NotAllowed."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    policies.require_reader(actor)
    return actor


def houses(actor: Actor, request: HttpRequest) -> list[House]:
    """The enterprises in view, each with its shelf. Inside a scope."""
    in_view: int | None = request.in_view  # type: ignore[attr-defined]
    reached = [e for e in accounts.enterprises() if e.id in actor.enterprises and in_view in (None, e.id)]
    return [house(e.id) for e in reached]


def house(enterprise_id: int) -> House:
    e = accounts.enterprise(enterprise_id)
    return House(
        e.id,
        e.name,
        e.slug,
        ZoneInfo(e.zone),
        shelf.promises(e.id),
        shelf.entitlements(e.id),
        shelf.contracts(e.id),
        shelf.parties(e.id),
    )


def page(
    request: HttpRequest, template: str, shown: Mapping[str, Any], *, side: Sequence[House], status: int = 200
) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    frame = {
        "section": "agreements",
        "side": side,
        "at": request.received_at,  # type: ignore[attr-defined]
        "writable": frozenset(h.id for h in side if policies.may(actor, "agreement.publish", h.id)),
        "done": request.GET.get("done", ""),
    }
    return render(request, template, {**frame, **shown}, status=status)


def name(row: Any) -> str:
    """Of anything with ``name_zh`` and ``name_en``, in the reader's language."""
    zh, en = str(row.name_zh), str(row.name_en)
    return (en or zh) if get_language() == "en" else (zh or en)


def calendar_names(enterprise_id: int) -> dict[str, str]:
    """The calendars' own names by code."""
    is_en = get_language() == "en"
    rows = of_calendars.calendars(enterprise_id)
    return {r.code: ((r.recipe.en if is_en else r.recipe.zh) or r.code) for r in rows}


def service_names(enterprise_id: int) -> dict[int, str]:
    return {s.id: name(s) for s in catalogue.services(enterprise_id, with_inactive=True)}
