"""An event is told once, signed, in its ticket's order, and again until it is taken or a day has passed."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

import pytest

from tests.support.clock import Clock
from tests.support.receiver import Receiver, run_jobs
from tests.support.world import AT, Place
from tierline.desk import services as desk
from tierline.desk.events import EventsRecorded
from tierline.desk.tests.builders import after, do, make_ticket
from tierline.domain import hooks as rules
from tierline.hooks import handlers, queries, services
from tierline.hooks.models import FAILED, PAUSED, QUEUED, SENT
from tierline.hooks.tests.builders import again, deliveries, heard, subscribed, types, work

pytestmark = pytest.mark.django_db(transaction=True)


def test_every_event_arrives_signed_and_in_its_tickets_order(home: Place, receiver: Receiver, clock: Clock) -> None:
    row = subscribed(home, receiver)
    ticket = do(desk.claim_tickets, home.people["l1"], make_ticket(home), 1)
    do(desk.reply_to_tickets, home.people["l1"], ticket, 2, text="您好，正在处理。")
    work(clock.at)
    assert [(t["type"], t["event"]["seq"]) for t in heard(receiver)][:3] == [
        ("ticket.opened", 1),
        ("ticket.assigned", 2),
        ("ticket.public_message", 3),
    ]
    key = queries.secret(row)
    for headers, body in receiver.calls:
        signed = headers["Tierline-Timestamp"].encode() + b"." + body
        assert headers["Tierline-Signature"] == "v1=" + hmac.new(key.encode(), signed, hashlib.sha256).hexdigest()
    assert {d.state for d in deliveries(home)} == {SENT}


def test_an_event_told_twice_to_the_handler_is_delivered_once(home: Place, receiver: Receiver, clock: Clock) -> None:
    subscribed(home, receiver, types=("ticket.opened",))
    ticket = make_ticket(home)
    work(clock.at)
    event = EventsRecorded(
        provider_id=home.provider_id, enterprise_id=home.enterprise_id, at=AT, ticket_id=ticket.id, from_seq=1
    )
    for _ in range(2):  # tell_programs run twice
        handlers.tell_programs(event)
    work(clock.at)
    assert types(receiver) == ["ticket.opened"]


def test_where_nobody_listens_no_job_is_made(home: Place, receiver: Receiver) -> None:
    make_ticket(home)
    assert not [e for e in queries_of_jobs() if "tell_programs" in e]
    row = subscribed(home, receiver)
    services.unsubscribe(actor=home.people["manager"], subscription_id=row.id, at=AT)
    make_ticket(home)
    assert not [e for e in queries_of_jobs() if "tell_programs" in e]


def queries_of_jobs() -> list[str]:
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("SELECT args::text FROM procrastinate_jobs WHERE status = 'todo'")
        return [row[0] for row in cursor.fetchall()]


def test_a_silent_address_holds_the_ticket_and_not_the_others(home: Place, receiver: Receiver, clock: Clock) -> None:
    subscribed(home, receiver, types=("ticket.opened", "ticket.assigned"))
    receiver.answers = [503]
    first = make_ticket(home)
    work(clock.at)
    do(desk.claim_tickets, home.people["l1"], first, 0)
    second = make_ticket(home)
    work(clock.at)
    assert [t["ticket"]["id"] for t in heard(receiver)] == [first.id, second.id]
    held = deliveries(home, ticket_id=first.id)
    assert [(d.state, d.status, d.attempts) for d in held] == [(QUEUED, 503, 1), (QUEUED, None, 0)]
    work(clock.forward(minutes=1))
    assert [(t["type"], t["ticket"]["id"]) for t in heard(receiver)][2:] == [
        ("ticket.opened", first.id),
        ("ticket.assigned", first.id),
    ]
    assert len({headers["Tierline-Delivery"] for headers, _ in receiver.calls}) == 3


def test_nothing_waits_behind_an_event_that_was_refused(home: Place, receiver: Receiver, clock: Clock) -> None:
    subscribed(home, receiver, types=("ticket.opened", "ticket.assigned"))
    receiver.answers = [422]
    ticket = make_ticket(home)
    work(clock.at)
    do(desk.claim_tickets, home.people["l1"], ticket, 0)
    work(clock.at)
    assert types(receiver) == ["ticket.opened", "ticket.assigned"]
    work(clock.forward(minutes=1))
    assert types(receiver) == ["ticket.opened", "ticket.assigned", "ticket.opened"]
    assert {d.state for d in deliveries(home)} == {SENT}


def test_a_day_of_failing_ends_in_a_pause(home: Place, receiver: Receiver, clock: Clock) -> None:
    row = subscribed(home, receiver, types=("ticket.opened",))
    receiver.answers = [500] * 100
    make_ticket(home)
    for _ in range(24 * 4):
        work(clock.forward(minutes=15))
        if again(row, home.system).state == PAUSED:
            break
    assert again(row, home.system).pause == "failing"
    made = len(receiver.calls)
    assert 14 <= made <= 24
    receiver.answers = []
    make_ticket(home, at=clock.at)
    work(clock.forward(hours=2))
    assert len(receiver.calls) == made
    services.resume(actor=home.people["manager"], subscription_id=row.id, at=clock.at)
    work(clock.at)
    assert {d.state for d in deliveries(home)} <= {SENT, FAILED}
    assert len(receiver.calls) > made


def test_an_address_that_is_gone_is_paused_at_once(home: Place, receiver: Receiver, clock: Clock) -> None:
    row = subscribed(home, receiver, types=("ticket.opened",))
    receiver.answers = [410]
    make_ticket(home)
    work(clock.at)
    assert (again(row, home.system).state, again(row, home.system).pause) == (PAUSED, "gone")


def test_a_redirect_is_no_delivery_and_is_not_followed(home: Place, receiver: Receiver, clock: Clock) -> None:
    subscribed(home, receiver, types=("ticket.opened",))
    receiver.answers = [302]
    make_ticket(home)
    work(clock.at)
    assert [(d.state, d.status) for d in deliveries(home)] == [(QUEUED, 302)]
    assert len(receiver.calls) == 1


def test_a_worker_that_died_in_the_middle_is_followed_by_another(home: Place, receiver: Receiver, clock: Clock) -> None:
    subscribed(home, receiver, types=("ticket.opened",))
    make_ticket(home)
    run_jobs_but_the_call()
    (claimed,) = deliveries(home)
    assert claimed.claimed_at is not None
    work(clock.at)
    assert not receiver.calls
    work(clock.forward(minutes=3))
    assert types(receiver) == ["ticket.opened"]


def run_jobs_but_the_call() -> None:
    """The worker takes the call's job and is killed before it has sent anything."""
    from django.db import connection  # noqa: PLC0415

    run_until_claimed = True
    while run_until_claimed:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs WHERE args->>'call' LIKE '%%calling:call' RETURNING id")
            if cursor.fetchall():
                return
            cursor.execute(
                "DELETE FROM procrastinate_jobs WHERE id = (SELECT min(id) FROM procrastinate_jobs"
                " WHERE status = 'todo') RETURNING args::text"
            )
            row = cursor.fetchone()
        run_until_claimed = row is not None
        if row is not None:
            import json  # noqa: PLC0415

            from tierline.plumbing import jobs  # noqa: PLC0415

            args = json.loads(row[0])
            jobs.resolve(args["call"])(**args["facts"])


