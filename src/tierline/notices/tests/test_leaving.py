"""What leaves, leaves once; what is held is never lost; budget and quiet hours are kept by the whole machine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from tests.support.clock import Clock
from tests.support.receiver import run_jobs
from tests.support.running import free_port
from tests.support.world import AT, Place, acting, assign, make_place
from tierline.accounts import queries as people
from tierline.accounts import services as accounts
from tierline.desk import services as desk
from tierline.desk.tests.builders import after, do, make_ticket
from tierline.domain.notices import Channel, Kind, When
from tierline.notices import handlers, queries, services
from tierline.notices.services import sending
from tierline.notices.tests.builders import (
    EVERYTHING,
    chosen,
    deliveries,
    forget_jobs,
    mails,
    messages,
    tell,
    text_of,
    waiting_jobs,
    work,
)
from tierline.plumbing import tenancy, timers
from tierline.plumbing.actor import Actor
from tierline.plumbing.timers import Due

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


def prefer(person: Actor, **told: Any) -> None:
    services.prefer(actor=person, chosen=chosen(**told), at=AT)


def another(home: Place, l1: Actor, minutes: float) -> Any:
    return do(desk.claim_tickets, l1, make_ticket(home), minutes)


# --- mail -------------------------------------------------------------------------------------------------


def test_a_mail_says_what_it_is_about_and_that_no_person_wrote_it(
    home: Place, ticket: Any, l1: Actor, outbox: Path
) -> None:
    tell(home, ticket.id, event_id="e1", at=after(5), facts={"clock": "first_response"})
    run_jobs()
    (mail,) = mails(outbox, l1)
    assert ticket.number in mail["Subject"] and "首次响应" in mail["Subject"]
    assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
    assert mail["Reply-To"] is None
    assert ticket.subject in text_of(mail) and f"/tickets/{ticket.number}" in text_of(mail)
    assert [m.state for m in messages(home, l1)] == ["sent"]


def test_a_mail_is_in_its_readers_language(home: Place, ticket: Any, outbox: Path) -> None:
    tell(home, ticket.id, event_id="e1", at=after(5), kind=Kind.RETURNED)
    run_jobs()
    assert "退回队列" in mails(outbox, home.people["l1"])[0]["Subject"]


class Mailbox:
    """The real mail server's side: it keeps what it was handed, and refuses the first ``refusals``."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refusals: list[str] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refusals:
            return self.refusals.pop(0)
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 taken"


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    box = Mailbox()
    port = free_port()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    settings.MAIL = {**settings.MAIL, "host": "127.0.0.1", "port": port, "user": "", "tls": ""}
    yield box
    server.stop()


def test_a_mail_goes_out_by_smtp_once_however_often_its_job_runs(
    home: Place, ticket: Any, l1: Actor, mailbox: Mailbox
) -> None:
    tell(home, ticket.id, event_id="e1", at=after(5))
    (job,) = waiting_jobs("send")
    run_jobs()
    sending.send(**job)
    assert len(mailbox.mails) == 1


def test_a_worker_killed_before_the_hand_over_loses_nothing(
    home: Place, ticket: Any, l1: Actor, mailbox: Mailbox, clock: Clock
) -> None:
    tell(home, ticket.id, event_id="e1", at=after(5))
    (job,) = waiting_jobs("send")
    forget_jobs()
    clock.set(after(5))
    assert sending.take(actor=home.system, message_id=job["message_id"], at=clock.at) is not None
    with pytest.raises(sending.InHand):  # for all we know the first one is still at it
        sending.send(**job)
    clock.forward(minutes=6)
    sending.send(**job)
    sending.send(**job)
    assert len(mailbox.mails) == 1


def test_a_worker_killed_after_the_hand_over_sends_the_same_mail(
    home: Place, ticket: Any, l1: Actor, mailbox: Mailbox, clock: Clock
) -> None:
    """The effect's key: the other side gets the same Message-ID and knows it."""
    tell(home, ticket.id, event_id="e1", at=after(5))
    (job,) = waiting_jobs("send")
    forget_jobs()
    clock.set(after(5))
    made = sending.take(actor=home.system, message_id=job["message_id"], at=clock.at)
    assert made is not None
    sending._deliver(made)
    clock.forward(minutes=6)
    sending.send(**job)
    assert len({m["Message-ID"] for m in mailbox.mails}) == 1


