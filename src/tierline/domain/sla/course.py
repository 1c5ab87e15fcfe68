"""What the course of a ticket does to its clocks: grading, waiting, resolving, reopening, merging, dismissing."""

from __future__ import annotations

from tierline.domain.calendars import micros, parsed
from tierline.domain.events import Event
from tierline.domain.priority import is_higher
from tierline.domain.sla import contact, work
from tierline.domain.sla import reading as says
from tierline.domain.sla.book import OUTAGE, Book
from tierline.domain.terms import Kind, read_kind

# What ends with the ticket's resolution although it promises something else: these are fulfilled by it...
_ENDS_WITH_IT = (Kind.RESTORE, Kind.UPDATE_CADENCE)
# ...and these were overtaken by it: what the tier owed was not done.
_OVERTAKEN = (Kind.HAND_OFF_ACCEPT, Kind.L2_PLAN, Kind.L3_START)
# What a requester waits for does not end because her ticket became part of one whose own requester was served.
_WAITED_FOR = (Kind.FIRST_RESPONSE, Kind.NEXT_RESPONSE, Kind.UPDATE_CADENCE)
_ASKED_AGAIN = ("requester", "verification_refused")


def prioritised(book: Book, event: Event, at: int) -> None:
    """Up because it worsened, up because it was misread (which the first grading is), or down: three rules."""
    book.stop(Kind.GRADING, at)
    before, now = book.priority, str(event.payload["priority"])
    if now == before:
        return
    book.priority = now
    is_up = is_higher(now, before)
    is_misread = event.payload.get("reason") in ("misread", "first")
    for clock in book.open.values():
        if clock.is_fixed or clock.kind is Kind.RCA:
            continue
        clock.priority = now
        promise = book.promise(clock)
        if not is_up:
            clock.keep(promise, at, "priority")
        elif is_misread:
            clock.refold(promise, at)
        else:
            clock.worsen(promise, at)


def waited(book: Book, event: Event, at: int) -> None:
    on = str(event.payload.get("on", ""))
    until = event.payload.get("until")
    if on == "customer" and not may_wait_on_customer(book):
        book.resume(at, why="no_question")
        return
    book.wait(on, at, until=None if until is None else micros(parsed(until, field="until")))


def may_wait_on_customer(book: Book) -> bool:
    """Waiting on the customer needs an outbound question that she has not answered yet."""
    return book.has_spoken and book.unanswered is None


def resumed(book: Book, event: Event, at: int) -> None:
    book.resume(at, why=str(event.payload.get("why", "person")))


def restored(book: Book, event: Event, at: int) -> None:
    book.stop(Kind.RESTORE, at)
    work.recorded(book, event, at)


def resolved(book: Book, event: Event, at: int) -> None:
    if event.payload.get("replied"):
        contact.resolved_with_reply(book, event, at)
    contact.never_answered(book, at)
    book.resume(at, why="resolved")
    book.stop(Kind.RESOLVE, at)
    work.recorded(book, event, at)
    for clock in book.of(*_ENDS_WITH_IT):
        book.stop(clock.kind, at, party=clock.party, note="resolved")
    for clock in book.of(*_OVERTAKEN):
        book.stop(clock.kind, at, party=clock.party, verdict=says.DISMISSED, note=says.RESOLVED_FIRST)
    book.awaits_first_message = False
    book.resolved = at
    if book.priority == "P1":
        book.start(Kind.RCA, at)


def reopened(book: Book, event: Event, at: int) -> None:
    """Inside the window the same cycle goes on; a later one, which the services refuse, is a cycle of its own."""
    is_inside = book.resolved is not None and at <= book.resolved + book.terms.reopen_within
    book.resolved = None
    book.stop(Kind.RCA, at, verdict=says.DISMISSED, note="reopened")
    for kind in (Kind.RESOLVE, Kind.RESTORE):
        last = book.last(kind)
        if last is None or last.stopped is None:
            continue
        if not is_inside:
            book.start(kind, at)
        elif kind is Kind.RESOLVE or last.note == "resolved":
            book.reopen(last, at)
    if book.has_spoken:
        book.start(Kind.UPDATE_CADENCE, at)
    if event.payload.get("why") in _ASKED_AGAIN:
        contact.asked_again(book, at)


def verified(book: Book, event: Event, at: int) -> None:
    """The message with which the requester accepts needs no reply."""
    if event.payload.get("by") == "requester":
        contact.settled(book, at, note="verified")


def rca_issued(book: Book, event: Event, at: int) -> None:
    book.stop(Kind.RCA, at)


def merged(book: Book, event: Event, at: int) -> None:
    for key in list(book.open):
        book.stop(key[0], at, party=key[1], verdict=says.MERGED)
    book.is_merged = True


def merge_absorbed(book: Book, event: Event, at: int) -> None:
    """Takes the earlier due of each kind; what the requester there still waits for is owed here now."""
    for name, due_at in dict(event.payload.get("clocks") or {}).items():
        if due_at is None:
            continue
        kind, due = read_kind(name), micros(parsed(due_at, field="clocks"))
        if kind in _WAITED_FOR:
            contact.waits_too(book, kind, at)
        for clock in book.of(kind):
            clock.take_earlier(due, at)


def dismissed(book: Book, event: Event, at: int) -> None:
    said = event.payload
    kind, reason = read_kind(said["kind"]), str(said.get("reason", ""))
    if kind is Kind.NEXT_RESPONSE:
        contact.settled(book, at, note=reason)
        return
    for clock in book.of(kind):
        if "party" not in said or str(said["party"]) == clock.party:
            book.stop(kind, at, party=clock.party, verdict=says.DISMISSED, note=reason)


def rebased(book: Book, event: Event, at: int) -> None:
    """Another agreement version from now on; what is stopped stays as it was read."""
    book.adopt(event.payload["agreement"])
    for clock in book.open.values():
        if not clock.is_fixed:
            clock.agreement = book.agreement
            clock.keep(book.promise(clock), at, "rebased")
    if book.resolved is None:
        for kind in (Kind.RESTORE, Kind.RESOLVE):
            if book.last(kind) is None:
                book.start(kind, at)


def outage_began(book: Book, at: int) -> None:
    """Our own outage is shown in the ledger; it is excluded only if the agreement says so."""
    book.in_outage = True
    for clock in book.open.values():
        if book.terms.excludes_outages:
            clock.hold(OUTAGE, at)
        else:
            clock.mark(at, OUTAGE)


def outage_ended(book: Book, at: int) -> None:
    book.in_outage = False
    for clock in book.open.values():
        if book.terms.excludes_outages:
            clock.release(OUTAGE, at, "outage_over")
        else:
            clock.mark(at, "outage_over")
