"""What becomes of a mail: ticket, reply or parked; nothing lost, nobody let into a stranger's ticket."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from tests.support.shared_data import shared_data
from tests.support.world import AT, Place, make_place, make_provider, make_world
from tierline.accounts import services as accounts
from tierline.agreements import queries as agreements
from tierline.agreements import services as agreement_services
from tierline.channels import services
from tierline.channels.base import Raw
from tierline.channels.deciding import FLOOD_AFTER, QUIET_AFTER
from tierline.channels.queries import Place as Place_
from tierline.channels.services import receiving
from tierline.channels.tests.builders import (
    SUPPORT,
    answer,
    deliveries,
    events,
    letter,
    make_mailbox,
    run_jobs,
    said,
    take,
    take_one,
    ticket_of,
)
from tierline.desk import queries as desk
from tierline.desk import services as desk_services
from tierline.plumbing import store, tenancy, timers
from tierline.plumbing.actor import MANAGER

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("wired")]

KAIJI = "会计 <kuaiji@jia.example>"
FOLDERS = "cpython stalwart mikel_mail flanker zammad django_helpdesk".split()


@pytest.fixture
def home() -> Place:
    return make_place(make_provider("provider"), "home")


def test_every_real_message_ends_as_ticket_reply_or_parked(home: Place, capsys: pytest.CaptureFixture[str]) -> None:
    root = shared_data("email_raw")
    not_mail = {"header_cases", "address_lists"}
    files = [
        path
        for folder in FOLDERS
        for path in sorted((root / folder).rglob("*"))
        if path.is_file() and path.suffix not in (".json", ".yml") and not not_mail & set(path.parts)
    ]
    assert len(files) == 210
    raws = [Raw(path.read_bytes(), source=str(path.relative_to(root))) for path in files]
    receipts = services.receive(raws=raws, at=AT, enterprise_id=home.enterprise_id)
    counts = Counter(f"{receipt.outcome} {receipt.reason}".strip() for receipt in receipts)
    with capsys.disabled():
        print(f"\n210 real messages: {dict(counts)}")  # noqa: T201 - the figures that the order asks for
    assert {r.outcome for r in receipts} <= {"ticket", "reply", "parked"}
    assert all(r.reason for r in receipts if r.outcome == "parked")
    assert all(r.number for r in receipts if r.outcome != "parked")
    assert [store.path(row.sha256).read_bytes() for row in deliveries(home)] == [raw.body for raw in raws]


def test_a_mail_becomes_a_ticket_of_its_sender(home: Place) -> None:
    box = make_mailbox(home)
    message = letter(sender=KAIJI)
    message.add_attachment(b"PNG here", maintype="image", subtype="png", filename="截图.png")
    receipt = take_one(home, message)
    assert (receipt.outcome, receipt.reason) == ("ticket", "")
    ticket = ticket_of(home, receipt.ticket_id)
    assert (ticket.subject, ticket.channel, ticket.state) == ("银企直连不通", "email", "new")
    opening = events(home, ticket.id)[0]
    assert (opening.actor_role, opening.occurred_at) == ("requester", AT)
    assert opening.words["text"] == "银企直连下载流水失败，报证书错误。"
    with tenancy.reading(home.system):
        assert [f.name for f in desk.attachments(home.system, ticket)] == ["截图.png"]
    row = deliveries(home)[0]
    assert (row.mailbox_id, row.ticket_id, row.event_seq, row.sender) == (box, ticket.id, 1, "kuaiji@jia.example")
    assert store.path(row.sha256).read_bytes() == bytes(message)


def test_a_mailbox_routes_to_its_service_and_one_gone_from_the_catalogue_routes_nowhere(home: Place) -> None:
    with tenancy.reading(home.system):
        code = agreements.services(home.enterprise_id)[0]
    make_mailbox(home, "bank@yunsuanpan.example", service=code.code)
    first = take_one(home, letter(sender=KAIJI, to="bank@yunsuanpan.example"))
    assert ticket_of(home, first.ticket_id).service_id == code.id
    agreement_services.retire_service(actor=home.system, enterprise_id=home.enterprise_id, service_id=code.id, at=AT)
    second = take_one(home, letter(sender=KAIJI, to="bank@yunsuanpan.example"))
    assert second.outcome == "ticket"
    assert ticket_of(home, second.ticket_id).service_id is None


def test_an_answer_with_the_messages_references_joins_the_ticket(home: Place) -> None:
    first = letter(sender=KAIJI)
    opened = take_one(home, first)
    replied = take_one(home, answer(first, sender=KAIJI, text="补充：今天早上开始的。", is_plain=True))
    assert (replied.outcome, replied.reason, replied.ticket_id) == ("reply", "message", opened.ticket_id)
    assert said(home, opened.ticket_id)[-1] == ("requester", "补充：今天早上开始的。")


def test_an_answer_in_the_same_batch_comes_after_what_it_answers(home: Place) -> None:
    first = letter(sender=KAIJI)
    second = answer(first, sender=KAIJI, text="补充一点。")
    third = answer(second, sender=KAIJI, text="再补充一点。")
    receipts = take(home, first, second, third)
    assert [r.outcome for r in receipts] == ["ticket", "reply", "reply"]
    assert [text for _, text in said(home, receipts[0].ticket_id)][1:] == ["补充一点。", "再补充一点。"]


def test_a_number_in_the_subject_only_suggests(home: Place) -> None:
    opened = take_one(home, letter(sender=KAIJI))
    forged = take_one(home, letter(sender="stranger@elsewhere.example", subject=f"Re: [{opened.number}] 银企直连"))
    own = take_one(home, letter(sender=KAIJI, subject=f"{opened.number} 还是不行"))
    assert (forged.outcome, own.outcome) == ("ticket", "ticket")
    assert len({opened.ticket_id, forged.ticket_id, own.ticket_id}) == 3
    assert [row.facts.get("suggests") for row in deliveries(home)] == [None, [opened.number], [opened.number]]
    assert len(said(home, opened.ticket_id)) == 1


def test_a_stranger_with_stolen_references_gets_a_ticket_of_their_own(home: Place) -> None:
    first = letter(sender=KAIJI)
    opened = take_one(home, first)
    stranger = take_one(home, answer(first, sender="stranger@elsewhere.example", text="把账号发给我", is_plain=True))
    assert (stranger.outcome, stranger.ticket_id != opened.ticket_id) == ("ticket", True)
    assert len(said(home, opened.ticket_id)) == 1
    assert deliveries(home)[-1].facts["claims"] == [opened.ticket_id]


def test_a_stranger_with_a_stolen_reply_address_gets_a_ticket_of_their_own(home: Place, outbox: object) -> None:
    opened = take_one(home, letter(sender=KAIJI))
    run_jobs()
    sent = next(iter(outbox.glob("*.eml"))).read_bytes()  # type: ignore[attr-defined]
    stranger = take_one(home, answer(sent, sender="stranger@elsewhere.example", text="把账号发给我"))
    assert (stranger.outcome, stranger.ticket_id != opened.ticket_id) == ("ticket", True)


def test_a_colleague_of_the_same_end_customer_may_answer_with_the_reply_address(home: Place, outbox: object) -> None:
    requester, colleague = home.people["requester"], home.people["colleague"]
    opened = take_one(home, letter(sender=requester.email))
    run_jobs()
    sent = next(iter(outbox.glob("*.eml"))).read_bytes()  # type: ignore[attr-defined]
    proven = take_one(home, answer(sent, sender=colleague.email, text="我来补充。"))
    assert (proven.outcome, proven.ticket_id) == ("reply", opened.ticket_id)


def test_who_was_copied_in_belongs_to_the_thread(home: Place) -> None:
    first = letter(sender=KAIJI, headers=[("Cc", "老板 <laoban@jia.example>")])
    opened = take_one(home, first)
    copied = take_one(home, answer(first, sender="laoban@jia.example", text="很急，请尽快。", is_plain=True))
    assert (copied.outcome, copied.ticket_id) == ("reply", opened.ticket_id)


def test_another_enterprises_token_is_no_proof_here(home: Place, outbox: object) -> None:
    world = make_world()
    opened = take_one(world.neighbour, letter(sender=KAIJI))
    run_jobs()
    sent = next(iter(outbox.glob("*.eml"))).read_bytes()  # type: ignore[attr-defined]
    receipt = take_one(world.home, answer(sent, sender=KAIJI, text="你好"))
    assert receipt.outcome == "ticket"
    assert (receipt.enterprise_id, receipt.ticket_id != opened.ticket_id) == (world.home.enterprise_id, True)


def test_an_engineer_answers_by_mail_in_their_own_name(home: Place, outbox: object) -> None:
    opened = take_one(home, letter(sender=KAIJI))
    run_jobs()
    sent = next(iter(outbox.glob("*.eml"))).read_bytes()  # type: ignore[attr-defined]
    engineer = home.people["l1"]
    mail = answer(sent, sender=engineer.email, text="请更新证书后重试。")
    mail.add_attachment(b"certificate", maintype="application", subtype="octet-stream", filename="新证书.cer")
    receipt = take_one(home, mail)
    assert (receipt.outcome, receipt.reason, receipt.ticket_id) == ("reply", "staff", opened.ticket_id)
    (word,) = [e for e in events(home, opened.ticket_id) if e.type == "public_message" and not e.payload["automatic"]]
    assert (word.actor_id, word.actor_role) == (engineer.person_id, "engineer")
    assert deliveries(home)[-1].event_seq == word.seq
    assert take_one(home, mail).reason == "duplicate"
    run_jobs()
    assert len(list(outbox.glob("*.eml"))) == 2  # type: ignore[attr-defined]


def test_a_forged_engineer_without_the_reply_address_is_parked(home: Place) -> None:
    first = letter(sender=KAIJI)
    opened = take_one(home, first)
    forged = take_one(home, answer(first, sender=home.people["l1"].email, text="请点此链接", is_plain=True))
    assert (forged.outcome, forged.reason) == ("parked", "staff_without_token")
    assert len(said(home, opened.ticket_id)) == 1


def test_an_engineer_whose_assignment_ended_no_longer_speaks_for_us(home: Place, outbox: object) -> None:
    opened = take_one(home, letter(sender=KAIJI))
    run_jobs()
    sent = next(iter(outbox.glob("*.eml"))).read_bytes()  # type: ignore[attr-defined]
    left = accounts.add_person(actor=home.system, role=MANAGER, email="left@provider.example", name="left", at=AT)
    receipt = take_one(home, answer(sent, sender="left@provider.example", text="我说了算"))
    assert left and receipt.ticket_id != opened.ticket_id


def test_one_mail_to_two_mailboxes_is_one_ticket(home: Place) -> None:
    make_mailbox(home)
    make_mailbox(home, "sales@yunsuanpan.example")
    message = letter(sender=KAIJI, to=f"{SUPPORT}, sales@yunsuanpan.example")
    first = take_one(home, message, to=SUPPORT)
    second = take_one(home, message, to="sales@yunsuanpan.example")
    assert (first.outcome, second.outcome, second.reason) == ("ticket", "parked", "duplicate")
    assert second.ticket_id == first.ticket_id
    assert len(deliveries(home)) == 2


def test_two_copies_in_one_batch_are_one_ticket(home: Place) -> None:
    message = letter(sender=KAIJI)
    assert [(r.outcome, r.reason) for r in take(home, message, message)] == [("ticket", ""), ("parked", "duplicate")]


def test_copies_that_arrive_at_the_same_moment_are_one_ticket(home: Place) -> None:
    message = bytes(letter(sender=KAIJI))
    together = Barrier(6)

    def receive(_: int) -> tuple[str, str]:
        try:
            connection.ensure_connection()
            together.wait(30)
            receipt = take_one(home, message)
            return receipt.outcome, receipt.reason
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(receive, range(6)))
    assert sorted(outcomes) == [("parked", "duplicate")] * 5 + [("ticket", "")]


def test_a_mail_to_two_enterprises_is_a_ticket_in_each() -> None:
    world = make_world()
    make_mailbox(world.home)
    make_mailbox(world.neighbour, "help@zhilian.example")
    message = letter(sender=KAIJI, to=f"{SUPPORT}, help@zhilian.example")
    raws = [Raw(bytes(message), envelope_to=(to,)) for to in (SUPPORT, "help@zhilian.example")]
    receipts = services.receive(raws=raws, at=AT)
    assert [r.outcome for r in receipts] == ["ticket", "ticket"]
    assert [r.enterprise_id for r in receipts] == [world.home.enterprise_id, world.neighbour.enterprise_id]


def test_the_headers_say_whose_mail_it_is_when_the_envelope_is_gone() -> None:
    world = make_world()
    make_mailbox(world.neighbour, "help@zhilian.example")
    message = letter(sender=KAIJI, to="list@elsewhere.example", headers=[("Delivered-To", "Help+x1@ZHILIAN.example")])
    receipt = services.receive(raws=[Raw(bytes(message))], at=AT)[0]
    assert receipt.enterprise_id == world.neighbour.enterprise_id


def test_mail_for_nobody_of_several_providers_is_not_taken() -> None:
    make_world()
    receipt = services.receive(raws=[Raw(bytes(letter(sender=KAIJI)), source="x.eml")], at=AT)[0]
    assert (receipt.outcome, receipt.reason, receipt.delivery_id) == ("refused", "mailbox_unknown", None)


AUTOMATED = [
    # what it is, headers, reason
    ("an absence note", [("Auto-Submitted", "auto-replied")], "out_of_office"),
    ("a mailing list", [("List-Id", "<news.example>")], "list"),
    ("our own mail that came back", [("X-Tierline", "abc")], "loop"),
    ("bulk mail", [("Precedence", "bulk")], "list"),
]


@pytest.mark.parametrize(("headers", "reason"), [row[1:] for row in AUTOMATED], ids=[row[0] for row in AUTOMATED])
def test_a_machines_mail_is_parked_and_restarts_nothing(
    headers: list[tuple[str, str]], reason: str, home: Place, outbox: object
) -> None:
    first = letter(sender=KAIJI)
    opened = take_one(home, first)
    run_jobs()
    before = len(events(home, opened.ticket_id))
    sent = next(iter(outbox.glob("*.eml"))).read_bytes()  # type: ignore[attr-defined]
    machine = answer(sent, sender=KAIJI, text="我在休假。")
    for name, value in headers:
        machine[name] = value
    receipt = take_one(home, machine)
    run_jobs()
    assert (receipt.outcome, receipt.reason) == ("parked", reason)
    assert len(events(home, opened.ticket_id)) == before
    assert len(list(outbox.glob("*.eml"))) == 1  # type: ignore[attr-defined]


UNUSABLE = [
    ("nothing at all", b"", "unreadable"),
    ("blank lines only", b"\r\n\r\n", "unreadable"),
    ("no sender", b"Subject: hello\r\n\r\ntext", "no_sender"),
    ("a sender without a domain", b"From: root\r\n\r\ntext", "no_sender"),
    ("binary", bytes(range(256)) * 40, "no_sender"),
]


@pytest.mark.parametrize(("body", "reason"), [row[1:] for row in UNUSABLE], ids=[row[0] for row in UNUSABLE])
def test_what_cannot_be_used_is_kept_and_parked(body: bytes, reason: str, home: Place) -> None:
    receipt = take_one(home, body)
    assert (receipt.outcome, receipt.reason) == ("parked", reason)
    assert store.path(deliveries(home)[0].sha256).read_bytes() == body


def test_our_own_mailbox_as_sender_is_a_loop(home: Place) -> None:
    make_mailbox(home)
    assert take_one(home, letter(sender=SUPPORT)).reason == "own_address"


def test_a_sender_who_writes_by_the_dozen_is_first_not_answered_and_then_parked(home: Place) -> None:
    receipts = take(home, *(letter(sender=KAIJI) for _ in range(FLOOD_AFTER + 2)))
    assert [r.reason for r in receipts[FLOOD_AFTER:]] == ["flood", "flood"]
    assert {r.outcome for r in receipts[:FLOOD_AFTER]} == {"ticket"}
    assert [row.is_quiet for row in deliveries(home)[: QUIET_AFTER + 1]] == [False] * QUIET_AFTER + [True]
    assert take_one(home, letter(sender="other@yi.example")).outcome == "ticket"


def test_a_mail_without_text_still_says_something(home: Place) -> None:
    receipts = take(home, letter(sender=KAIJI, text="\n"), letter(sender=KAIJI, text="\n", subject=""))
    assert said(home, receipts[0].ticket_id) == [("requester", "银企直连不通")]
    assert len(said(home, receipts[1].ticket_id)[0][1]) > 3


def test_an_oversized_text_is_cut_and_kept_whole_beside_it(home: Place) -> None:
    text = "日志一行\n" * 300_000
    receipt = take_one(home, letter(sender=KAIJI, text=text))
    assert receipt.outcome == "ticket"
    assert len(said(home, receipt.ticket_id)[0][1]) < 1_000_000
    with tenancy.reading(home.system):
        whole = desk.attachments(home.system, ticket_of(home, receipt.ticket_id))[0]
    assert whole.name == "message.txt"
    assert store.path(whole.sha256).read_text().strip() == text.strip()


def test_more_files_than_a_ticket_takes_are_named(home: Place) -> None:
    message = letter(sender=KAIJI)
    for n in range(53):
        message.add_attachment(b"x%d" % n, maintype="application", subtype="octet-stream", filename=f"f{n}.bin")
    receipt = take_one(home, message)
    with tenancy.reading(home.system):
        assert len(desk.attachments(home.system, ticket_of(home, receipt.ticket_id))) == 50
    assert "f52.bin" in said(home, receipt.ticket_id)[0][1]


def test_a_delivery_left_by_a_dead_process_is_taken_up_again(home: Place) -> None:
    message = bytes(letter(sender=KAIJI))
    stored = store.put([message], limit=10_000)
    ids = receiving.keep_raw(
        actor=home.system,
        enterprise_id=home.enterprise_id,
        channel="email",
        items=[(Raw(message), stored, Place_("", home.provider_id, home.enterprise_id, None))],
        at=AT,
    )
    assert timers.sweep(AT + receiving.GRACE) == 1
    assert run_jobs() >= 1
    row = deliveries(home)[0]
    assert (row.id, row.outcome) == (ids[0], "ticket")
    assert events(home, row.ticket_id)[0].occurred_at == AT
    services.settle_again(home.provider_id, home.enterprise_id, row.id)
    assert len(deliveries(home)) == 1


def test_a_reply_to_a_merged_ticket_goes_where_it_was_merged_into(home: Place) -> None:
    first, second = letter(sender=KAIJI), letter(sender="other@yi.example")
    a, b = take(home, first, second)
    merge(home, a.ticket_id, b.ticket_id)
    receipt = take_one(home, answer(first, sender=KAIJI, text="还有一点。", is_plain=True))
    assert (receipt.outcome, receipt.ticket_id) == ("reply", b.ticket_id)


def test_another_enterprise_sees_no_delivery_of_ours() -> None:
    world = make_world()
    take_one(world.home, letter(sender=KAIJI))
    assert deliveries(world.neighbour) == []
    with tenancy.reading(world.neighbour.system), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM channels_rawmessage")
        assert cursor.fetchone() == (0,)


def merge(place: Place, ticket_id: int | None, into: int | None) -> None:
    source, target = ticket_of(place, ticket_id), ticket_of(place, into)
    desk_services.merge_tickets(actor=place.people["l1"], seen={source.id: source.version}, into=target.id, at=AT)
