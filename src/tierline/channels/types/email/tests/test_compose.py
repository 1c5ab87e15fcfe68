"""What we send: it threads, says when a machine wrote it, carries no smuggled field, and reads back."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tierline.channels.base import Attachment, Inbound, Outbound, Parcel, Party, Raw
from tierline.channels.types.email import adapter
from tierline.channels.types.email.compose import composed, message_id
from tierline.channels.types.email.headers import Fields, read_fields
from tierline.channels.types.email.token import signed
from tierline.domain.errors import Invalid

TOKEN = signed(42, provider="1", enterprise="7", key=b"0123456789abcdef")


def outbound(**changes: Any) -> Outbound:
    values: dict[str, Any] = {
        "key": "reply:42:3",
        "sender": Party("三线服务台", "support@desk.example"),
        "to": (Party("王芳", "wangfang@corp.example"),),
        "subject": "Re: 银企直连无法登录",
        "text": "您好，\n\n请重启客户端。\n",
        "sent_at": datetime(2024, 3, 5, 6, 20, 33, tzinfo=UTC),
        "reply_token": TOKEN,
    }
    return Outbound(**(values | changes))


def fields(parcel: Parcel) -> Fields:
    return read_fields(parcel.body.replace(b"\r\n", b"\n").partition(b"\n\n")[0])


def read_back(message: Outbound) -> Inbound:
    (inbound,) = adapter.parse(Raw(composed(message).body))
    return inbound


def test_it_reads_back() -> None:
    inbound = read_back(outbound(cc=(Party("", "boss@corp.example"),)))
    assert str(inbound.sender) == "三线服务台 <support@desk.example>"
    assert [str(party) for party in (*inbound.to, *inbound.cc)] == ["王芳 <wangfang@corp.example>", "boss@corp.example"]
    assert inbound.subject == "Re: 银企直连无法登录"
    assert inbound.text == "您好，\n\n请重启客户端。"
    assert inbound.sent_at == datetime(2024, 3, 5, 6, 20, 33, tzinfo=UTC)


def test_the_same_values_are_the_same_bytes() -> None:
    message = outbound(html="<p>a</p>", attachments=(Attachment("a.txt", "", "text/plain", b"x"),))
    assert composed(message) == composed(message)
    assert composed(message).body != composed(outbound(key="reply:42:4")).body


def test_an_answer_finds_its_ticket_by_address_and_by_reference() -> None:
    sent = outbound()
    to, id_ = fields(composed(sent)).plain("reply-to"), message_id(sent)
    (by_address,) = adapter.parse(Raw(f"From: a@b.example\nTo: {to.split('<')[-1].strip('>')}\n\nok".encode()))
    (by_reference,) = adapter.parse(Raw(f"From: a@b.example\nIn-Reply-To: <{id_}>\n\nok".encode()))
    assert by_address.reply_tokens == by_reference.reply_tokens == (TOKEN,)


def test_references_keep_the_first_and_the_latest() -> None:
    ids = tuple(f"{number}@x.example" for number in range(50))
    inbound = read_back(outbound(references=ids, in_reply_to="last@x.example"))
    assert len(inbound.references) == 30
    assert (inbound.references[0], inbound.references[-1]) == ("0@x.example", "last@x.example")
    assert inbound.in_reply_to == ("last@x.example",)


def test_automatic_mail_says_so_and_takes_no_answer() -> None:
    parcel = composed(outbound(automatic=True))
    assert fields(parcel).plain("auto-submitted") == "auto-generated"
    assert fields(parcel).plain("x-auto-response-suppress") == "All"
    assert parcel.envelope_from == ""
    assert fields(composed(outbound(automatic=True, in_reply_to="a@b"))).plain("auto-submitted") == "auto-replied"


def test_a_persons_mail_does_not_say_that_it_is_automatic() -> None:
    parcel = composed(outbound())
    assert not fields(parcel).has("auto-submitted")
    assert parcel.envelope_from == "support@desk.example"
    assert parcel.envelope_to == ("wangfang@corp.example",)


def test_our_own_mail_coming_back_is_a_loop() -> None:
    automated = read_back(outbound()).automated
    assert automated is not None
    assert automated.kind == "loop"


def test_no_field_can_be_smuggled_in() -> None:
    parcel = composed(
        outbound(
            subject="a\r\nBcc: evil@x.example",
            sender=Party("a\nBcc: evil@x.example", "support@desk.example"),
            in_reply_to="a@b>\r\nBcc: evil@x.example",
        )
    )
    assert not fields(parcel).has("bcc")


@pytest.mark.parametrize("address", ["", "nobody", "@x.example", "a@", "a b@x.example", "a@x.example,b@x.example"])
def test_an_unusable_address_is_refused(address: str) -> None:
    with pytest.raises(Invalid):
        composed(outbound(to=(Party("", address),)))


def test_files_and_markup_read_back() -> None:
    file = Attachment("报告 (1).pdf", "application/pdf", "application/pdf", b"%PDF-1.4 x")
    inbound = read_back(outbound(html="<p>您好</p>", attachments=(file,)))
    assert [(one.name, one.declared_type, one.content) for one in inbound.attachments] == [
        ("报告 (1).pdf", "application/pdf", b"%PDF-1.4 x")
    ]
    assert inbound.html == "<p>您好</p>"


def test_lines_are_short_enough_for_every_relay() -> None:
    body = composed(outbound(text="长" * 5_000 + "\n" + "x" * 5_000, subject="很长的主题" * 100)).body
    assert max(map(len, body.split(b"\r\n"))) <= 998


def test_an_international_address_is_sent_as_it_is() -> None:
    inbound = read_back(outbound(to=(Party("", "用户@corp.example"),)))
    assert inbound.to[0].address == "用户@corp.example"
