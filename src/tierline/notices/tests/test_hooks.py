"""A web hook is called once per effect, signed, within its owner's reach, and never into our own network."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.receiver import Receiver, run_jobs
from tests.support.world import AT, Place, make_place
from tierline.desk import services as desk
from tierline.desk.events import TicketReturned
from tierline.desk.tests.builders import after, do, make_ticket
from tierline.domain.errors import NotAllowed, NotFound
from tierline.domain.notices import Kind
from tierline.notices import handlers, services, signing
from tierline.notices.models import Hook, Message, Step
from tierline.notices.services import TooManyHooks, sending
from tierline.notices.tests.builders import (
    chosen,
    forget_jobs,
    messages,
    rows,
    tell,
    waiting_jobs,
)
from tierline.plumbing import tenancy
from tierline.plumbing.actor import Actor
from tierline.plumbing.outward import AddressRefused

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ticket(home: Place, outbox: Path) -> Any:
    made = do(desk.claim_tickets, home.people["l1"], make_ticket(home, subject="银企直连不通"), 1)
    forget_jobs()
    return made


@pytest.fixture
def l1(home: Place) -> Actor:
    """Wants everything at once, without quiet hours."""
    services.prefer(actor=home.people["l1"], chosen=chosen(), at=AT)
    return home.people["l1"]


def test_a_hook_is_called_with_a_signature_that_its_owner_can_check(
    home: Place, ticket: Any, l1: Actor, receiver: Receiver
) -> None:
    hook = services.add_hook(actor=l1, url=receiver.url, label="我的", at=AT)
    tell(home, ticket.id, event_id="e1", at=after(5), facts={"clock": "resolve"})
    run_jobs()
    ((headers, body),) = receiver.calls
    key = signing.secret_of(hook)
    assert headers["Tierline-Signature"] == "v1=" + signing.signature(key, headers["Tierline-Timestamp"], body)
    assert headers["Tierline-Timestamp"] == str(int(AT.timestamp()))
    (told,) = json.loads(body)["notices"]
    assert (told["kind"], told["ticket"], told["priority"]) == ("breach", ticket.number, ticket.priority)
    assert json.loads(body)["id"] == headers["Tierline-Delivery"]


def test_a_hook_that_is_busy_gets_the_same_id_again_and_one_that_refuses_does_not(
    home: Place, ticket: Any, l1: Actor, receiver: Receiver
) -> None:
    hook = services.add_hook(actor=l1, url=receiver.url, label="", at=AT)
    receiver.answers = [503, 429, 204, 302]
    tell(home, ticket.id, event_id="e1", at=after(5))
    job = next(j for j in waiting_jobs("send") if messages(home, l1, "hook")[0].id == j["message_id"])
    run_jobs()
    for _ in range(2):
        with pytest.raises(sending.NotDelivered) if receiver.answers[0] == 429 else _nothing():
            sending.send(**job)
    assert len({headers["Tierline-Delivery"] for headers, _ in receiver.calls}) == 1
    assert [m.state for m in messages(home, l1, "hook")] == ["sent"]
    services.try_hook(actor=l1, hook_id=hook.id, at=after(6))
    run_jobs()
    assert [(m.state, m.last_error) for m in messages(home, l1, "hook")][-1] == ("failed", "answered 302")
    assert len(receiver.calls) == 4


class _nothing:
    def __enter__(self) -> None: ...
    def __exit__(self, *_: object) -> None: ...


def test_an_enterprises_hook_hears_its_kinds_once_and_nobodys_preferences(
    home: Place, ticket: Any, receiver: Receiver
) -> None:
    services.add_hook(
        actor=home.people["manager"], url=receiver.url, label="群", enterprise_id=home.enterprise_id, kinds=[Kind.BREACH], at=AT
    )  # fmt: skip
    for _ in range(2):
        tell(home, ticket.id, event_id="e1", at=after(5))
        tell(home, ticket.id, event_id="e2", at=after(5), kind=Kind.REPLY)
    run_jobs()
    assert [(n["kind"], n["ticket"]) for n in receiver.told] == [("breach", ticket.number)]


def test_a_return_is_told_to_two_people_and_to_the_enterprises_hook_once(
    home: Place, ticket: Any, receiver: Receiver
) -> None:
    services.add_hook(
        actor=home.people["manager"], url=receiver.url, label="群", enterprise_id=home.enterprise_id, kinds=[Kind.RETURNED], at=AT
    )  # fmt: skip
    scope = {"provider_id": home.provider_id, "enterprise_id": home.enterprise_id, "at": after(5)}
    handlers.tell_returned(TicketReturned(**scope, ticket_id=ticket.id, was=home.people["l1"].person_id or 0))
    run_jobs()
    assert [n["kind"] for n in receiver.told] == ["returned"]
    assert len(rows(home, Step)) == 2


def test_an_enterprises_hook_is_the_managers_to_set(home: Place, receiver: Receiver) -> None:
    for name in ("l1", "requester"):
        with pytest.raises(NotAllowed):
            services.add_hook(
                actor=home.people[name], url=receiver.url, label="", enterprise_id=home.enterprise_id, at=AT
            )
    other = make_place(home.provider_id, "other")
    with pytest.raises(NotAllowed):
        services.add_hook(
            actor=home.people["manager"], url=receiver.url, label="", enterprise_id=other.enterprise_id, at=AT
        )


def test_anothers_hook_and_message_are_not_there(home: Place, ticket: Any, l1: Actor, receiver: Receiver) -> None:
    hook = services.add_hook(actor=l1, url=receiver.url, label="", at=AT)
    services.try_hook(actor=l1, hook_id=hook.id, at=AT)
    message = messages(home, l1, "hook")[0]
    l2 = home.people["l2"]
    for verb, told in (
        (services.remove_hook, {"hook_id": hook.id}),
        (services.try_hook, {"hook_id": hook.id}),
        (services.repeat_message, {"message_id": message.id}),
    ):
        with pytest.raises(NotFound):
            verb(actor=l2, at=AT, **told)
    with tenancy.reading(l2):
        assert (Hook.objects.count(), Message.objects.count()) == (0, 0)


def test_a_hook_into_our_own_network_is_refused_when_it_is_made_and_when_it_is_called(
    home: Place, ticket: Any, l1: Actor, receiver: Receiver, settings: Any
) -> None:
    for url in ("http://10.0.0.1/", "https://169.254.169.254/latest", "https://router/", "ftp://example.com"):
        with pytest.raises(AddressRefused):
            services.add_hook(actor=l1, url=url, label="", at=AT)
    services.add_hook(actor=l1, url=receiver.url, label="", at=AT)
    settings.OUTWARD_LOOPBACK = False
    tell(home, ticket.id, event_id="e1", at=after(5))
    run_jobs()
    assert receiver.calls == []
    assert [m.state for m in messages(home, l1, "hook")] == ["failed"]


def test_a_removed_hook_is_called_no_more_and_there_is_a_limit(
    home: Place, ticket: Any, l1: Actor, receiver: Receiver
) -> None:
    hooks = [services.add_hook(actor=l1, url=receiver.url, label=str(n), at=AT) for n in range(5)]
    with pytest.raises(TooManyHooks):
        services.add_hook(actor=l1, url=receiver.url, label="6", at=AT)
    tell(home, ticket.id, event_id="e1", at=after(5))
    services.remove_hook(actor=l1, hook_id=hooks[0].id, at=after(6))
    run_jobs()
    assert len(receiver.calls) == 4
    assert sorted(m.state for m in rows(home, Message, channel="hook")) == ["sent"] * 4 + ["void"]