def test_a_mail_that_is_put_off_is_tried_again_and_one_refused_for_good_is_given_up(
    home: Place, ticket: Any, l1: Actor, mailbox: Mailbox
) -> None:
    mailbox.refusals = ["451 later", "550 never"]
    tell(home, ticket.id, event_id="e1", at=after(5))
    (job,) = waiting_jobs("send")
    assert run_jobs() == ["not_delivered"]
    assert [(m.state, m.attempts, m.last_error) for m in messages(home, l1)] == [("queued", 1, "451 later")]
    sending.send(**job)
    (row,) = messages(home, l1)
    assert (row.state, row.attempts) == ("failed", 2) and "550 never" in row.last_error
    services.repeat_message(actor=l1, message_id=row.id, at=after(9))
    run_jobs()
    assert [m.state for m in messages(home, l1)] == ["sent"] and len(mailbox.mails) == 1


def test_the_operators_figures_look_back_an_hour_and_a_day(home: Place, ticket: Any, l1: Actor, outbox: Path) -> None:
    tell(home, ticket.id, event_id="e1", at=after(5))
    assert queries.figures(at=after(5))["queued"] == 1
    run_jobs()
    (mail,) = messages(home, l1)
    found = [queries.figures(at=mail.sent_at + timedelta(minutes=n)) for n in (0, 59, 61)]
    assert [(f["queued"], f["sent"]) for f in found] == [(0, 1), (0, 1), (0, 0)]


def test_who_has_left_is_told_no_more(home: Place, ticket: Any, l1: Actor, outbox: Path) -> None:
    tell(home, ticket.id, event_id="e1", at=after(5))
    with tenancy.reading(home.system):
        (row,) = people.assignments([l1.person_id or 0])
    accounts.end_assignment(actor=home.system, assignment_id=row.id, at=AT - timedelta(minutes=1))
    run_jobs()
    assert mails(outbox, l1) == []
    assert [(m.state, m.last_error) for m in messages(home, l1)] == [("void", "out_of_reach")]


# --- budget, quiet hours, digests -------------------------------------------------------------------------


def test_what_exceeds_the_budget_comes_as_one_digest(
    home: Place, ticket: Any, l1: Actor, outbox: Path, clock: Clock
) -> None:
    prefer(l1, budget=2)
    tickets = [ticket, *(another(home, l1, 2 + n) for n in range(4))]
    forget_jobs()
    for n, one in enumerate(tickets):
        tell(home, one.id, event_id=f"e{n}", at=after(10 + n))
    run_jobs()
    assert len(mails(outbox, l1)) == 2
    assert [d.reason for d in deliveries(home, l1)] == ["free", "free", "budget", "budget", "budget"]
    # Both messages left at 10 and 11 past, so the first place is free at 70 minutes, not at the full hour.
    for minute, seen in ((59, 2), (61, 2), (69, 2), (70, 3), (200, 3)):
        clock.set(after(minute))
        work(clock.at)
        assert (minute, len(mails(outbox, l1))) == (minute, seen)
    digest = mails(outbox, l1)[-1]
    assert all(one.number in text_of(digest) for one in tickets[2:])
    assert all(one.number not in text_of(digest) for one in tickets[:2])


def test_p1_knows_no_budget_and_no_night(home: Place, l1: Actor, outbox: Path, clock: Clock) -> None:
    prefer(l1, budget=1, is_quiet=True)
    night = clock.set(AT + timedelta(hours=14))
    urgent = make_ticket(home, at=night, impact="extensive", urgency="critical")
    urgent = desk.claim_tickets(actor=l1, seen={urgent.id: urgent.version}, at=night)[0]
    assert urgent.priority == "P1"
    forget_jobs()
    for n in range(4):
        tell(home, urgent.id, event_id=f"e{n}", at=night + timedelta(minutes=n))
    run_jobs()
    assert len(mails(outbox, l1)) == 4


def test_the_night_comes_as_one_digest_exactly_at_its_end(
    home: Place, ticket: Any, l1: Actor, outbox: Path, clock: Clock
) -> None:
    prefer(l1, is_quiet=True)
    second = another(home, l1, 2)
    forget_jobs()
    night = clock.set(AT + timedelta(hours=13))  # 23:00 in Shanghai
    tell(home, ticket.id, event_id="e1", at=night)
    tell(home, second.id, event_id="e2", at=night + timedelta(hours=3))
    end = AT + timedelta(hours=21, minutes=30)
    clock.set(end - timedelta(microseconds=1))
    work(clock.at)
    assert mails(outbox, l1) == []
    clock.set(end)
    work(clock.at)
    (digest,) = mails(outbox, l1)
    assert ticket.number in text_of(digest) and second.number in text_of(digest)
    work(clock.forward(hours=1))
    assert len(mails(outbox, l1)) == 1


