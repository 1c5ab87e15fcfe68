"""What messages and calls do to the clocks: who answered whom, and since when somebody waits."""

from __future__ import annotations

from tierline.domain.calendars import micros, parsed
from tierline.domain.events import STAFF, Event
from tierline.domain.priority import provisional
from tierline.domain.sla import reading as says
from tierline.domain.sla import work
from tierline.domain.sla.book import Book
from tierline.domain.terms import Kind


def opened(book: Book, event: Event, at: int) -> None:
    said = event.payload
    book.adopt(said.get("agreement", 0))
    stated = (said.get("stated_impact"), said.get("stated_urgency"))
    book.priority = said.get("priority") or provisional(*stated, book.terms.matrix).priority.value
    book.was_opened = True
    book.tier = said.get("tier", 1)
    start = _instant(said.get("started_at"), at)
    book.start(Kind.GRADING, start)
    if said.get("impact") and said.get("urgency"):
        book.stop(Kind.GRADING, at)
    if said.get("by") == "staff":
        promised = said.get("promised_at")
        if promised is None:
            book.awaits_first_message = True
        else:
            book.start(Kind.FIRST_RESPONSE, _instant(promised, at))
    else:
        book.start(Kind.FIRST_RESPONSE, start)
        _wants_answer(book, start)
    for kind in (Kind.FIRST_USEFUL_ANSWER, Kind.RESTORE, Kind.RESOLVE):
        book.start(kind, start)


def customer_message(book: Book, event: Event, at: int) -> None:
    """Machine mail (``automatic``) neither ends a pause nor waits for an answer."""
    if not event.payload.get("automatic"):
        _heard(book, at)


def public_message(book: Book, event: Event, at: int) -> None:
    said = event.payload
    if said.get("automatic") or event.actor_role not in STAFF:
        return
    _answered(book, at)
    book.stop(Kind.UPDATE_CADENCE, at)
    if book.resolved is None:
        book.start(Kind.UPDATE_CADENCE, at)
    work.plan_told(book, event, at)
    work.recorded(book, event, at)


def call(book: Book, event: Event, at: int) -> None:
    """A call that comes in is a message of the requester; a two-way call by staff is an answer, but no update."""
    if event.payload.get("direction") == "in":
        _heard(book, at)
    if event.payload.get("two_way") and event.actor_role in STAFF:
        _answered(book, at)
    work.recorded(book, event, at)


def answer_confirmed(book: Book, event: Event, at: int) -> None:
    """An automatic answer was confirmed by the requester, or found right by audit."""
    book.stop(Kind.FIRST_USEFUL_ANSWER, at)


def resolved_with_reply(book: Book, event: Event, at: int) -> None:
    """The closing event carries a public message; whose it must be is the rule of every message."""
    if event.actor_role in STAFF:
        _answered(book, at)


def asked_again(book: Book, at: int) -> None:
    """The requester reopened: somebody waits for an answer, since now unless since before."""
    if book.unanswered is None:
        _wants_answer(book, at)


def waits_too(book: Book, kind: Kind, at: int) -> None:
    """Another ticket's requester, whose ticket is part of this one now, waits for an answer or an update."""
    if kind is not Kind.UPDATE_CADENCE:
        asked_again(book, at)
    if kind is Kind.FIRST_RESPONSE:
        book.awaits_first_message = False
    book.start(kind, at)


def settled(book: Book, at: int, *, note: str) -> None:
    """The last message needs no reply."""
    book.unanswered = None
    book.stop(Kind.NEXT_RESPONSE, at, verdict=says.DISMISSED, note=note)


def never_answered(book: Book, at: int) -> None:
    """The ticket is resolved without a word to who waits for one: missed, however early it is."""
    book.unanswered = None
    for kind in (Kind.FIRST_RESPONSE, Kind.NEXT_RESPONSE):
        clock = book.open.pop((kind, ""), None)
        if clock is not None:
            clock.miss(at, note=says.NO_REPLY)


def _heard(book: Book, at: int) -> None:
    book.resume(at, why="customer_message")
    if book.awaits_first_message:
        book.awaits_first_message = False
        book.start(Kind.FIRST_RESPONSE, at)
    if book.unanswered is None:
        _wants_answer(book, at)


def _wants_answer(book: Book, at: int) -> None:
    book.unanswered = at
    book.start(Kind.NEXT_RESPONSE, at)


def _answered(book: Book, at: int) -> None:
    book.has_spoken = True
    book.unanswered = None
    book.stop(Kind.FIRST_RESPONSE, at)
    book.stop(Kind.NEXT_RESPONSE, at)


def _instant(value: object, otherwise: int) -> int:
    return otherwise if value is None else micros(parsed(value))
