"""One fold over a ticket's events makes the ledger of every clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from tierline.domain.calendars import EPOCH, micros
from tierline.domain.events import Event, in_fold_order, standing
from tierline.domain.sla import contact, course, tiers
from tierline.domain.sla import reading as says
from tierline.domain.sla.book import Book
from tierline.domain.sla.reading import Reading
from tierline.domain.terms import Kind, Terms

Handler = Callable[[Book, Event, int], None]
Outage = tuple[datetime, datetime]

_HANDLERS: Mapping[str, Handler] = {
    "opened": contact.opened,
    "customer_message": contact.customer_message,
    "public_message": contact.public_message,
    "call": contact.call,
    "answer_confirmed": contact.answer_confirmed,
    "note": tiers.note,
    "paged": tiers.paged,
    "escalated": tiers.escalated,
    "accepted": tiers.accepted,
    "handed_back": tiers.handed_back,
    "task_opened": tiers.task_opened,
    "task_finished": tiers.task_finished,
    "prioritised": course.prioritised,
    "waited": course.waited,
    "resumed": course.resumed,
    "restored": course.restored,
    "resolved": course.resolved,
    "verified": course.verified,
    "reopened": course.reopened,
    "rca_issued": course.rca_issued,
    "merged": course.merged,
    "merge_absorbed": course.merge_absorbed,
    "clock_dismissed": course.dismissed,
    "clock_rebased": course.rebased,
}
# A merge and its undoing, on the ticket that went and on the one that took it.
_UNDONE_BY = {"unmerged": "merged", "merge_released": "merge_absorbed"}


def read_clocks(
    events: Sequence[Event],
    *,
    terms: Mapping[int, Terms] | Terms,
    at: datetime,
    known_at: datetime | None = None,
    outages: Iterable[Outage] = (),
) -> list[Reading]:
    """Every clock of one ticket as it read at ``at``, from what was known at ``known_at``.

    Events after ``at`` are ignored, so a report can ask what the clocks showed last Tuesday; at exactly ``at`` they
    count. ``terms`` maps agreement version ids to their terms, or is the terms of all. Readings come in order of
    start. Raises UnknownAgreement, NeverOpens.
    """
    known = _until(events, at=at, known_at=known_at)
    if any(event.type in _UNDONE_BY for event in known):
        known = _without_undone(known)
    book = Book(terms)
    if outages:
        _fold_with(book, known, sorted(outages), at)
    else:
        _fold(book, known)
    return _readings(book, micros(at))


def _until(events: Sequence[Event], *, at: datetime, known_at: datetime | None) -> Sequence[Event]:
    """In fold order, without what came later, was learnt later or had been taken back by then.

    Most tickets are stored in that order already.
    """
    known = standing([e for e in events if e.occurred_at <= at and (known_at is None or e.recorded_at <= known_at)])
    for last, event in pairwise(known):
        if event.occurred_at <= last.occurred_at and _comes_before(event, last):
            return in_fold_order(known)
    return known


def _comes_before(event: Event, last: Event) -> bool:
    return event.occurred_at < last.occurred_at or (event.rank, event.seq) < (last.rank, last.seq)


def _without_undone(events: Sequence[Event]) -> list[Event]:
    """Without each merge that was undone, so that both tickets read as though it had never been."""
    gone: set[int] = set()
    for i, event in enumerate(events):
        undoes = _UNDONE_BY.get(event.type)
        if undoes is None:
            continue
        for j in range(i - 1, -1, -1):
            done = events[j]
            if j not in gone and done.type == undoes and done.payload.get("from") == event.payload.get("from"):
                gone |= {i, j}
                break
    return [event for i, event in enumerate(events) if i not in gone]


def _fold(book: Book, events: Iterable[Event]) -> None:
    handler_of, epoch = _HANDLERS.get, EPOCH
    for event in events:
        handler = handler_of(event.type)
        if handler is None or not (book.was_opened or event.type == "opened"):
            continue
        # instants.micros, written out: the call was a twentieth of the fold.
        since = event.occurred_at - epoch
        at = (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
        if book.expiry is not None:
            book.expire(at)
        handler(book, event, at)


def _fold_with(book: Book, events: Sequence[Event], outages: Sequence[Outage], at: datetime) -> None:
    """The same fold with the edges of our own outages between the events; an outage begins before what happens then."""
    for moment, is_end in _edges(outages, at):
        ahead = [event for event in events if event.occurred_at < moment]
        events = events[len(ahead) :]
        _fold(book, ahead)
        edge = micros(moment)
        book.expire(edge)
        (course.outage_ended if is_end else course.outage_began)(book, edge)
    _fold(book, events)


def _edges(outages: Sequence[Outage], at: datetime) -> list[tuple[datetime, int]]:
    """When an outage began (0) and ended (1), up to ``at``; outages that overlap or touch are one."""
    joined: list[Outage] = []
    for begins, ends in outages:
        if joined and begins <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(ends, joined[-1][1])
        else:
            joined.append((begins, ends))
    return [(edge, is_end) for outage in joined for is_end, edge in enumerate(outage) if edge <= at]


def _readings(book: Book, at: int) -> list[Reading]:
    if not book.was_opened:
        return []
    book.expire(at)
    found = [clock.read(at, waits_on=book.waits_on, until=book.expiry) for clock in book.clocks if clock.was_promised]
    promise = book.terms.promise(Kind.FIRST_RESPONSE, book.priority) if book.awaits_first_message else None
    if promise is not None:
        idle = says.not_started(Kind.FIRST_RESPONSE, promise, priority=book.priority, agreement=book.agreement)
        found.insert(0, idle)
    return found
