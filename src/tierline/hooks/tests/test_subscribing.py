"""Subscriptions are set up by managers, checked before anything is sent, exchanged without a gap and sent again."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

import pytest

from tests.support.clock import Clock
from tests.support.receiver import Receiver
from tests.support.world import AT, Place
from tierline.desk.tests.builders import make_ticket
from tierline.domain.errors import Invalid, NotFound, StaleVersion
from tierline.hooks import queries, services
from tierline.hooks.models import FAILED, QUEUED, SENT, Subscription
from tierline.hooks.services import TooManyWebhooks, Wish
from tierline.hooks.services.subscribing import LIMIT
from tierline.hooks.tests.builders import again, deliveries, subscribed, types, work
from tierline.plumbing import tenancy
from tierline.plumbing.outward import AddressRefused

pytestmark = pytest.mark.django_db(transaction=True)
OPENED = ("ticket.opened",)


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1/", "http://example.com/", "https://169.254.169.254/", "", "x" * 3000]
)
def test_an_address_that_must_not_be_called_is_refused_at_once(home: Place, url: str) -> None:
    with pytest.raises((AddressRefused, Invalid)):
        services.subscribe(actor=home.people["manager"], enterprise_id=home.enterprise_id, wish=Wish(url), at=AT)


def test_a_name_that_moved_into_our_network_gets_no_request(
    home: Place, receiver: Receiver, clock: Clock, settings: object
) -> None:
    """Checked when it is set up and again before each call: rebinding leads nowhere."""
    subscribed(home, receiver, types=OPENED)
    settings.OUTWARD_LOOPBACK = False  # type: ignore[attr-defined]
    make_ticket(home)
    work(clock.at)
    assert not receiver.calls
    assert [(d.state, d.why) for d in deliveries(home)] == [(QUEUED, "address_scheme")]


def test_an_unknown_type_and_one_too_many_are_refused(home: Place, receiver: Receiver) -> None:
    with pytest.raises(Invalid):
        subscribed(home, receiver, types=("ticket.sold",))
    for _ in range(LIMIT):
        subscribed(home, receiver)
    with pytest.raises(TooManyWebhooks):
        subscribed(home, receiver)


def test_what_happens_during_a_pause_goes_out_in_its_order_afterwards(
    home: Place, receiver: Receiver, clock: Clock
) -> None:
    row, boss = subscribed(home, receiver, types=OPENED), home.people["manager"]
    services.pause(actor=boss, subscription_id=row.id, at=AT)
    tickets = [make_ticket(home) for _ in range(3)]
    work(clock.forward(days=2))
    assert not receiver.calls
    services.resume(actor=boss, subscription_id=row.id, at=clock.at)
    work(clock.at)
    assert len(receiver.calls) == len(tickets)


def test_a_trial_arrives_though_it_is_paused_and_is_tried_once(home: Place, receiver: Receiver, clock: Clock) -> None:
    row, boss = subscribed(home, receiver), home.people["manager"]
    services.pause(actor=boss, subscription_id=row.id, at=AT)
    receiver.answers = [204, 500]
    for _ in range(2):
        services.try_now(actor=boss, subscription_id=row.id, at=AT)
        work(clock.at)
    work(clock.forward(hours=3))
    assert types(receiver) == ["ping", "ping"]
    assert [d.state for d in deliveries(home)] == [SENT, FAILED]


def test_two_keys_sign_while_one_is_exchanged(home: Place, receiver: Receiver, clock: Clock) -> None:
    row, boss = subscribed(home, receiver, types=OPENED), home.people["manager"]
    old = queries.secret(row)
    new = queries.secret(services.rotate(actor=boss, subscription_id=row.id, at=AT))
    assert old != new
    for _ in range(2):
        make_ticket(home, at=clock.at)
        work(clock.at)
        clock.forward(hours=25)
    both, one = (set(h["Tierline-Signature"].split(",")) for h, _ in receiver.calls)
    assert both == {signed(key, receiver, 0) for key in (old, new)}
    assert one == {signed(new, receiver, 1)}


def signed(key: str, receiver: Receiver, n: int) -> str:
    headers, body = receiver.calls[n]
    return (
        "v1=" + hmac.new(key.encode(), f"{headers['Tierline-Timestamp']}.".encode() + body, hashlib.sha256).hexdigest()
    )


def test_a_delivery_and_a_span_are_sent_again_under_their_ids(home: Place, receiver: Receiver, clock: Clock) -> None:
    row, boss = subscribed(home, receiver, types=OPENED), home.people["manager"]
    for _ in range(3):
        make_ticket(home, at=clock.at)
        work(clock.at)
        clock.forward(hours=1)
    first = deliveries(home)[0]
    services.repeat(actor=boss, delivery_id=first.id, at=clock.at)
    work(clock.at)
    assert receiver.calls[3][0]["Tierline-Delivery"] == receiver.calls[0][0]["Tierline-Delivery"]
    assert receiver.calls[3][1] == receiver.calls[0][1]
    until = AT + timedelta(hours=1, minutes=30)
    assert services.replay(actor=boss, subscription_id=row.id, since=AT, until=until, at=clock.at) == 2
    work(clock.at)
    ids = [headers["Tierline-Delivery"] for headers, _ in receiver.calls]
    assert ids[4:] == ids[:2]
    with pytest.raises(Invalid):
        services.replay(actor=boss, subscription_id=row.id, since=until, until=until, at=clock.at)


def test_a_change_names_the_version_that_was_seen(home: Place, receiver: Receiver) -> None:
    row, boss = subscribed(home, receiver), home.people["manager"]
    wish = Wish(receiver.url, "看板", OPENED)
    changed = services.change(actor=boss, subscription_id=row.id, seen_version=1, wish=wish, at=AT)
    assert (changed.label, changed.version, changed.is_internal) == ("看板", 2, False)
    with pytest.raises(StaleVersion):
        services.change(actor=boss, subscription_id=row.id, seen_version=1, wish=wish, at=AT)
    services.unsubscribe(actor=boss, subscription_id=row.id, at=AT)
    with pytest.raises(NotFound):
        services.change(actor=boss, subscription_id=row.id, seen_version=3, wish=wish, at=AT)


def test_the_key_is_stored_nowhere(home: Place, receiver: Receiver) -> None:
    row = subscribed(home, receiver)
    key = queries.secret(row)
    assert key == queries.secret(again(row, home.system))
    with tenancy.reading(home.system):
        stored = Subscription.objects.filter(id=row.id).values().get()
    assert key not in {str(value) for value in stored.values()}
