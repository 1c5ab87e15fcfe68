"""THE table of pages: what the checks look at and what `make screenshots` draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shown:
    """``path`` may name what the world found: {ticket}, {own}, {article} ... ``who``: a sign-in, or None for nobody."""

    name: str
    path: str
    who: str | None


PAGES = (
    Shown("sign-in", "/signin", None),
    Shown("refused", "/no-such-page", "l1"),
    Shown("gallery", "/_components", "l1"),
    Shown("queue", "/queue", "l1"),
    Shown("queue-shared", "/queue", "l3"),
    Shown("queue-filters", "/queue/filters", "l1"),
    Shown("queue-views", "/queue/views", "l1"),
    Shown("ticket", "/tickets/{ticket}", "l2"),
    Shown("ticket-clocks", "/tickets/{ticket}/clocks", "l2"),
    Shown("ticket-new", "/tickets/new", "l1"),
    Shown("ticket-escalate", "/tickets/{fresh}/escalate", "l1"),
    Shown("tasks", "/tasks", "rd"),
    Shown("article", "/articles/{article}", "l1"),
    Shown("me", "/me", "l1"),
    Shown("people", "/people", "admin"),
    Shown("notices", "/notices", "l1"),
    Shown("notice-preferences", "/notices/preferences", "l1"),
    Shown("agreements", "/agreements", "manager"),
    Shown("agreement", "/agreements/{agreement}", "manager"),
    Shown("agreement-new", "/agreements/new", "manager"),
    Shown("contract-new", "/agreements/contracts/new", "manager"),
    Shown("party-new", "/agreements/parties/new", "manager"),
    Shown("calendars", "/calendars", "manager"),
    Shown("calendar", "/calendars/yunsuanpan/office", "manager"),
    Shown("calendar-new", "/calendars/new", "manager"),
    Shown("portal", "/p/yunsuanpan/", "requester"),
    Shown("portal-sign-in", "/p/yunsuanpan/signin", None),
    Shown("portal-new", "/p/yunsuanpan/new", "requester"),
    Shown("portal-help", "/p/yunsuanpan/help", "requester"),
    Shown("portal-article", "/p/yunsuanpan/help/{article}", "requester"),
    Shown("portal-ticket", "/p/yunsuanpan/tickets/{own}", "requester"),
)

_FRAGMENT = "a fragment of a page in the table"
_ACT = "answers a form; shows no page of its own"
_MACHINE = "answers programs"

# Routes that are no page of their own, and why.
EXCLUDED: Mapping[str, str] = {
    "": "sends on to the reader's first page",
    "healthz": _MACHINE,
    "readyz": _MACHINE,
    "metrics": _MACHINE,
    "signin/demo": _ACT,
    "signout": _ACT,
    "preferences": _ACT,
    "rights": _ACT,
    "people/rights/<int:request_id>": _ACT,
    "p/<slug:slug>/files": _ACT,
    "p/<slug:slug>/answers": _FRAGMENT,
    "p/<slug:slug>/tickets/<str:number>/reply": _ACT,
    "p/<slug:slug>/tickets/<str:number>/verify": _ACT,
    "p/<slug:slug>/tickets/<str:number>/reopen": _ACT,
    "p/<slug:slug>/tickets/<str:number>/rate": _ACT,
    "agreements/parties/<int:party_id>": "needs a party; the demo has none",
    "agreements/parties/<int:party_id>/contact": _ACT,
    "agreements/parties/<int:party_id>/retire": _ACT,
    "agreements/contracts/<int:contract_id>": "needs a contract; the demo has none",
    "agreements/which/<int:enterprise_id>": _FRAGMENT,
    "agreements/<int:agreement_id>/versions/<int:number>": "the agreement's page with an older version",
    "agreements/<int:agreement_id>/diff": "needs two versions; the demo has one",
    "agreements/<int:agreement_id>/draft": "needs a draft; its fields are those of agreement-new",
    "agreements/<int:agreement_id>/draft/start": _ACT,
    "agreements/<int:agreement_id>/draft/publish": _ACT,
    "agreements/<int:agreement_id>/draft/drop": _ACT,
    "agreements/<int:agreement_id>/entitle": _ACT,
    "agreements/<int:agreement_id>/entitlements/<int:entitlement_id>/end": _ACT,
    "agreements/<int:agreement>/drafts/<int:draft>/preview": _ACT,
    "agreements/<int:agreement>/rebase": _ACT,
    "previews/<int:preview_id>": "needs a preview, which a worker computes",
    "previews/<int:preview_id>/confirm": _ACT,
    "previews/<int:preview_id>/continue": _ACT,
    "previews/<int:preview_id>/resume": _ACT,
    "previews/<int:preview_id>/stop": _ACT,
    "previews/<int:preview_id>/tickets/<str:number>": "needs a preview, which a worker computes",
    "calendars/<slug:slug>/<slug:code>/hours": _ACT,
    "calendars/<slug:slug>/<slug:code>/days": _ACT,
    "calendars/<slug:slug>/<slug:code>/holidays": _ACT,
    "calendars/<slug:slug>/<slug:code>/file": _ACT,
    "calendars/<slug:slug>/<slug:code>/file/confirm": _ACT,
    "calendars/<slug:slug>/<slug:code>/adopt": _ACT,
    "calendars/<slug:slug>/<slug:code>/diff": "needs two versions; the demo has one",
    "notices/bell": _FRAGMENT,
    "notices/read": _ACT,
    "notices/preferences/trial": _ACT,
    "notices/hooks": _ACT,
    "notices/hooks/<int:hook_id>/remove": _ACT,
    "notices/hooks/<int:hook_id>/trial": _ACT,
    "notices/messages/<int:message_id>/repeat": _ACT,
    "notices/<int:notice_id>/open": "sends on to what the notice is about",
    "queue/more": _FRAGMENT,
    "palette": _FRAGMENT,
    "tickets/<str:number>/known-errors": _FRAGMENT,
    "tickets/<str:number>/rating": _FRAGMENT,
    "queue/rows": _FRAGMENT,
    "queue/bulk": _ACT,
    "queue/undo": _ACT,
    "queue/views/<int:view_id>": _ACT,
    "attachments/<int:attachment_id>": "a file, not a page",
    "tickets/<str:number>/presence": _ACT,
    "tickets/<str:number>/files": _ACT,
    "tickets/<str:number>/peek": _FRAGMENT,
    "tickets/<str:number>/tasks/<int:task>/finish": _ACT,
}
