"""What handing work between tiers and departments does to the clocks."""

from __future__ import annotations

from tierline.domain.calendars import ALWAYS, micros, parsed
from tierline.domain.events import Event
from tierline.domain.sla import reading as says
from tierline.domain.sla import work
from tierline.domain.sla.book import RETURNED, Book
from tierline.domain.terms import Kind, Promise

_WORK_OF = {2: Kind.L2_PLAN, 3: Kind.L3_START}


def paged(book: Book, event: Event, at: int) -> None:
    """Only for P1 does the page itself start the tier's clock; the package is then owed at acceptance."""
    tier = int(event.payload.get("tier", 0))
    if book.priority == "P1" and tier in _WORK_OF and book.last(_WORK_OF[tier], _party(tier)) is None:
        _start_work(book, tier, at)


def escalated(book: Book, event: Event, at: int) -> None:
    """A complete package was submitted; after a return the tier's clock goes on with what it had consumed."""
    tier = int(event.payload.get("to", 0))
    if tier not in _WORK_OF:
        return
    book.tier = tier
    for offer in book.of(Kind.HAND_OFF_ACCEPT):
        if offer.party != _party(tier):
            book.stop(offer.kind, at, party=offer.party, verdict=says.DISMISSED, note="offered_elsewhere")
    # An offer that nobody answered goes on as it was: sending it again neither answers it nor gives it new time.
    book.start(Kind.HAND_OFF_ACCEPT, at, party=_party(tier), tier=tier)
    working = book.open.get((_WORK_OF[tier], _party(tier)))
    if working is None:
        _start_work(book, tier, at)
    else:
        working.release(RETURNED, at, "resubmitted")


def accepted(book: Book, event: Event, at: int) -> None:
    tier = int(event.payload.get("tier", book.tier))
    book.tier = book.accepted_tier = tier
    book.stop(Kind.HAND_OFF_ACCEPT, at, party=_party(tier))


def handed_back(book: Book, event: Event, at: int) -> None:
    returning = int(event.payload.get("from", book.tier))
    book.stop(Kind.HAND_OFF_ACCEPT, at, party=_party(returning), note=RETURNED)
    working = book.open.get((_WORK_OF.get(returning, Kind.L2_PLAN), _party(returning)))
    if working is not None:
        working.hold(RETURNED, at)
    book.accepted_tier = 0
    book.tier = int(event.payload.get("to", returning - 1))


def note(book: Book, event: Event, at: int) -> None:
    if event.payload.get("kind") == "plan":
        work.plan_noted(book, event, at)
    work.recorded(book, event, at)


def task_opened(book: Book, event: Event, at: int) -> None:
    """A task's own deadline is its promise, in elapsed time; else what its party owes; else the target for tasks."""
    said = event.payload
    promise = None
    if said.get("due_at") is not None and (due := micros(parsed(said["due_at"], field="due_at"))) > at:
        promise = Promise(ALWAYS, due - at)
    else:
        promise = book.terms.party_promise(_task_kind(event), _asked(event), book.priority)
    book.start(_task_kind(event), at, party=str(said.get("task", "")), promise=promise)
    work.recorded(book, event, at)


def task_finished(book: Book, event: Event, at: int) -> None:
    for kind in (Kind.TASK, Kind.SUPPLIER):
        book.stop(kind, at, party=str(event.payload.get("task", "")))


def _asked(event: Event) -> str:
    return str(event.payload.get("supplier") or event.payload.get("department") or "")


def _task_kind(event: Event) -> Kind:
    return Kind.SUPPLIER if event.payload.get("supplier") else Kind.TASK


def _start_work(book: Book, tier: int, at: int) -> None:
    if tier == 2:
        book.plan_noted = book.plan_told = False
    book.start(_WORK_OF[tier], at, party=_party(tier), tier=tier)


def _party(tier: int) -> str:
    return f"L{tier}"