def test_a_night_over_dst_ends_by_the_clock_on_the_wall(home: Place, ticket: Any, outbox: Path, clock: Clock) -> None:
    berlin = accounts.add_person(
        actor=home.system, role="engineer", email="b@provider.example", name="B", zone="Europe/Berlin", at=AT
    )
    assign(home.system, home.enterprise_id, berlin, 1)
    person = acting(home.provider_id, berlin, at=AT)
    prefer(person, is_quiet=True)
    from_noon = AT.replace(month=3, day=28, hour=22)  # 23:00 before the night that loses an hour
    clock.set(from_noon)
    tell(home, ticket.id, event_id="e1", at=from_noon, codes=(), person_id=berlin)
    (held,) = deliveries(home, person)
    assert held.release_at == AT.replace(month=3, day=29, hour=5, minute=30)


def test_two_enterprises_hold_for_one_person_and_wake_at_the_earlier(
    home: Place, ticket: Any, l1: Actor, outbox: Path, clock: Clock
) -> None:
    other = make_place(home.provider_id, "other")
    assign(other.system, other.enterprise_id, l1.person_id or 0, 1)
    theirs = do(desk.claim_tickets, acting(home.provider_id, l1.person_id or 0, at=AT), make_ticket(other), 1)
    forget_jobs()
    digest = {**EVERYTHING, Kind.BREACH: dict.fromkeys(Channel, When.DIGEST)}
    prefer(l1, wishes=digest)
    tell(home, ticket.id, event_id="e1", at=after(5))
    prefer(l1, wishes=digest, is_quiet=True, quiet_from=10 * 60, quiet_until=15 * 60)
    tell(other, theirs.id, event_id="e2", at=after(6))
    work(clock.set(after(60)))
    assert mails(outbox, l1) == []  # the wish for quiet came in between
    work(clock.set(after(300)))
    (mail,) = mails(outbox, l1)
    assert ticket.number in text_of(mail) and theirs.number in text_of(mail)


def test_steps_after_the_first_wait_for_the_group_and_come_together(
    home: Place, ticket: Any, l1: Actor, outbox: Path, clock: Clock
) -> None:
    for n in range(4):
        tell(home, ticket.id, event_id=f"e{n}", at=clock.set(after(5 + n)))
    run_jobs()
    assert len(mails(outbox, l1)) == 1
    work(clock.set(after(15)))
    assert len(mails(outbox, l1)) == 2
    assert text_of(mails(outbox, l1)[1]).count("- ") >= 3


def test_a_digest_that_is_released_twice_leaves_once(
    home: Place, ticket: Any, l1: Actor, outbox: Path, clock: Clock
) -> None:
    prefer(l1, is_quiet=True)
    tell(home, ticket.id, event_id="e1", at=clock.set(AT + timedelta(hours=13)))
    clock.set(AT + timedelta(hours=22))
    due = Due(1, home.provider_id, home.enterprise_id, "notices.release", l1.person_id or 0, "held", clock.at, 1)
    for _ in range(2):
        with tenancy.scoped(home.provider_id, (home.enterprise_id,)):
            handlers.release_due([due], clock.at)
    run_jobs()
    assert len(mails(outbox, l1)) == 1


def test_what_is_turned_off_is_in_the_list_but_rings_nowhere(home: Place, ticket: Any, l1: Actor, outbox: Path) -> None:
    prefer(l1, wishes={kind: dict.fromkeys(Channel, When.OFF) for kind in Kind})
    tell(home, ticket.id, event_id="e1", at=after(5), kind=Kind.REPLY)
    tell(home, ticket.id, event_id="e2", at=after(6), kind=Kind.BREACH)
    run_jobs()
    assert mails(outbox, l1) == []
    from tierline.notices.tests.builders import notices  # noqa: PLC0415

    assert [(n.kind, n.read_at is None) for n in notices(home, l1)] == [("reply", False), ("breach", True)]


def test_the_timer_of_what_is_held_goes_when_nothing_is(
    home: Place, ticket: Any, l1: Actor, outbox: Path, clock: Clock
) -> None:
    prefer(l1, is_quiet=True)
    tell(home, ticket.id, event_id="e1", at=clock.set(AT + timedelta(hours=13)))
    waking = timers.waking(["notices.release"], [l1.person_id or 0])
    assert list(waking.values()) == [AT + timedelta(hours=21, minutes=30)]
    work(clock.set(AT + timedelta(hours=22)))
    assert timers.waking(["notices.release"], [l1.person_id or 0]) == {}
