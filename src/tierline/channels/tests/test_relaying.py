"""Each mailbox's own way out: its relay, its proof, its rest, and what is said of it when it fails."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from tests.support import tokens
from tests.support.running import free_port
from tests.support.world import AT, Place, make_place, make_provider
from tierline.channels import queries, sealing, services
from tierline.channels.models import Mailbox
from tierline.channels.services import fetching
from tierline.channels.setup import Line, Setup
from tierline.channels.tests.builders import SUPPORT, letter, outbound, run_jobs, take_one, ticket_of
from tierline.channels.transports import NotDelivered
from tierline.desk import services as desk
from tierline.domain.errors import Invalid, Missing, NotAllowed, StaleVersion
from tierline.plumbing import tenancy

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("wired"),
    # The relay of the tests takes passwords without encryption on purpose.
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS"),
]

KAIJI = "会计 <kuaiji@jia.example>"


@dataclass
class Relay:
    """A mail server that takes what comes with the right proof. ``refuse`` is its answer to every message."""

    password: str = "relay-secret"
    good: set[str] = field(default_factory=set)
    refuse: str = ""
    mails: list[bytes] = field(default_factory=list)
    proofs: list[str] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refuse:
            return self.refuse
        self.mails.append(envelope.original_content)
        return "250 OK"

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:
        told = base64.b64decode(args[1]).decode()
        token = told.partition("Bearer ")[2].rstrip("\1")
        self.proofs.append(token)
        return AuthResult(success=token in self.good, handled=False)

    def check(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        self.proofs.append(mechanism)
        return AuthResult(success=data.password == self.password.encode(), handled=False)


@contextmanager
def relaying() -> Iterator[tuple[Relay, int]]:
    relay, port = Relay(), free_port()
    controller = Controller(
        relay, hostname="127.0.0.1", port=port, authenticator=relay.check, auth_required=True, auth_require_tls=False
    )
    controller.start()
    try:
        yield relay, port
    finally:
        controller.stop()


@pytest.fixture
def home() -> Place:
    return make_place(make_provider("provider"), "home")


def relay_of(port: int, **told: Any) -> Setup:
    return Setup(relay=Line("127.0.0.1", port, "", "support", told.pop("auth", "password")), **told)


def make_box(home: Place, how: Setup, **secrets: str) -> int:
    kept = secrets or {sealing.RELAY_PASSWORD: "relay-secret"}
    return services.add_mailbox(
        actor=home.system, enterprise_id=home.enterprise_id, address=SUPPORT, how=how, secrets=kept, at=AT
    )


def box_of(home: Place, mailbox_id: int) -> Mailbox:
    return fetching.mailbox(home.system, mailbox_id)


def answered(home: Place) -> int:
    """A ticket with an engineer's answer on its way out."""
    opened = take_one(home, letter(sender=KAIJI, headers=[("Auto-Submitted", "no")]), to=SUPPORT)
    ticket = ticket_of(home, opened.ticket_id)
    desk.reply_to_tickets(
        actor=home.people["l1"], seen={ticket.id: ticket.version}, text="请换证书。", at=AT + timedelta(minutes=5)
    )
    assert opened.ticket_id is not None
    return opened.ticket_id


def states(home: Place, ticket_id: int) -> list[str]:
    return [row.state for row in outbound(home, ticket_id)]


def test_a_mailbox_sends_through_its_own_relay(home: Place) -> None:
    with relaying() as (relay, port):
        box = make_box(home, relay_of(port))
        ticket = answered(home)
        run_jobs()
        assert states(home, ticket) == ["sent"]
        assert len(relay.mails) == 1
    assert box_of(home, box).relayed_at is not None


def test_a_relay_that_refuses_for_now_is_tried_again_with_the_same_message_id(home: Place) -> None:
    with relaying() as (relay, port):
        box = make_box(home, relay_of(port))
        relay.refuse = "451 4.7.1 greylisted"
        ticket = answered(home)
        with pytest.raises(NotDelivered):
            run_jobs()
        first = outbound(home, ticket)[0].message_id
        assert box_of(home, box).relay_failure == "relay_unreachable"
        assert "greylisted" in box_of(home, box).relay_failure_detail
        relay.refuse = ""
        row = outbound(home, ticket)[0]
        services.send(home.provider_id, home.enterprise_id, row.id)
        assert outbound(home, ticket)[0].state == "sent"
        assert f"<{first}>".encode() in relay.mails[0]
    assert box_of(home, box).relay_failure == ""


def test_a_message_refused_for_good_is_given_up_and_sent_again_by_a_person(home: Place) -> None:
    with relaying() as (relay, port):
        make_box(home, relay_of(port))
        relay.refuse = "554 5.7.1 no"
        ticket = answered(home)
        run_jobs()
        assert set(states(home, ticket)) == {"failed"}
        relay.refuse = ""
        row = outbound(home, ticket)[0]
        services.send_again(actor=home.system, outbound_id=row.id, at=AT)
        run_jobs()
        assert outbound(home, ticket)[0].state == "sent"
        with pytest.raises(services.Settled):
            services.send_again(actor=home.system, outbound_id=row.id, at=AT)


