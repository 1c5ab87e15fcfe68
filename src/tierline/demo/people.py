"""Who is in the demo. Every name is made up."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Somebody:
    """``key`` is the name under which ``tierline status --json`` gives the sign-in."""

    key: str
    role: str
    email: str
    name: str
    tier: int | None = None
    is_providers: bool = True
    department: str = ""
    language: str = "zh-hans"


PROVIDER = ("hengda", "恒达服务")
ENTERPRISE = ("yunsuanpan", "云算盘")
MAILBOX = "support@yunsuanpan.example"
CUSTOMER: dict[str, str | bool] = {
    "name": "青禾商贸",
    "grade": "gold",
    "is_core": True,
    "mail_domain": "qinghe.example",
}

PEOPLE = (
    Somebody("l1", "engineer", "lin.xiaotong@hengda.example", "林晓彤", tier=1),
    Somebody("l2", "engineer", "chen.siyuan@hengda.example", "陈思远", tier=2),
    Somebody("l3", "engineer", "shen.wei@hengda.example", "沈维", tier=3),
    Somebody("manager", "manager", "he.jiayi@hengda.example", "何嘉仪"),
    Somebody("auditor", "auditor", "audit@hengda.example", "纪明审"),
    Somebody("admin", "admin", "admin@hengda.example", "管理员"),
    Somebody("rd", "department", "rd@yunsuanpan.example", "云算盘研发", is_providers=False, department="rd"),
    Somebody("requester", "requester", "zhou.min@qinghe.example", "周敏", is_providers=False),
)
