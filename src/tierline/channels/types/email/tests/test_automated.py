"""Which mail no person wrote: one row per sign, and the signs that prove nothing."""

import pytest

from tierline.channels.base import Automated, Raw
from tierline.channels.types.email import adapter


def verdict(fields: str, text: str = "hello", envelope_from: str | None = None) -> Automated | None:
    message = f"Message-ID: <a@b.example>\nDate: Tue, 5 Mar 2024 14:20:33 +0800\n{fields}\n\n{text}\n"
    if "From:" not in fields:
        message = "From: Zhang San <zs@b.example>\n" + message
    (inbound,) = adapter.parse(Raw(message.encode(), envelope_from=envelope_from))
    return inbound.automated


KINDS = [
    ("our own mark", "X-Tierline: 0123456789abcdef", "loop"),
    ("Auto-Submitted: auto-replied", "Auto-Submitted: auto-replied", "auto_reply"),
    ("a job reports", "Auto-Submitted: auto-generated (job)", "report"),
    ("a program answers", "Auto-Submitted: auto-generated\nIn-Reply-To: <a@b.example>", "auto_reply"),
    ("Auto-Submitted: no is a person", "Auto-Submitted: no", None),
    ("X-Autoreply", "X-Autoreply: yes", "auto_reply"),
    ("Precedence: auto_reply", "Precedence: auto_reply", "auto_reply"),
    ("Precedence: bulk", "Precedence: bulk", "list"),
    ("a list", "List-Id: <news.b.example>", "list"),
    ("a newsletter", "List-Unsubscribe: <mailto:x@b.example>", "list"),
    ("Exchange asks for no answers at all", "X-Auto-Response-Suppress: All", "report"),
    ("Exchange asks for no receipts", "X-Auto-Response-Suppress: DR, RN, NRN", None),
    ("absence, English", "Subject: Out of Office: Re: VPN", "out_of_office"),
    ("absence, Automatic reply", "Subject: Automatic reply: VPN\nAuto-Submitted: auto-replied", "auto_reply"),
    ("absence, Chinese", "Subject: 自动回复：我正在外出，稍后回复", "out_of_office"),
    ("absence, Chinese leave", "Subject: 休假中 Re: 工单", "out_of_office"),
    ("absence, traditional Chinese", "Subject: 自動回覆: 不在辦公室", "out_of_office"),
    ("absence, German", "Subject: Abwesenheitsnotiz: Drucker", "out_of_office"),
    ("absence, French", "Subject: Absence du bureau : VPN", "out_of_office"),
    ("absence, Spanish", "Subject: Fuera de la oficina: VPN", "out_of_office"),
    ("automatic answer, Chinese", "Subject: 自动回复: 已收到您的邮件", "auto_reply"),
    ("automatic answer, German", "Subject: Automatische Antwort: VPN", "auto_reply"),
    ("automatic answer, French", "Subject: Réponse automatique : VPN", "auto_reply"),
    ("automatic answer, Spanish", "Subject: Respuesta automática: VPN", "auto_reply"),
    (
        "a person writes about an absence",
        "Subject: 请问出差人员在外地登录 VPN 时总是提示证书错误并且无法连接应该怎么处理呢",
        None,
    ),
    ("a daemon", "From: MAILER-DAEMON@b.example\nSubject: Warning", "bounce"),
    ("a person called postmaster", "From: Postmaster <postmaster@b.example>\nSubject: disk question", None),
    ("failed recipients", "X-Failed-Recipients: a@b.example\nSubject: x", "bounce"),
    ("the null return path alone", "Return-Path: <>\nSubject: x", "auto_reply"),
    ("a person", "Subject: VPN 连不上\nReturn-Path: <zs@b.example>", None),
]


@pytest.mark.parametrize(("fields", "kind"), [row[1:] for row in KINDS], ids=[row[0] for row in KINDS])
def test_kind(fields: str, kind: str | None) -> None:
    found = verdict(fields)
    assert (found.kind if found else None) == kind
    assert found is None or found.reason


BOUNCES = [
    ("QQ", "From: PostMaster@qq.com\nSubject: 来自qq.com的退信", "退信原因：收件人邮箱不存在"),
    ("NetEase", "From: Postmaster@163.com\nSubject: 系统退信", "抱歉，您的邮件被退回来了"),
    ("Coremail", "From: postmaster@corp.example\nSubject: 邮件投递失败通知", "无法送达"),
    ("Exchange", "From: Microsoft Outlook <postmaster@b.example>\nSubject: Undeliverable: VPN", "Delivery has failed"),
    ("Exchange, Chinese", "From: Microsoft Outlook <postmaster@b.example>\nSubject: 未送达: 工单", "收件人不存在"),
    ("qmail", "From: MAILER-DAEMON@b.example\nSubject: failure notice", "Sorry, no mailbox here by that name."),
    ("German", "From: Mail Delivery System <mailer-daemon@b.example>\nSubject: Unzustellbar: x", "x"),
]


@pytest.mark.parametrize(("fields", "text"), [row[1:] for row in BOUNCES], ids=[row[0] for row in BOUNCES])
def test_vendors_bounce_without_a_report(fields: str, text: str) -> None:
    found = verdict(fields, text)
    assert found is not None
    assert (found.kind, found.bounce) == ("bounce", True)


def report(action: str) -> str:
    return (
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nIt failed.\n--b\n"
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.b.example\n\n"
        f"Final-Recipient: rfc822; a@b.example\nAction: {action}\nStatus: 5.1.1\n--b\n"
        "Content-Type: text/rfc822-headers\n\nMessage-ID: <ours@desk.example>\nSubject: x\n--b--"
    )


@pytest.mark.parametrize(("action", "bounce"), [("failed", True), ("delayed", False), ("delivered", False)])
def test_a_report_bounces_only_when_it_failed(action: str, bounce: bool) -> None:
    found = verdict(report(action))
    assert found is not None
    assert (found.kind, found.bounce) == ("dsn", bounce)


def test_a_report_names_our_message_and_the_recipient() -> None:
    (inbound,) = adapter.parse(Raw(("From: MAILER-DAEMON@b.example\n" + report("failed")).encode()))
    assert inbound.facts["report"] == {
        "about": "ours@desk.example",
        "action": "failed",
        "status": "5.1.1",
        "recipient": "a@b.example",
    }


def test_a_read_receipt_is_a_report() -> None:
    fields = "Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n--b\n\nread\n--b--"
    found = verdict(fields)
    assert found is not None
    assert (found.kind, found.bounce) == ("report", False)


def test_the_envelope_outweighs_the_fields() -> None:
    assert verdict("Return-Path: <zs@b.example>\nSubject: x", envelope_from="") is not None
    assert verdict("Return-Path: <>\nSubject: x", envelope_from="zs@b.example") is None