def test_the_log_says_what_the_other_side_answered(home: Place, receiver: Receiver, clock: Clock) -> None:
    subscribed(home, receiver, types=("ticket.opened",))
    receiver.answers, receiver.says = [500], "爆了".encode() + b"\x00\xff"
    make_ticket(home)
    work(clock.at)
    (row,) = deliveries(home)
    assert (row.status, row.excerpt) == (500, "爆了\ufffd\ufffd")
    assert row.milliseconds is not None and row.tries[0]["status"] == 500


@pytest.mark.parametrize("hours", [1, 12, 23])
def test_tries_grow_apart_with_jitter_and_end_after_a_day(hours: int) -> None:
    at, tries, spread = AT, 0, set()
    while (
        due := rules.next_try(tries + 1, first_at=AT, at=at, chance=(tries * 37 + hours) % rules.SPREAD)
    ) is not None:
        tries += 1
        pause = min(rules.FIRST_PAUSE * 2 ** (tries - 1), rules.LONGEST_PAUSE)
        assert pause * 3 / 4 <= due - at <= pause * 5 / 4
        spread.add((due - at) / pause)
        at = due
    assert 15 <= tries <= 25
    assert at > AT + timedelta(hours=21)
    assert len(spread) > 3


def test_old_deliveries_are_forgotten(home: Place, receiver: Receiver, clock: Clock) -> None:
    subscribed(home, receiver, types=("ticket.opened",))
    make_ticket(home)
    work(clock.at)
    work(clock.forward(days=29))
    assert len(deliveries(home)) == 1
    work(clock.forward(days=2))
    assert not deliveries(home)


def test_what_waits_runs_after_run(home: Place, receiver: Receiver) -> None:
    subscribed(home, receiver, types=("ticket.opened",))
    for _ in range(9):
        make_ticket(home)
    run_jobs()
    assert len(receiver.calls) == 9
    assert after(0) == AT
