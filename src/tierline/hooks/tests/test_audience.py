"""What leaves the house: nothing internal to a hook that is not marked so, and words only where asked for, masked."""

from __future__ import annotations

import json

import pytest

from tests.support.clock import Clock
from tests.support.receiver import Receiver
from tests.support.world import AT, Place, make_place, make_provider
from tierline.desk import services as desk
from tierline.desk.tests.builders import PACKAGE, do, make_ticket
from tierline.domain import hooks as rules
from tierline.domain.errors import NotAllowed, NotFound
from tierline.domain.events import RANK
from tierline.hooks import queries, services
from tierline.hooks.services import Wish
from tierline.hooks.tests.builders import deliveries, heard, subscribed, types, work
from tierline.plumbing import tenancy

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = "内部：客户欠费，号码 13812345678"


def story(home: Place) -> None:
    """A ticket with everything internal there is: a note, a package, a task, a call."""
    l1 = home.people["l1"]
    ticket = do(desk.claim_tickets, l1, make_ticket(home, text="手机 13812345678 打不通"), 1)
    ticket = do(desk.note_on_tickets, l1, ticket, 2, text=SECRET)
    ticket = do(desk.reply_to_tickets, l1, ticket, 3, text="您好")
    ticket = do(desk.open_task, l1, ticket, 4, department="rnd", title=SECRET)
    do(desk.escalate_ticket, l1, ticket, 5, to="L2", package={**PACKAGE, "question": SECRET})


def test_a_hook_that_is_not_internal_hears_nothing_internal(home: Place, receiver: Receiver, clock: Clock) -> None:
    subscribed(home, receiver, is_internal=False, with_words=True)
    story(home)
    work(clock.at)
    assert set(types(receiver)) <= {f"ticket.{name}" for name in rules.OPEN_FACTS}
    assert not {"ticket.note", "ticket.task_opened", "ticket.escalated"} & set(types(receiver))
    said = b"".join(body for _, body in receiver.calls).decode()
    assert "欠费" not in said and "银行是否" not in said
    assert all(told["event"]["audience"] == "public" for told in heard(receiver))
    assert not {"cause", "known_error", "pending_tier"} & set(heard(receiver)[0]["ticket"])


def test_an_internal_hook_hears_all_of_it_without_words(home: Place, receiver: Receiver, clock: Clock) -> None:
    subscribed(home, receiver)
    story(home)
    work(clock.at)
    assert {"ticket.note", "ticket.task_opened", "ticket.escalated"} <= set(types(receiver))
    assert not [told for told in heard(receiver) if "words" in told["event"]]
    assert "欠费" not in b"".join(body for _, body in receiver.calls).decode()


def test_words_are_masked(home: Place, receiver: Receiver, clock: Clock) -> None:
    subscribed(home, receiver, with_words=True)
    story(home)
    work(clock.at)
    said = b"".join(body for _, body in receiver.calls).decode()
    assert "欠费" in said
    assert "13812345678" not in said


def test_every_type_of_event_is_judged() -> None:
    assert {kind.removeprefix("ticket.") for kind in rules.TYPES} == set(RANK)
    assert set(rules.OPEN_FACTS) < set(RANK)


def test_another_enterprises_tickets_are_not_told(home: Place, receiver: Receiver, clock: Clock) -> None:
    subscribed(home, receiver)
    other = make_place(home.provider_id, "neighbour")
    make_ticket(other)
    make_ticket(make_place(make_provider("elsewhere"), "abroad"))
    work(clock.at)
    assert not receiver.calls


def test_only_those_who_may_read_send_out_what_is_internal(home: Place, receiver: Receiver) -> None:
    wish = Wish(receiver.url, is_internal=True)
    for who in ("l1", "auditor", "requester", "department"):
        with pytest.raises(NotAllowed):
            services.subscribe(actor=home.people[who], enterprise_id=home.enterprise_id, wish=wish, at=AT)
    other = make_place(home.provider_id, "unassigned", staff=("manager",))
    from dataclasses import replace  # noqa: PLC0415

    admin = replace(home.people["admin"], enterprises=(home.enterprise_id, other.enterprise_id))
    assert services.subscribe(actor=admin, enterprise_id=other.enterprise_id, wish=Wish(receiver.url), at=AT).id
    with pytest.raises(NotAllowed):
        services.subscribe(actor=admin, enterprise_id=other.enterprise_id, wish=wish, at=AT)


def test_a_body_is_shown_to_who_may_read_and_the_look_is_on_the_record(
    home: Place, receiver: Receiver, clock: Clock
) -> None:
    subscribed(home, receiver, types=("ticket.opened",))
    make_ticket(home)
    work(clock.at)
    (row,) = deliveries(home)
    seen = services.see_body(actor=home.people["manager"], delivery_id=row.id, at=AT)
    assert seen == receiver.calls[0][1]
    assert json.loads(seen)["id"] == str(row.key)
    with pytest.raises(NotAllowed):
        services.see_body(actor=home.people["l1"], delivery_id=row.id, at=AT)
    stranger = make_place(home.provider_id, "stranger", staff=("manager",)).people["manager"]
    with pytest.raises(NotFound):
        services.see_body(actor=stranger, delivery_id=row.id, at=AT)
    with tenancy.reading(stranger), pytest.raises(NotFound):
        queries.delivery(stranger, row.id)
