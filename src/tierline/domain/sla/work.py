"""Whose work a tier's clock waits for: a tier's clock is stopped by the tier that owes it, or by a higher one."""

from __future__ import annotations

from tierline.domain.events import STAFF, Event
from tierline.domain.sla.book import Book
from tierline.domain.terms import Kind

_NOTES = ("note", "plan", "work")
_L2, _L3 = 2, 3


def tier_of(book: Book, event: Event) -> int:
    """The author's tier at that moment; where it was not recorded, the tier the ticket was last handed to.

    0: not one of the support team.
    """
    if event.actor_role not in STAFF:
        return 0
    return int(event.payload.get("by_tier", book.tier))


def recorded(book: Book, event: Event, at: int) -> None:
    """The first work record of the third tier after it accepted is its start."""
    if book.accepted_tier == _L3 and _is_work(event) and tier_of(book, event) >= _L3:
        book.stop(Kind.L3_START, at, party="L3")


def plan_noted(book: Book, event: Event, at: int) -> None:
    if tier_of(book, event) >= _L2:
        book.plan_noted = True
        _plan_if_complete(book, at)


def plan_told(book: Book, event: Event, at: int) -> None:
    """A public message marked as the plan, or any after the note, is the summary, when the second tier wrote it."""
    if (event.payload.get("plan") or book.plan_noted) and tier_of(book, event) >= _L2:
        book.plan_told = True
        _plan_if_complete(book, at)


def _plan_if_complete(book: Book, at: int) -> None:
    """A plan is a plan note and a public summary of it; the later of the two stops the clock."""
    if book.plan_noted and book.plan_told:
        for clock in book.of(Kind.L2_PLAN):
            book.stop(Kind.L2_PLAN, at, party=clock.party)


def _is_work(event: Event) -> bool:
    said = event.payload
    if event.type == "note":
        return said.get("kind", "note") in _NOTES
    if event.type == "public_message":
        return not said.get("automatic")
    # A call that came in and nobody took is the customer's doing, whoever wrote it down.
    return event.type != "call" or bool(said.get("two_way")) or said.get("direction") != "in"