def test_wrong_credentials_have_a_name(home: Place) -> None:
    with relaying() as (_, port):
        box = make_box(home, relay_of(port), relay_password="wrong")
        answered(home)
        with pytest.raises(NotDelivered):
            run_jobs()
        assert box_of(home, box).relay_failure == "relay_login_refused"


def test_what_is_said_while_a_mailbox_rests_leaves_when_it_is_resumed(home: Place) -> None:
    with relaying() as (relay, port):
        box = make_box(home, relay_of(port))
        ticket = answered(home)
        services.pause_mailbox(actor=home.system, mailbox_id=box, at=AT)
        run_jobs()
        assert (set(states(home, ticket)), relay.mails) == ({"queued"}, [])
        assert services.resume_mailbox(actor=home.system, mailbox_id=box, at=AT) == 1
        run_jobs()
        assert (set(states(home, ticket)), len(relay.mails)) == ({"sent"}, 1)


def test_a_token_is_fetched_kept_and_renewed_when_the_relay_refuses_it(home: Place, settings: Any) -> None:
    settings.OUTWARD_LOOPBACK = True
    with relaying() as (relay, port), tokens.serving("support") as giver:
        relay.good = giver.good
        how = relay_of(port, auth="xoauth2", token_url=f"{giver.url}/token", client_id="tierline")
        make_box(home, how, refresh_token="refresh-0")
        ticket = answered(home)
        run_jobs()
        assert set(states(home, ticket)) == {"sent"}
        answered(home)
        run_jobs()
        assert relay.proofs == ["access-1", "access-1"], "one token for both"
        giver.expire()
        third = answered(home)
        run_jobs()
        assert set(states(home, third)) == {"sent"}
        assert relay.proofs[2:] == ["access-1", "access-2"]


def test_a_token_endpoint_inside_our_network_is_not_called(home: Place) -> None:
    with relaying() as (_, port), tokens.serving("support") as giver:
        how = relay_of(port, auth="xoauth2", token_url=f"{giver.url}/token", client_id="tierline")
        box = make_box(home, how, refresh_token="refresh-0")
        answered(home)
        with pytest.raises(NotDelivered):
            run_jobs()
        assert giver.asked == []
        assert box_of(home, box).relay_failure == "token_unanswered"


def test_secrets_are_sealed_and_never_shown(home: Place) -> None:
    box = make_box(home, relay_of(2525))
    row = box_of(home, box)
    assert "relay-secret" not in str(vars(row))
    assert sealing.opened(row.sealed) == {"relay_password": "relay-secret"}
    with tenancy.reading(home.system):
        door = queries.door(home.system, box, since=AT)
    assert "relay-secret" not in repr(door)
    assert door.has == {"relay_password"}


def test_a_change_keeps_the_secrets_that_it_does_not_name(home: Place) -> None:
    box = make_box(home, relay_of(2525))
    told = {"actor": home.system, "mailbox_id": box, "name": "支持", "service": "", "how": relay_of(2526), "at": AT}
    assert services.change_mailbox(**told, seen_version=1) == 2
    assert sealing.opened(box_of(home, box).sealed) == {"relay_password": "relay-secret"}
    with pytest.raises(StaleVersion):
        services.change_mailbox(**told, seen_version=1)
    with pytest.raises(Missing):
        services.change_mailbox(**told, seen_version=2, secrets={"relay_password": ""})
    with pytest.raises(NotAllowed):
        services.pause_mailbox(actor=home.people["l1"], mailbox_id=box, at=AT)


WRONG = [
    (Setup(intake="pigeon"), "intake"),
    (Setup(intake="imap", incoming=Line("", 993)), "host"),
    (Setup(intake="imap", incoming=Line("mail.example", 0, "tls", "x")), "port"),
    (Setup(intake="imap", incoming=Line("mail.example", 993, "tls", "")), "login"),
    (Setup(intake="imap", incoming=Line("mail.example", 993, "tls", "x")), "password"),
    (Setup(intake="imap", incoming=Line("mail example", 993, "tls", "x")), "host"),
    (Setup(intake="folder", folder="../etc"), "folder"),
    (Setup(relay=Line("mail.example", 465, "ssl3")), "relay_tls"),
    (Setup(relay=Line("mail.example", 465, "tls", "x", "xoauth2")), "token_url"),
]


@pytest.mark.parametrize(("how", "field_"), WRONG)
def test_what_cannot_work_names_its_field(home: Place, how: Setup, field_: str) -> None:
    with pytest.raises(Invalid) as refused:
        make_box(home, how, client_secret="x")
    assert refused.value.facts["field"] == field_


def test_a_test_sends_one_and_says_what_became_of_each_step(home: Place) -> None:
    with relaying() as (relay, port):
        box = make_box(home, relay_of(port), relay_password="wrong")
        services.start_test(actor=home.system, mailbox_id=box, at=AT)
        run_jobs()
        with tenancy.reading(home.system):
            told = queries.door(home.system, box, since=AT).test
        assert told["state"] == "done"
        steps = [(step["name"], step["state"], step["code"]) for step in told["steps"]]
        assert steps == [("connect", "skipped", "not_fetched"), ("send", "failed", "relay_login_refused")]
        assert relay.mails == []
