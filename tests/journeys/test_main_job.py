"""A customer's mail becomes an archived ticket and an article, through L1, L2 and L3, over HTTP and mail alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from tests.support.running import Product, Refused, eventually, product

REQUESTER = "zhou.min@qinghe.example"
PACKAGE = {
    "symptoms": "下载流水报「证书校验失败」",
    "impact": "一家客户下午无法付款",
    "steps_tried": [{"step": "更新本地证书", "result": "仍然失败"}],
    "evidence": ["CERT_VERIFY_FAILED 09:10"],
    "question": "银行侧是否已轮换根证书？",
}


@pytest.fixture(scope="module")
def running() -> Iterator[Product]:
    with product() as started:
        yield started


def letter(subject: str, text: str, *, reply_to: EmailMessage | None = None, to: str = "") -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = f"周敏 <{REQUESTER}>"
    mail["To"] = to or "support@yunsuanpan.example"
    mail["Subject"] = subject
    mail["Message-ID"] = f"<{abs(hash((subject, text)))}@qinghe.example>"
    if reply_to is not None:
        mail["In-Reply-To"] = mail["References"] = reply_to["Message-ID"]
        mail.replace_header("To", reply_to["Reply-To"] or reply_to["From"])
    mail.set_content(text)
    return mail


def clock_of(ticket: dict[str, Any], kind: str) -> dict[str, Any]:
    return [c for c in ticket["clocks"] if c["kind"] == kind][-1]


def minutes(clock: dict[str, Any]) -> tuple[str, float, float]:
    return clock["state"], clock["consumed_seconds"] / 60, clock["target_seconds"] / 60


def mails_to_requester(running: Product, containing: str) -> list[EmailMessage]:
    return [m for m in running.sent() if REQUESTER in m["To"] and containing in m.get_content()]


def test_from_a_mail_to_an_archived_ticket_with_its_lesson(running: Product) -> None:
    clock, begin = running.clock, running.clock.at
    l1, l2, l3, rd = (running.person(name) for name in ("l1", "l2", "l3", "rd"))

    running.mail(letter("银企直连下载不到流水", "从今天早上起工行流水一条都下载不到，下午要付款。"))
    found = l1.get("/tickets", q="银企直连下载不到流水")["tickets"]
    [ticket] = [t for t in found if t["subject"] == "银企直连下载不到流水"]
    assert (ticket["state"], ticket["tier"], ticket["priority"]) == ("new", 1, "P2")

    clock.forward(minutes=4)
    ticket = l1.do(l1.ticket(ticket), "prioritise", impact="significant", urgency="high", reason="first")
    assert (ticket["priority"], ticket["priority_reason"]) == ("P2", "significant x high = P2")
    ticket = l1.do(ticket, "claim")
    clock.forward(minutes=8)
    ticket = l1.do(ticket, "replies", text="周女士您好，已收到，正在核对银行证书，30 分钟内给您答复。")
    assert minutes(clock_of(ticket, "first_response")) == ("met", 12, 30)
    eventually(lambda: mails_to_requester(running, "正在核对银行证书"), what="the answer goes out by mail")

    clock.forward(minutes=8)
    with pytest.raises(Refused) as refused:
        l1.do(ticket, "escalate", to="L2", package={"symptoms": "失败"})
    assert refused.value.body["code"] == "incomplete_package"
    assert set(refused.value.body["facts"]["missing"]) == {"impact", "steps_tried", "evidence", "question"}
    ticket = l1.do(ticket, "escalate", to="L2", package=PACKAGE)

    clock.forward(minutes=15)
    ticket = l2.do(ticket, "accept")
    assert ticket["tier"] == 2
    ticket = l2.do(ticket, "tasks", department="rd", title="核对网关信任链", due_in_minutes=240, blocking=True)
    clock.forward(minutes=75)
    ticket = l2.do(ticket, "notes", kind="plan", text="怀疑银行轮换根证书；先核对信任链，再切换备用通道。")
    assert minutes(clock_of(ticket, "l2_plan")) == ("met", 90, 120)

    ticket = l2.do(ticket, "escalate", to="L3", package=PACKAGE)
    clock.forward(minutes=20)
    ticket = l3.do(ticket, "accept")
    clock.forward(minutes=65)
    ticket = l3.do(ticket, "notes", text="抓包：服务端证书链换成 2026 根证书，我方信任库没有。")
    assert minutes(clock_of(ticket, "l3_start")) == ("met", 85, 240)

    ticket = rd.do(ticket, "tasks/1/finish", result="信任链已更新并发布")
    problem = l3.post("/problems", {"ticket": ticket["id"], "title": "银行轮换根证书后直连失败"})
    known = l3.post(
        "/known-errors",
        {
            "problem": problem["number"],
            "symptom": "证书校验失败",
            "workaround": "更新网关信任链",
            "cause": "银行轮换了根证书",
        },
    )
    clock.forward(minutes=10)
    ticket = l3.ticket(ticket)
    ticket = l3.do(ticket, "restore", evidence=["11:20 流水下载成功"])
    ticket = l3.do(ticket, "resolve", cause="certificate_rotated", resolution="已更新网关信任链，流水可以正常下载。")
    assert (ticket["state"], minutes(clock_of(ticket, "restore"))[0]) == ("resolved", "met")
    assert known["number"].startswith("KE-")

    asked = eventually(
        lambda: mails_to_requester(running, f"工单 {ticket['number']}「"), what="the requester is asked to verify"
    )
    clock.forward(minutes=30)
    running.mail(letter("Re: 银企直连下载不到流水", "已解决，谢谢！", reply_to=asked[-1]))
    ticket = l3.ticket(ticket)
    assert ticket["state"] == "verified"
    ticket = l3.do(ticket, "archive", knowledge="deposit")
    assert ticket["state"] == "archived"
    assert ticket["article"] is not None

    events = l3.get(f"/tickets/{ticket['id']}/events")["events"]
    assert [e["type"] for e in events if e["type"] != "clock_warned"] == EXPECTED
    assert all(e["occurred_at"] and e["actor_role"] for e in events)
    assert clock_of(ticket, "resolve")["consumed_seconds"] == (clock.at - begin).total_seconds() - 30 * 60
    for command in (["tickets", "replay", "--check"], ["audit", "verify"], ["clocks", "audit"]):
        running.run(*command)


EXPECTED = [
    "opened",
    "public_message",
    "prioritised",
    "assigned",
    "public_message",
    "escalated",
    "accepted",
    "task_opened",
    "note",
    "public_message",
    "escalated",
    "accepted",
    "note",
    "task_finished",
    "linked",
    "restored",
    "public_message",
    "resolved",
    "customer_message",
    "verified",
    "archived",
]


def test_a_promise_nobody_kept_is_recorded_at_its_instant(running: Product) -> None:
    running.mail(letter("报表打不开", "报表一直转圈。"))
    l1 = running.person("l1")
    [ticket] = l1.get("/tickets", q="报表打不开")["tickets"]
    opened = running.clock.at
    running.clock.forward(minutes=31)

    def breach() -> Any:
        events = l1.get(f"/tickets/{ticket['id']}/events")["events"]
        return [e for e in events if e["type"] == "clock_breached" and e["payload"]["kind"] == "first_response"]

    [told] = eventually(breach, what="the breach is recorded")
    assert datetime.fromisoformat(told["occurred_at"]) == opened + timedelta(minutes=30)
    assert datetime.fromisoformat(told["recorded_at"]) == opened + timedelta(minutes=31)
