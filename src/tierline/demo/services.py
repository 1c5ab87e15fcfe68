"""Thousands of tickets at once: each a whole history in one command, written as a set."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from tierline.desk.operations import Draft, NewTicket, open_tickets
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import service

SUBJECTS = (
    "银企直连下载流水失败",
    "发票勾选页面打不开",
    "期末结转余额不平",
    "报表导出乱码",
    "Cannot sign in after password reset",
    "Export takes minutes",
    "打印模板错位",
    "工资条邮件没有收到",
)
IMPACTS = (("significant", "high"), ("moderate", "medium"), ("minor", "medium"), ("minor", "low"))
HISTORY = timedelta(days=720)


@service
def add_crowd(*, actor: Actor, count: int, start: int, count_all: int, number: int, now: datetime) -> int:
    """Tickets ``start`` .. ``start + count`` of ``count_all``, spread over two years before ``now``.

    One in fifty is still open, so that queues have a believable length.
    """
    chance = random.Random(f"{number}:{start}")
    items = [_one(chance, actor.enterprises[0], start + n, count_all, now) for n in range(count)]
    return len(open_tickets(actor=actor, items=items, at=now, is_quiet=True))


def _one(chance: random.Random, enterprise_id: int, n: int, count_all: int, now: datetime) -> NewTicket:
    is_open = n % 50 == 49
    age = timedelta(minutes=chance.randrange(5, 600)) if is_open else HISTORY * ((count_all - n) / count_all)
    at = now - age - timedelta(hours=12 if not is_open else 0)
    impact, urgency = chance.choice(IMPACTS)
    subject = f"{chance.choice(SUBJECTS)} #{n}"
    return NewTicket(
        enterprise_id=enterprise_id,
        text=f"{subject}，请帮忙看一下。",
        subject=subject,
        requester_email=f"requester{n % 5000}@seed.example",
        impact=impact,
        urgency=urgency,
        channel="seed",
        opened_at=at,
        then=() if is_open else _closed(chance, at),
    )


def _closed(chance: random.Random, at: datetime) -> list[Draft]:
    def after(minutes: float) -> datetime:
        return at + timedelta(minutes=minutes)

    answer, solve = chance.uniform(1, 25), chance.uniform(30, 300)
    return [
        Draft("public_message", {"automatic": False}, {"text": "您好，正在处理。"}, "public", after(answer)),
        Draft(
            "resolved",
            {"cause": "configuration", "replied": False},
            {"resolution": "已处理。"},
            "internal",
            after(solve),
        ),
        Draft("verified", {"by": "silence"}, {}, "internal", after(solve + 60)),
        Draft("archived", {"knowledge": "none"}, {"reason": "seed"}, "internal", after(solve + 61)),
    ]
