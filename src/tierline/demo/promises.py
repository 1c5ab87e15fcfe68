"""What the demo's enterprises were promised: a contract, three levels of service, and what stands behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tierline.agreements import queries
from tierline.agreements import services as agreements
from tierline.agreements.operations import Drafted, NewContract, NewParty, Whom
from tierline.agreements.queries import drafts
from tierline.demo.people import ZONE, Company
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import inside

_YEARS = timedelta(days=3 * 365)
_PRIORITIES = ("P1", "P2", "P3", "P4")
# P1 and P2 around the clock, the others in office hours.
_HOURS = {"P1": drafts.ALWAYS, "P2": drafts.ALWAYS, "P3": "office", "P4": "office"}

Amounts = tuple[Mapping[str, int], Mapping[str, int], Mapping[str, int], Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Level:
    """``better`` are the targets in which it goes beyond the standard agreement: kind -> priority -> amount."""

    code: str
    grade: str
    zh: str
    en: str
    better: Mapping[str, Mapping[str, Mapping[str, int]]]


LEVELS = (
    Level(
        "gold",
        "gold",
        "金牌服务协议",
        "Gold agreement",
        {
            "first_response": {"P3": {"hours": 2}, "P4": {"hours": 4}},
            "update_cadence": {"P3": {"hours": 6}, "P4": {"working_days": 2}},
            "resolve": {"P3": {"working_days": 3}, "P4": {"working_days": 6}},
        },
    ),
    Level(
        "silver",
        "silver",
        "银牌服务协议",
        "Silver agreement",
        {
            "first_response": {"P3": {"hours": 3}, "P4": {"hours": 6}},
            "resolve": {"P3": {"working_days": 4}, "P4": {"working_days": 8}},
        },
    ),
)


@dataclass(frozen=True, slots=True)
class Behind:
    """A party and, for P1 to P4, what it owes of each kind."""

    row: NewParty
    owes: Mapping[str, Amounts]


_TIERS = (
    Behind(
        NewParty("tier", "L2", "二线支持内部协议", "Second line OLA", "陈思远", "l2@hengda.example"),
        {"hand_off_accept": ({"minutes": 10}, {"minutes": 30}, {"hours": 2}, {"hours": 4})},
    ),
    Behind(
        NewParty("tier", "L3", "三线专家内部协议", "Third line OLA", "沈维", "l3@hengda.example"),
        {"hand_off_accept": ({"minutes": 15}, {"hours": 1}, {"hours": 4}, {"hours": 8})},
    ),
)
_TASK: Amounts = ({"hours": 2}, {"hours": 4}, {"hours": 8}, {"hours": 16})
_SUPPLY: Amounts = ({"hours": 4}, {"hours": 8}, {"hours": 16}, {"hours": 24})


@dataclass(frozen=True, slots=True)
class Papers:
    contract: str
    zh: str
    en: str
    signed_by: str
    behind: Sequence[Behind]


PAPERS: Mapping[str, Papers] = {
    "yunsuanpan": Papers(
        "HD-YSP-01",
        "云算盘技术支持服务合同",
        "CloudAbacus support contract",
        "赵启明、吴敏",
        (
            *_TIERS,
            Behind(NewParty("department", "rd", "云算盘研发", "CloudAbacus R&D", "罗扬", "rd@yunsuanpan.example"),
                   {"task": _TASK}),
            Behind(NewParty("supplier", "bank", "银企直连服务商", "Bank link supplier", "值班台", "noc@bank.example",
                            "400-000-0101", "UC-BANK-01"), {"supplier": _SUPPLY}),
        ),
    ),
    "zhilian": Papers(
        "HD-ZL-01",
        "智联家电售后支持服务合同",
        "Zhilian support contract",
        "郭宁、吴敏",
        (
            *_TIERS,
            Behind(NewParty("department", "rd", "智联研发", "Zhilian R&D", "谢东", "rd@zhilian.example"),
                   {"task": _TASK}),
            Behind(NewParty("supplier", "module", "联网模组供应商", "Network module supplier", "技术支持",
                            "support@module.example", "400-000-0202", "UC-MOD-01"), {"supplier": _SUPPLY}),
        ),
    ),
}  # fmt: skip


def supplier_of(company: Company) -> str:
    return next(b.row.code for b in PAPERS[company.slug].behind if b.row.kind == drafts.SUPPLIER)


def set_up_promises(maker: Actor, company: Company, enterprise_id: int, *, at: datetime, until: datetime) -> None:
    """Everything in force from ``at``; the holidays of the years from then to the one after ``until``."""
    named: dict[str, Any] = {"actor": maker, "enterprise_id": enterprise_id, "at": at}
    years = range(at.year, until.year + 2)
    standard = inside(agreements.set_up_enterprise)(**named, zone=ZONE, years=years)
    papers = PAPERS[company.slug]
    contract = NewContract(
        papers.contract, papers.zh, papers.en, at, at + _YEARS, signed_on=at.date(), signed_by=papers.signed_by
    )
    inside(agreements.add_contract)(**named, row=contract)
    for behind in papers.behind:
        party_id = inside(agreements.add_party)(**named, row=behind.row)
        targets = {kind: dict(zip(_PRIORITIES, amounts, strict=True)) for kind, amounts in behind.owes.items()}
        inside(agreements.publish_party)(**named, party_id=party_id, calendar_of=_HOURS, targets=targets)
    draft = inside(agreements.start_draft)(**named, agreement_id=queries.versions([standard])[standard].agreement_id)
    inside(agreements.publish_draft)(**named, draft_id=draft, seen_version=1)
    for level in LEVELS:
        _add_level(named, level, standard)


def _add_level(named: Mapping[str, Any], level: Level, like: int) -> None:
    draft = inside(agreements.create_agreement)(**named, code=level.code, name_zh=level.zh, name_en=level.en, like=like)
    body = dict(drafts.draft(draft).body)
    targets = {kind: dict(row) for kind, row in body["targets"].items()}
    for kind, row in level.better.items():
        targets[kind] = {**targets.get(kind, {}), **row}
    inside(agreements.save_draft)(
        **named, draft_id=draft, seen_version=1, drafted=Drafted({**body, "targets": targets}, None, None, "首版")
    )
    inside(agreements.publish_draft)(**named, draft_id=draft, seen_version=2)
    inside(agreements.entitle)(**named, agreement=level.code, whom=[Whom(grade=level.grade)], starts_at=named["at"])


def cover_core_service(maker: Actor, company: Company, enterprise_id: int, service_id: int, *, at: datetime) -> None:
    """The contract gives everybody the gold promises for the service that the enterprise lives on."""
    whom = [Whom(contract=PAPERS[company.slug].contract, service_id=service_id)]
    named: dict[str, Any] = {"actor": maker, "enterprise_id": enterprise_id, "at": at}
    inside(agreements.entitle)(**named, agreement=LEVELS[0].code, whom=whom, starts_at=at)
