"""Words to the requester leave the house once, thread back, and their failures are known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from tests.support.running import free_port
from tests.support.world import AT, Place, make_place, make_provider
from tierline.channels import handlers, services
from tierline.channels.base import Parcel
from tierline.channels.models import Outbound
from tierline.channels.services import sending
from tierline.channels.services.receiving import Receipt
from tierline.channels.tests.builders import (
    answer,
    events,
    letter,
    make_mailbox,
    outbound,
    run_jobs,
    said,
    take,
    take_one,
    ticket_of,
)
from tierline.channels.transports import NotDelivered, Outbox, Smtp, Undeliverable
from tierline.desk import services as desk
from tierline.desk.events import PublicMessageWritten, TicketOpened
from tierline.desk.operations import NewTicket
from tierline.plumbing import tenancy

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("wired")]

KAIJI = "会计 <kuaiji@jia.example>"


@pytest.fixture
def home() -> Place:
    place = make_place(make_provider("provider"), "home")
    make_mailbox(place, name="云算盘支持")
    return place


@pytest.fixture
def opened(home: Place, outbox: Path) -> Receipt:
    return take_one(home, letter(sender=KAIJI, message_id="<first@jia.example>"))


def mails(folder: Path) -> list[EmailMessage]:
    files = sorted(folder.glob("*.eml"), key=lambda p: [int(n) for n in p.stem.replace("TK-", "").split("-")])
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


def body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def reply(place: Place, ticket_id: int | None, text: str, **told: Any) -> None:
    ticket = ticket_of(place, ticket_id)
    desk.reply_to_tickets(
        actor=place.people["l1"], seen={ticket.id: ticket.version}, text=text, at=AT + timedelta(minutes=5), **told
    )


def test_a_mail_is_acknowledged_with_its_number_and_the_promised_instant(
    home: Place, opened: Receipt, outbox: Path
) -> None:
    run_jobs()
    word = events(home, opened.ticket_id)[-1]
    assert (word.type, word.actor_role, word.payload["automatic"]) == ("public_message", "system", True)
    mail = mails(outbox)[0]
    assert mail["To"] == "会计 <kuaiji@jia.example>"
    assert "support@yunsuanpan.example" in mail["From"]
    assert (mail["In-Reply-To"], mail["References"]) == ("<first@jia.example>", "<first@jia.example>")
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["X-Tierline"]
    assert mail["List-Id"] is None
    assert opened.number in mail["Subject"] and opened.number in body(mail)
    ticket = ticket_of(home, opened.ticket_id)
    assert ticket.state == "new"
    assert ticket.last_public_at is None


def test_the_promise_is_told_in_the_requesters_words(home: Place, outbox: Path) -> None:
    english = take_one(home, letter(sender="jane@jia.example", subject="No bank feed", text="It fails since today."))
    services.acknowledge(actor=home.system, ticket_id=english.ticket_id or 0, at=AT)
    _, text = said(home, english.ticket_id)[-1]
    assert "2 March" in text and "10:30" in text and "CST" in text
    chinese = take_one(home, letter(sender=KAIJI))
    services.acknowledge(actor=home.system, ticket_id=chinese.ticket_id or 0, at=AT)
    assert "3月2日" in said(home, chinese.ticket_id)[-1][1]


def test_an_engineers_word_goes_out_and_the_answer_to_it_comes_back(home: Place, opened: Receipt, outbox: Path) -> None:
    run_jobs()
    reply(home, opened.ticket_id, "请问报什么错误？")
    run_jobs()
    mail = mails(outbox)[-1]
    assert body(mail).startswith("请问报什么错误？")
    assert mail["Auto-Submitted"] is None
    back = take_one(home, answer(bytes(mail), sender=KAIJI, text="CERT_VERIFY_FAILED"))
    assert (back.outcome, back.ticket_id) == ("reply", opened.ticket_id)
    assert said(home, opened.ticket_id)[-1] == ("requester", "CERT_VERIFY_FAILED")


def test_the_answer_finds_back_by_its_address_alone(home: Place, opened: Receipt, outbox: Path) -> None:
    run_jobs()
    fresh = letter(sender=KAIJI, to=str(mails(outbox)[0]["Reply-To"]), subject="新主题", text="换了邮箱客户端。")
    assert take_one(home, fresh).ticket_id == opened.ticket_id


def test_the_request_to_verify_goes_out_and_a_yes_verifies(home: Place, opened: Receipt, outbox: Path) -> None:
    run_jobs()
    reply(home, opened.ticket_id, "证书已更新。")
    ticket = ticket_of(home, opened.ticket_id)
    desk.resolve_tickets(
        actor=home.people["l1"],
        seen={ticket.id: ticket.version},
        cause="configuration",
        resolution="更新证书",
        at=AT + timedelta(minutes=9),
    )
    run_jobs()
    yes = answer(bytes(mails(outbox)[-1]), sender=KAIJI, text="已解决，谢谢！")
    receipt = take_one(home, yes, at=AT + timedelta(minutes=20))
    assert (receipt.reason, ticket_of(home, opened.ticket_id).state) == ("verified", "verified")


def test_files_of_a_word_travel_with_it(home: Place, opened: Receipt, outbox: Path) -> None:
    engineer = home.people["l1"]
    file = desk.keep_attachment(
        actor=engineer, enterprise_id=home.enterprise_id, name="步骤.txt", chunks=[b"1. restart"], at=AT
    )
    reply(home, opened.ticket_id, "见附件。", attachments=[file.id])
    run_jobs()
    attached = next(mails(outbox)[-1].iter_attachments())
    assert (attached.get_filename(), attached.get_content()) == ("步骤.txt", b"1. restart")


def test_a_note_never_leaves_the_house(home: Place, opened: Receipt, outbox: Path) -> None:
    run_jobs()
    ticket = ticket_of(home, opened.ticket_id)
    desk.note_on_tickets(actor=home.people["l1"], seen={ticket.id: ticket.version}, text="客户不好惹", at=AT)
    run_jobs()
    assert len(mails(outbox)) == 1
    assert "不好惹" not in body(mails(outbox)[0])


NOT_ACKNOWLEDGED = [("a ticket of the API", {"channel": "api"}), ("one that our side opened", {"by": "staff"})]


@pytest.mark.parametrize("told", [row[1] for row in NOT_ACKNOWLEDGED], ids=[row[0] for row in NOT_ACKNOWLEDGED])
def test_no_acknowledgement_for(told: dict[str, str], home: Place, outbox: Path) -> None:
    item = NewTicket(
        **{"enterprise_id": home.enterprise_id, "text": "x", "requester_email": "a@jia.example", "channel": "email"}
        | told
    )
    made = desk.open_tickets(actor=home.system, items=[item], at=AT)
    run_jobs()
    assert made and mails(outbox) == []


def test_the_eleventh_mail_of_a_sender_is_not_acknowledged(home: Place, outbox: Path) -> None:
    receipts = take(home, *(letter(sender=KAIJI) for _ in range(12)))
    run_jobs()
    assert {r.outcome for r in receipts} == {"ticket"}
    assert len(mails(outbox)) == 10


def test_handlers_run_twice_say_and_send_once(home: Place, opened: Receipt, outbox: Path) -> None:
    run_jobs()
    told = {"provider_id": home.provider_id, "enterprise_id": home.enterprise_id, "at": AT}
    assert opened.ticket_id is not None
    before = events(home, opened.ticket_id)
    sent = [file.stat().st_mtime_ns for file in outbox.glob("*.eml")]
    for _ in range(2):
        handlers.acknowledge_opening(TicketOpened(ticket_id=opened.ticket_id, **told))
        handlers.send_public_words(PublicMessageWritten(ticket_id=opened.ticket_id, seq=2, **told))
    row = outbound(home, opened.ticket_id)[0]
    services.send(home.provider_id, home.enterprise_id, row.id)
    run_jobs()
    assert events(home, opened.ticket_id) == before
    assert len(outbound(home, opened.ticket_id)) == 1
    assert [file.stat().st_mtime_ns for file in outbox.glob("*.eml")] == sent


def test_a_worker_that_died_before_writing_it_down_sends_the_same_message(
    home: Place, opened: Receipt, outbox: Path
) -> None:
    run_jobs()
    before = mails(outbox)[0]
    assert opened.ticket_id is not None
    row = outbound(home, opened.ticket_id)[0]
    with tenancy.scoped(home.provider_id, (home.enterprise_id,)):
        Outbound.objects.filter(id=row.id).update(state="queued", claimed_at=AT - timedelta(hours=1))
    services.send(home.provider_id, home.enterprise_id, row.id)
    assert [bytes(mail) for mail in mails(outbox)] == [bytes(before)]


def test_a_message_in_another_workers_hand_is_left_to_it(home: Place, opened: Receipt, outbox: Path) -> None:
    assert opened.ticket_id is not None
    services.acknowledge(actor=home.system, ticket_id=opened.ticket_id, at=AT)
    row_id = services.queue_words(actor=home.system, ticket_id=opened.ticket_id, seq=2, at=AT)
    assert row_id is not None
    assert sending.take(actor=home.system, outbound_id=row_id, at=AT) is not None
    with pytest.raises(sending.InHand):
        sending.take(actor=home.system, outbound_id=row_id, at=AT)
    assert sending.take(actor=home.system, outbound_id=row_id, at=AT + timedelta(minutes=6)) is not None


def bounce(about: str, recipient: str = "kuaiji@jia.example") -> bytes:
    return (
        "From: MAILER-DAEMON@mx.example\r\nTo: support@yunsuanpan.example\r\nReturn-Path: <>\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\nMessage-ID: <dsn1@mx.example>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\n\r\nI could not deliver it.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 user unknown\r\n\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {about}\r\nSubject: x\r\n\r\nx\r\n--b--\r\n"
    ).encode()


def test_a_bounce_marks_what_came_back_and_tells_the_engineers_once(home: Place, opened: Receipt, outbox: Path) -> None:
    run_jobs()
    raw = bounce(str(mails(outbox)[0]["Message-ID"]))
    version = ticket_of(home, opened.ticket_id).version
    assert (take_one(home, raw).outcome, take_one(home, raw).reason) == ("parked", "duplicate")
    row = outbound(home, opened.ticket_id)[0]
    assert (row.state, "550 5.1.1" in row.last_error) == ("bounced", True)
    notes = [e for e in events(home, opened.ticket_id) if e.type == "note"]
    assert len(notes) == 1
    assert "kuaiji@jia.example" in notes[0].words["text"]
    assert (notes[0].audience, ticket_of(home, opened.ticket_id).version) == ("internal", version)


def test_the_outbox_holds_one_file_for_one_parcel(tmp_path: Path) -> None:
    way = Outbox(tmp_path / "box")
    for text in (b"one", b"two"):
        way.deliver(Parcel("TK-1-2/3", text))
    assert [(f.name, f.read_bytes()) for f in (tmp_path / "box").iterdir()] == [("TK-1-2_3.eml", b"two")]


class Server:
    """What the SMTP server was given; ``answers`` are used up before it accepts."""

    def __init__(self) -> None:
        self.taken: list[Any] = []
        self.answers: list[str] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answers:
            return self.answers.pop(0)
        self.taken.append(envelope)
        return "250 OK"


@pytest.fixture
def smtp(settings: Any) -> Iterator[Server]:
    server = Server()
    port = free_port()
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    settings.MAIL = {"host": "127.0.0.1", "port": port, "user": "", "password": "", "tls": "", "outbox": ""}
    yield server
    controller.stop()


def test_mail_goes_out_by_smtp(home: Place, smtp: Server) -> None:
    opened = take_one(home, letter(sender=KAIJI))
    run_jobs()
    reply(home, opened.ticket_id, "在看了。")
    run_jobs()
    automatic, word = smtp.taken
    assert (automatic.mail_from, word.mail_from) == ("<>", "support@yunsuanpan.example")
    assert word.rcpt_tos == ["kuaiji@jia.example"]
    assert body(message_from_bytes(word.content, policy=policy.default)).startswith("在看了。")
    assert [row.state for row in outbound(home, opened.ticket_id)] == ["sent", "sent"]


def test_what_fails_for_now_is_tried_again(home: Place, smtp: Server) -> None:
    opened = take_one(home, letter(sender=KAIJI))
    smtp.answers = ["451 try later"]
    with pytest.raises(NotDelivered):
        run_jobs()
    row = outbound(home, opened.ticket_id)[0]
    assert (row.state, row.attempts, row.last_error) == ("queued", 1, "451 try later")
    services.send(home.provider_id, home.enterprise_id, row.id)
    assert outbound(home, opened.ticket_id)[0].state == "sent"
    assert len(smtp.taken) == 1


def test_what_is_refused_for_good_is_given_up_and_told(home: Place, smtp: Server) -> None:
    opened = take_one(home, letter(sender=KAIJI))
    smtp.answers = ["550 no such user"]
    run_jobs()
    row = outbound(home, opened.ticket_id)[0]
    assert (row.state, row.last_error) == ("failed", "550 no such user")
    assert [e.type for e in events(home, opened.ticket_id)][-1] == "note"


def test_the_last_try_gives_up(home: Place, smtp: Server) -> None:
    opened = take_one(home, letter(sender=KAIJI))
    smtp.answers = ["451 try later"] * sending.TRIES
    with pytest.raises(NotDelivered):
        run_jobs()
    row = outbound(home, opened.ticket_id)[0]
    for _ in range(sending.TRIES - 1):
        with pytest.raises(NotDelivered):
            services.send(home.provider_id, home.enterprise_id, row.id)
    row = outbound(home, opened.ticket_id)[0]
    assert (row.state, row.attempts) == ("failed", sending.TRIES)


@pytest.mark.parametrize(("code", "kind"), [("550 no", Undeliverable), ("421 later", NotDelivered)])
def test_an_smtp_refusal_says_whether_trying_again_helps(smtp: Server, settings: Any, code: str, kind: type) -> None:
    smtp.answers = [code]
    way = Smtp(settings.MAIL["host"], settings.MAIL["port"])
    with pytest.raises(kind):
        way.deliver(Parcel("k", b"Subject: x\r\n\r\nx", "a@b.example", ("c@d.example",)))


def test_a_server_that_is_not_there_is_a_matter_of_time() -> None:
    with pytest.raises(NotDelivered):
        Smtp("127.0.0.1", 1).deliver(Parcel("k", b"x", "a@b.example", ("c@d.example",)))
