"""Everything the desk refuses, by name, and that a refusal changes nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from tests.support.world import World, acting, make_world
from tierline.accounts import services as accounts
from tierline.audit import queries as audit
from tierline.desk import services
from tierline.desk.models import Attachment, Link, Task, Ticket, TicketEvent
from tierline.desk.operations import NewTicket
from tierline.desk.tests.builders import PACKAGE, after, clocks, do, make_ticket
from tierline.domain.errors import DomainError
from tierline.plumbing import tenancy
from tierline.plumbing.models import Timer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return make_world()


def everything(world: World) -> Mapping[str, Any]:
    place = world.home
    with tenancy.reading(place.system):
        return {"Entry": [entry.hash for entry in audit.entries()]} | {
            model.__name__: list(model.objects.order_by("pk").values())
            for model in (Ticket, TicketEvent, Task, Link, Attachment, Timer)
        }


Verb = Callable[..., Any]
OPEN, CLAIMED, RESOLVED = "new", "open", "resolved"

# what it shows, state, who, verb, arguments, code
ROWS: list[tuple[str, str, str, Verb, dict[str, Any], str]] = [
    ("a new ticket cannot be resolved", OPEN, "l1", services.resolve_tickets, {"cause": "x", "resolution": "y"}, "illegal_move"),
    ("a new ticket cannot be verified", OPEN, "l1", services.verify_tickets, {"accepted": True}, "illegal_move"),
    ("a new ticket cannot be archived", OPEN, "l1", services.archive_tickets, {"knowledge": "none", "reason": "x"}, "illegal_move"),
    ("an open ticket cannot be reopened", CLAIMED, "l1", services.reopen_tickets, {"reason": "x"}, "illegal_move"),
    ("an open ticket is not waiting", CLAIMED, "l1", services.resume_tickets, {}, "illegal_move"),
    ("nobody was asked to accept", CLAIMED, "l2", services.accept_tickets, {}, "illegal_move"),
    ("L1 has nobody to hand back to", CLAIMED, "l1", services.hand_back_ticket, {"reason": "other", "text": "x"}, "illegal_move"),
    ("a resolved ticket is not assigned", RESOLVED, "l1", services.claim_tickets, {}, "illegal_move"),
    ("nothing to unmerge", CLAIMED, "l1", services.unmerge_ticket, {}, "illegal_move"),
    ("the package names what is missing", CLAIMED, "l1", services.escalate_ticket, {"to": "L2", "package": {**PACKAGE, "question": " "}}, "incomplete_package"),
    ("steps need results", CLAIMED, "l1", services.escalate_ticket, {"to": "L2", "package": {**PACKAGE, "steps_tried": [{"step": "x"}]}}, "incomplete_package"),
    ("there is no L4", CLAIMED, "l1", services.escalate_ticket, {"to": "L4", "package": PACKAGE}, "invalid"),
    ("waiting on the customer needs a question", CLAIMED, "l1", services.wait_tickets, {"on": "customer", "reason": "x"}, "no_question_asked"),
    ("a date to wait for", CLAIMED, "l1", services.wait_tickets, {"on": "date", "reason": "x"}, "missing"),
    ("a wait cannot end in the past", CLAIMED, "l1", services.wait_tickets, {"on": "date", "reason": "x", "until": after(1)}, "invalid"),
    ("an unknown thing to wait for", CLAIMED, "l1", services.wait_tickets, {"on": "lunch", "reason": "x"}, "invalid"),
    ("an empty reply", CLAIMED, "l1", services.reply_to_tickets, {"text": " \n "}, "missing"),
    ("a NUL in a reply", CLAIMED, "l1", services.reply_to_tickets, {"text": "a\x00b"}, "unstorable_text"),
    ("half a character", CLAIMED, "l1", services.reply_to_tickets, {"text": "a\ud800"}, "unstorable_text"),
    ("ten megabytes of text", CLAIMED, "l1", services.reply_to_tickets, {"text": "长" * 3_500_000}, "too_long"),
    ("an attachment that is not there", CLAIMED, "l1", services.reply_to_tickets, {"text": "x", "attachments": [99]}, "not_found"),
    ("an unknown kind of note", CLAIMED, "l1", services.note_on_tickets, {"text": "x", "kind": "poem"}, "invalid"),
    ("an impact that is none", CLAIMED, "l1", services.prioritise_tickets, {"impact": "huge", "urgency": "low", "reason": "first"}, "invalid"),
    ("a reason that is none", CLAIMED, "l1", services.prioritise_tickets, {"impact": "minor", "urgency": "low", "reason": "asked"}, "invalid"),
    ("an unknown service", CLAIMED, "l1", services.classify_tickets, {"service": "teleport", "fault_class": ""}, "not_found"),
    ("restored without evidence", CLAIMED, "l1", services.restore_tickets, {"evidence": []}, "missing"),
    ("resolved without a cause", CLAIMED, "l1", services.resolve_tickets, {"cause": "", "resolution": "y"}, "missing"),
    ("an article that does not exist", CLAIMED, "l1", services.resolve_tickets, {"cause": "x", "resolution": "y", "article": 999}, "not_found"),
    ("a task that does not exist", CLAIMED, "l1", services.finish_task, {"number": 7, "result": "x"}, "not_found"),
    ("merging into itself or nothing", CLAIMED, "l1", services.merge_tickets, {"into": 999_999}, "not_found"),
    ("an unknown link", CLAIMED, "l1", services.link_ticket, {"kind": "cousin", "target": "TK-1"}, "invalid"),
    ("a link to nothing", CLAIMED, "l1", services.link_ticket, {"kind": "related", "target": "TK-999"}, "not_found"),
    ("splitting off nothing", CLAIMED, "l1", services.split_ticket, {"from_event": 99, "subject": "x"}, "not_found"),
    ("an unknown return reason", CLAIMED, "l1", services.hand_back_ticket, {"reason": "bored", "text": "x"}, "invalid"),
    ("L1 does not take L2's tickets", "l2", "l1", services.claim_tickets, {}, "not_assignable"),
    ("the customer cannot be assigned", CLAIMED, "l1", services.assign_tickets, {"assignee_id": 1}, "not_assignable"),
    ("a requester does not triage", CLAIMED, "requester", services.prioritise_tickets, {"impact": "minor", "urgency": "low", "reason": "first"}, "not_allowed"),
    ("a requester does not resolve", CLAIMED, "requester", services.resolve_tickets, {"cause": "x", "resolution": "y"}, "not_allowed"),
    ("an auditor only reads", CLAIMED, "auditor", services.reply_to_tickets, {"text": "x"}, "not_allowed"),
    ("a requester writes no notes", CLAIMED, "requester", services.note_on_tickets, {"text": "x"}, "not_allowed"),
    ("archiving without knowledge needs a reason", "verified", "l1", services.archive_tickets, {"knowledge": "none"}, "missing"),
    ("an unknown knowledge decision", "verified", "l1", services.archive_tickets, {"knowledge": "later"}, "invalid"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("state", "who", "verb", "told", "code"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS]
)
def test_refused_by_name_and_nothing_changes(
    world: World, state: str, who: str, verb: Verb, told: dict[str, Any], code: str
) -> None:
    ticket = in_state(world, state)
    before = everything(world)
    with pytest.raises(DomainError) as refused:
        do(verb, world.home.people[who], ticket, 50, **told)
    assert refused.value.code == code
    assert everything(world) == before


def in_state(world: World, state: str) -> Ticket:
    people = world.home.people
    ticket = make_ticket(world.home)
    if state == OPEN:
        return ticket
    ticket = do(services.claim_tickets, people["l1"], ticket, 1)
    if state == "l2":
        ticket = do(services.escalate_ticket, people["l1"], ticket, 2, to="L2", package=PACKAGE)
        return do(services.accept_tickets, people["l2"], ticket, 3)
    if state in (RESOLVED, "verified"):
        ticket = do(services.resolve_tickets, people["l1"], ticket, 5, cause="x", resolution="y")
    if state == "verified":
        ticket = do(services.verify_tickets, people["requester"], ticket, 6, accepted=True)
    return ticket


def test_a_stale_version_names_both(world: World) -> None:
    ticket = in_state(world, CLAIMED)
    seen = {ticket.id: ticket.version - 1}
    before = everything(world)
    with pytest.raises(DomainError) as refused:
        services.note_on_tickets(actor=world.home.people["l1"], seen=seen, text="x", at=after(9))
    assert (refused.value.code, refused.value.facts["seen"], refused.value.facts["version"]) == ("stale_version", 1, 2)
    assert everything(world) == before


OPENINGS: list[tuple[str, dict[str, Any], str]] = [
    ("an unknown end customer", {"customer": "无此公司"}, "not_found"),
    ("an unknown end customer's id", {"customer": 999_999}, "not_found"),
    ("an unknown service", {"service": "teleport"}, "not_found"),
    ("an unknown asset", {"asset": "PC-404"}, "not_found"),
    ("no text", {"text": ""}, "missing"),
    ("no address", {"requester_email": "nobody"}, "invalid"),
    ("a NUL", {"text": "a\x00"}, "unstorable_text"),
    ("half a character in the subject", {"subject": "\udfff"}, "unstorable_text"),
    ("ten megabytes", {"text": "x" * 10_000_000}, "too_long"),
    ("an impact that is none", {"impact": "huge"}, "invalid"),
    ("an enterprise out of reach", {"enterprise_id": 999_999}, "not_found"),
    ("somebody else's file", {"attachments": [12345]}, "not_found"),
]


@pytest.mark.parametrize(("told", "code"), [row[1:] for row in OPENINGS], ids=[row[0] for row in OPENINGS])
def test_a_bad_item_is_named_and_stops_no_other(world: World, told: dict[str, Any], code: str) -> None:
    good = {"enterprise_id": world.home.enterprise_id, "text": "好的", "requester_email": "a@b.example"}
    items = [NewTicket(**good), NewTicket(**{**good, **told}), NewTicket(**good)]
    made = services.open_tickets(actor=world.home.people["l1"], items=items, at=after(0))
    assert [isinstance(m, Ticket) for m in made] == [True, False, True]
    assert isinstance(made[1], DomainError) and made[1].code == code


def test_the_neighbours_customer_and_article_are_unknown_here(world: World) -> None:
    foreign = world.neighbour.customers["甲公司"]
    item = NewTicket(enterprise_id=world.home.enterprise_id, text="x", requester_email="a@b.example", customer=foreign)
    made = services.open_tickets(actor=world.home.people["l1"], items=[item], at=after(0))[0]
    assert isinstance(made, DomainError) and made.code == "not_found"


def test_one_file_goes_on_one_ticket_and_the_other_item_is_told(world: World) -> None:
    l1 = world.home.people["l1"]
    kept = services.keep_attachment(
        actor=l1, enterprise_id=world.home.enterprise_id, name="a.txt", chunks=[b"abc"], at=after(0)
    )
    item = NewTicket(world.home.enterprise_id, "x", "a@b.example", attachments=[kept.id])
    made = services.open_tickets(actor=l1, items=[item, item], at=after(0))
    assert isinstance(made[0], Ticket)
    assert isinstance(made[1], DomainError) and made[1].code == "not_found"


@pytest.mark.parametrize("customer", ["乙公司", "无此公司"])
def test_a_requester_opens_for_nobody_else_and_does_not_learn_who_exists(world: World, customer: str) -> None:
    requester = world.home.people["requester"]
    item = NewTicket(world.home.enterprise_id, "x", requester.email, customer=customer)
    made = services.open_tickets(actor=requester, items=[item], at=after(0))[0]
    assert isinstance(made, DomainError) and made.code == "not_found"


@pytest.mark.parametrize("address", ["a@b,d@e", "<a@b>", "a@b@c", "a b@c", "a\x07@b", "@b", "a@"])
def test_what_is_no_address_is_refused_at_the_door(world: World, address: str) -> None:
    item = NewTicket(world.home.enterprise_id, "x", address)
    made = services.open_tickets(actor=world.home.people["l1"], items=[item], at=after(0))[0]
    assert isinstance(made, DomainError) and made.code == "invalid"


def test_an_enterprises_own_manager_is_the_customers_side(world: World) -> None:
    home = world.home
    person = accounts.add_person(
        actor=home.system,
        role="manager",
        email="boss@home.example",
        name="老板",
        enterprise_id=home.enterprise_id,
        at=after(0),
    )
    boss = acting(home.provider_id, person)
    ticket = in_state(world, CLAIMED)
    with pytest.raises(DomainError) as refused:
        do(services.resolve_tickets, boss, ticket, 9, cause="x", resolution="y")
    assert refused.value.code == "not_allowed"
    do(services.reply_to_tickets, boss, ticket, 10, text="请加快")
    assert clocks(home, ticket, 11)["first_response"].state == "running"


def test_who_wrote_it_down_is_on_the_record(world: World) -> None:
    l1 = world.home.people["l1"]
    item = NewTicket(world.home.enterprise_id, "电话里说的", world.home.people["requester"].email)
    made = services.open_tickets(actor=l1, items=[item], at=after(0))[0]
    assert isinstance(made, Ticket)
    with tenancy.reading(world.home.system):
        [line] = audit.lines(f"ticket:{made.id}")
    assert (line.actor_role, line.facts["via"]) == ("requester", {"person": l1.person_id, "role": "engineer"})


def test_many_who_meet_a_new_requester_at_once_make_one_person(world: World) -> None:
    l1 = world.home.people["l1"]
    together = threading.Barrier(8)

    def open_one(n: int) -> object:
        item = NewTicket(world.home.enterprise_id, f"x {n}", "new@elsewhere.example")
        together.wait()
        try:
            return services.open_tickets(actor=l1, items=[item], at=after(0))[0]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(open_one, range(8)))
    assert [type(m) for m in made] == [Ticket] * 8
    requesters = {m.requester_id for m in made if isinstance(m, Ticket)}
    assert len(requesters) == 1
    with tenancy.reading(world.home.system):
        assert len(audit.lines(f"person:{requesters.pop()}")) == 1
