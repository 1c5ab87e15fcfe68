"""The stage before the first ticket: provider, enterprises, people, catalogue, devices, articles, problems, duty."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tierline.accounts import operations as accounts
from tierline.accounts import queries as people
from tierline.accounts.services import add_customers, add_enterprise, add_person, assign_person
from tierline.agreements import services as agreements
from tierline.agreements.operations import NewFaultClass, NewService
from tierline.assets import services as assets
from tierline.assets.operations import NewAsset
from tierline.channels import services as channels
from tierline.demo.case import asset_tag, customers, keeper_of
from tierline.demo.people import COMPANIES, PEOPLE, PROVIDER, ZONE, Company, Somebody
from tierline.demo.promises import cover_core_service, set_up_promises
from tierline.demo.words.fault import Fault, Filled
from tierline.knowledge import services as knowledge
from tierline.knowledge.operations import NewArticle
from tierline.plumbing import tenancy
from tierline.plumbing.actor import Actor, system
from tierline.plumbing.service import inside
from tierline.problems import services as problems
from tierline.workforce import services as workforce
from tierline.workforce.operations import STANDBY, NewShift

CHANNEL = "demo"
_BATCH = 1000


def set_up_companies(*, password: str, at: datetime, until: datetime) -> tuple[int, Mapping[str, int]]:
    """The provider's id and each enterprise's by slug, everything as of ``at``. Runs in the caller's transaction.

    ``until`` is when the history ends: calendars know the holidays up to there and beyond.
    """
    provider_id = accounts.create_provider(slug=PROVIDER[0], name=PROVIDER[1], zone=ZONE, language="zh-hans", at=at)
    with tenancy.scoped(provider_id, ()):
        ids = {
            c.slug: inside(add_enterprise)(
                actor=system(provider_id, (), channel=CHANNEL),
                slug=c.slug,
                name=c.name,
                zone=ZONE,
                language="zh-hans",
                at=at,
            )
            for c in COMPANIES
        }
    with tenancy.scoped(provider_id, tuple(ids.values())):
        for company in COMPANIES:
            _company(system(provider_id, (ids[company.slug],), channel=CHANNEL), company, ids[company.slug], at, until)
        everywhere = system(provider_id, tuple(ids.values()), channel=CHANNEL)
        for somebody in PEOPLE:
            _join(everywhere, somebody, ids, password, at)
    return provider_id, ids


def _company(maker: Actor, company: Company, enterprise_id: int, at: datetime, until: datetime) -> None:
    set_up_promises(maker, company, enterprise_id, at=at, until=until)
    inside(channels.add_mailbox)(
        actor=maker, enterprise_id=enterprise_id, address=company.mailbox, name=company.name, at=at
    )
    services = _catalogue(maker, company, enterprise_id, at)
    cover_core_service(maker, company, enterprise_id, services[0], at=at)
    known = customers(company)
    rows: list[dict[str, str | bool]] = [
        {"name": c.name, "grade": c.grade, "is_core": c.is_core, "mail_domain": c.mail_domain} for c in known
    ]
    ids: list[int] = []
    for start in range(0, len(rows), _BATCH):
        batch = rows[start : start + _BATCH]
        ids += inside(add_customers)(actor=maker, enterprise_id=enterprise_id, rows=batch, at=at)
    _devices(maker, company, enterprise_id, ids, at)


def _catalogue(maker: Actor, company: Company, enterprise_id: int, at: datetime) -> list[int]:
    words = company.vocabulary
    rows = [NewService(s.code, s.zh, s.en) for s in words.services]
    ids = inside(agreements.add_services)(actor=maker, enterprise_id=enterprise_id, rows=rows, at=at)
    for service, service_id in zip(words.services, ids, strict=True):
        classes = [NewFaultClass(f.code, f.zh, f.en) for f in words.faults if f.service == service.code]
        inside(agreements.add_fault_classes)(
            actor=maker, enterprise_id=enterprise_id, service_id=service_id, rows=classes, at=at
        )
    return ids


def _devices(maker: Actor, company: Company, enterprise_id: int, customer_ids: Sequence[int], at: datetime) -> None:
    chance = random.Random(f"devices:{company.slug}")
    rows = []
    for n in range(company.devices):
        name, product = chance.choice(company.vocabulary.assets)
        rows.append(
            NewAsset(
                tag=asset_tag(company, n),
                name=f"{name} {n:05}",
                product=product,
                version=chance.choice(("2.2.8", "2.3.0", "2.3.6", "2.4.1", "2.4.3")),
                serial=f"{product}{chance.randrange(16**8):08X}",
                customer_id=customer_ids[keeper_of(company, n)],
                state=chance.choices(("in_use", "spare", "repair"), (94, 4, 2))[0],
            )
        )
    inside(assets.add_assets)(actor=maker, enterprise_id=enterprise_id, rows=rows, at=at)


def _join(maker: Actor, who: Somebody, ids: Mapping[str, int], password: str, at: datetime) -> None:
    enterprise_id = ids[who.enterprise] if who.enterprise else None
    own = people.customers_named(enterprise_id, [who.customer]) if enterprise_id and who.customer else {}
    person_id = inside(add_person)(
        actor=maker,
        role=who.role,
        email=who.email,
        name=who.name,
        enterprise_id=enterprise_id,
        customer_id=own[who.customer].id if own else None,
        department=who.department,
        password=password,
        language=who.language,
        zone=ZONE,
        at=at,
    )
    for slug, (tier, share) in who.assigned.items():
        inside(assign_person)(
            actor=maker,
            person_id=person_id,
            enterprise_id=ids[slug],
            tier=tier,
            share_percent=share,
            starts_at=at,
            at=at,
        )


def write_articles(
    author: Actor, reviewer: Actor, company: Company, enterprise_id: int, at: datetime
) -> Mapping[str, int]:
    """One published article for each kind of fault, by its code; the commonest also in English."""
    made = {}
    for n, fault in enumerate(company.vocabulary.faults):
        words = Filled(random.Random(fault.code), company.vocabulary.slots)
        steps = "\n".join(f"{k}. {step.format_map(words)}" for k, step in enumerate(fault.lesson, start=1))
        body = f"## 现象\n\n{fault.zh}。\n\n## 处理\n\n{steps}\n\n## 仍未恢复\n\n回复本工单，并附上截图与出错时间。"
        instant = at + timedelta(days=n, hours=3)
        row = NewArticle(fault.zh, body, "zh-hans", "customer", fault_class=fault.code)
        made[fault.code] = _published(author, reviewer, enterprise_id, row, instant)
        if n % 4 == 0:
            english = NewArticle(fault.en, _in_english(fault), "en", "customer", pair_id=made[fault.code])
            _published(author, reviewer, enterprise_id, english, instant + timedelta(hours=2))
    draft = NewArticle("交接前请先看这三项", "1. 截图\n2. 出错时间\n3. 已尝试的步骤", "zh-hans")
    inside(knowledge.draft_article)(actor=author, enterprise_id=enterprise_id, row=draft, at=at + timedelta(days=20))
    return made


def _published(author: Actor, reviewer: Actor, enterprise_id: int, row: NewArticle, at: datetime) -> int:
    article_id = inside(knowledge.draft_article)(actor=author, enterprise_id=enterprise_id, row=row, at=at)
    submitted = at + timedelta(minutes=10)
    inside(knowledge.submit_article)(
        actor=author, enterprise_id=enterprise_id, article_id=article_id, seen=1, at=submitted
    )
    inside(knowledge.publish_article)(
        actor=reviewer,
        enterprise_id=enterprise_id,
        article_id=article_id,
        seen=1,
        review_on=(at + timedelta(days=180)).date(),
        at=at + timedelta(minutes=30),
    )
    return article_id


def _in_english(fault: Fault) -> str:
    return (
        f"## What you see\n\n{fault.en}.\n\n## What to do\n\n1. Refresh the page and wait for half a minute.\n"
        "2. Check the setting named in the message.\n3. Try once more.\n\n## Still there?\n\n"
        "Reply to your ticket with a screenshot and the time at which it happened."
    )


def record_problems(
    expert: Actor, company: Company, enterprise_id: int, articles: Mapping[str, int], at: datetime
) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """A problem for each kind of fault that reaches the experts, known errors for most; both by the fault's code."""
    found, known = {}, {}
    deep = [f for f in company.vocabulary.faults if f.deep[1] >= _DEEP]
    for n, fault in enumerate(deep):
        words = Filled(random.Random(fault.code), company.vocabulary.slots)
        instant = at + timedelta(days=2 * n, hours=6)
        found[fault.code] = inside(problems.record_problem)(
            actor=expert, enterprise_id=enterprise_id, title=fault.zh, at=instant
        )
        if n % 3 == 2:
            continue
        known[fault.code] = inside(problems.record_known_error)(
            actor=expert,
            enterprise_id=enterprise_id,
            problem_id=found[fault.code],
            symptom=fault.zh,
            workaround=fault.plan.format_map(words),
            cause=fault.root.format_map(words),
            article_id=articles[fault.code],
            at=instant + timedelta(days=1),
        )
    return found, known


_DEEP = 0.05
# (sign-in, begins, hours, kind): every day of the roster, local time.
_ROSTER = (
    ("l1", 8, 8, "shift"),
    ("l1_zhilian", 8, 8, "shift"),
    ("l2", 9, 9, "shift"),
    ("l2_zhilian", 9, 9, "shift"),
    ("l3", 9, 9, "shift"),
    ("l2", 18, 14, STANDBY),
    ("l3", 18, 14, STANDBY),
)


def plan_duty(planner: Actor, ids: Mapping[str, int], today: date, at: datetime) -> None:
    """A week back and two weeks ahead: early seats on working days, stand-by at night."""
    rows = []
    for day in (today + timedelta(days=n) for n in range(-7, 15)):
        for key, hour, hours, kind in _ROSTER:
            if kind != STANDBY and day.weekday() >= 5 and not key.startswith("l1"):
                continue
            begins = datetime.combine(day, time(hour), ZoneInfo(ZONE))
            rows.append(NewShift(ids[key], begins, begins + timedelta(hours=hours), kind=kind))
    inside(workforce.plan_shifts)(actor=planner, rows=rows, at=at)
