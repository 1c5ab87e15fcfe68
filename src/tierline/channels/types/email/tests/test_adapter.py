"""Whole messages through the adapter: one fixture per kind of mail, all of our own writing."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tierline.channels.base import Channel, Inbound, Outbound, Parcel, Party, Raw, Unreadable
from tierline.channels.types.email import adapter
from tierline.channels.types.email.token import tokens_in

FIXTURES = Path(__file__).parents[1] / "fixtures"
CHANNEL: Channel = adapter  # type: ignore[assignment]  # a module is the adapter


def parsed(name: str) -> Inbound:
    (message,) = CHANNEL.parse(Raw((FIXTURES / f"{name}.eml").read_bytes()))
    return message


def test_a_reply_from_qq() -> None:
    message = parsed("qq_reply")
    assert str(message.sender) == "王芳 <wangfang@qq.example>"
    assert message.subject == "回复：银企直连无法登录"
    assert message.sent_at == datetime(2024, 3, 5, 6, 31, 13, tzinfo=UTC)
    assert (message.text, message.signature) == ("您好，重启后已经恢复，谢谢！", "发自我的iPhone")
    assert message.quoted.startswith("------------------ 原始邮件")
    assert message.in_reply_to == ("t16-abcdefghijklmnop.0123@desk.example",)
    assert message.references[0] == "first@corp.example"
    assert message.reply_tokens == ("t16-abcdefghijklmnop",)
    assert 'data-remote-src="https://track.example/p.gif"' in message.html
    assert message.automated is None


def test_a_new_message_from_foxmail_with_files() -> None:
    message = parsed("foxmail_new")
    assert message.cc == (Party("周杰", "zhoujie@corp.example"),)
    assert message.text == "您好：\n    月结时报错 6006，截图见附件，影响 12 人。"
    assert message.signature == "zhaomin@corp.example"
    assert [(file.name, file.sniffed_type, file.inline, file.content_id) for file in message.attachments] == [
        ("截图.png", "image/png", True, "_Foxmail.1@err6006"),
        ("日志.txt", "text/plain", False, ""),
    ]
    assert 'src="cid:_Foxmail.1@err6006"' in message.html


def test_a_reply_from_wecom_in_markup_only() -> None:
    message = parsed("wecom_reply")
    assert (message.text, message.signature) == ("第二步做完以后就报错了。", "发自我的企业微信")
    assert message.reply_tokens == ("t1z-abcdefghijklmnop",)


def test_a_reply_from_outlook_is_a_persons() -> None:
    message = parsed("outlook_zh")
    assert message.text == "同意，今晚十点后可以停机。"
    assert message.facts["importance"] == "high"
    assert message.automated is None


KINDS = [("netease_absence", "out_of_office", False), ("exchange_bounce_zh", "dsn", True), ("qq_bounce", "bounce", True),
         ("cron_report", "report", False)]  # fmt: skip


@pytest.mark.parametrize(("name", "kind", "bounce"), KINDS, ids=[row[0] for row in KINDS])
def test_a_machine_wrote_it(name: str, kind: str, bounce: bool) -> None:
    automated = parsed(name).automated
    assert automated is not None
    assert (automated.kind, automated.bounce) == (kind, bounce)


def test_a_bounce_names_the_message_that_failed() -> None:
    report = parsed("exchange_bounce_zh").facts["report"]
    assert (report["recipient"], report["status"]) == ("nobody@corp.example", "5.1.10")
    assert tokens_in(report["about"]) == ("t2a-abcdefghijklmnop",)


def test_a_file_in_a_jobs_text_is_a_file() -> None:
    message = parsed("cron_report")
    assert message.text == "disk check failed, see file"
    assert [(file.name, file.content) for file in message.attachments] == [("report.csv", b"Cat")]


BROKEN = [
    ("broken_cut", "cut", "half a mess"),
    ("broken_types", "types", "still readable"),
    ("broken_base64", "base64", "你好，"),
    ("broken_fields", "", "no usable field"),
    ("broken_bare_cr", "cr", "line one\nline two"),
]


@pytest.mark.parametrize(("name", "subject", "text"), BROKEN, ids=[row[0] for row in BROKEN])
def test_a_broken_message_keeps_what_can_be_read(name: str, subject: str, text: str) -> None:
    message = parsed(name)
    assert (message.subject, message.text) == (subject, text)


def test_an_empty_message_is_unreadable() -> None:
    with pytest.raises(Unreadable) as refused:
        parsed("broken_empty")
    assert refused.value.facts == {"why": "empty"}


def test_a_message_beyond_the_limit_is_unreadable() -> None:
    with pytest.raises(Unreadable) as refused:
        adapter.parse(Raw(b"x" * (adapter.MAX_BYTES + 1)))
    assert refused.value.facts["why"] == "too_large"


def copy(*, received: str, id_: str = "a@b.example", date: str = "5 Mar 2024 14:20:33 +0800", body: str = "x") -> str:
    head = f"Message-ID: <{id_}>\n" if id_ else ""
    raw = f"Received: by {received}\n{head}From: A@B.example\nDate: {date}\n\n{body}"
    (message,) = adapter.parse(Raw(raw.encode()))
    return message.message_key


def test_copies_by_two_ways_have_one_key() -> None:
    assert copy(received="mx1") == copy(received="mx2")
    assert copy(received="mx1", id_="") == copy(received="mx2", id_="")


def test_a_scanner_that_uses_one_id_for_all_loses_nothing() -> None:
    assert copy(received="mx1") != copy(received="mx1", date="6 Mar 2024 14:20:33 +0800")


def test_two_messages_without_an_id_differ_by_what_they_say() -> None:
    assert copy(received="mx1", id_="", body="x") != copy(received="mx1", id_="", body="y")


def test_the_sender_without_an_address_borrows_the_one_to_reply_to() -> None:
    (message,) = adapter.parse(Raw('From: "我" <>\nReply-To: <me@b.example>\n\nx'.encode()))
    assert message.sender == Party("我", "me@b.example")


def test_the_envelope_may_carry_the_token() -> None:
    (message,) = adapter.parse(
        Raw(b"From: a@b.example\n\nx", envelope_to=("support+t1-abcdefghijklmnop@desk.example",))
    )
    assert message.reply_tokens == ("t1-abcdefghijklmnop",)


class Kept:
    """A transport that keeps what it is handed."""

    def __init__(self) -> None:
        self.parcels: list[Parcel] = []

    def deliver(self, parcel: Parcel) -> None:
        self.parcels.append(parcel)


def test_send_hands_over_what_it_returns() -> None:
    transport = Kept()
    outbound = Outbound(
        key="k",
        sender=Party("", "support@desk.example"),
        to=(Party("", "a@b.example"),),
        subject="s",
        text="t",
        sent_at=datetime(2024, 3, 5, tzinfo=UTC),
    )
    assert [CHANNEL.send(outbound, transport=transport)] == transport.parcels
