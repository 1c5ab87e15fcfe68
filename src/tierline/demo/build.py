"""Builds the demo: provider, enterprise, people, a few articles, and tickets at every stage."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from tierline.accounts import operations as accounts
from tierline.accounts import queries as people
from tierline.accounts.services import add_customers, add_enterprise, add_person, assign_person
from tierline.agreements import services as agreements
from tierline.channels import services as channels
from tierline.demo.people import CUSTOMER, ENTERPRISE, MAILBOX, PEOPLE, PROVIDER, Somebody
from tierline.demo.stories import ARTICLES, STORIES, Story
from tierline.desk import services as desk
from tierline.desk.operations import NewTicket
from tierline.domain.errors import DomainError
from tierline.knowledge import services as knowledge
from tierline.knowledge.operations import NewArticle
from tierline.plumbing.actor import Actor, system

ZONE = "Asia/Shanghai"
Cast = Mapping[str, Actor]

PACKAGE = {
    "symptoms": "全部账户下载流水报「证书校验失败」，今天 09:10 起。",
    "impact": "该客户无法核对银行流水，下午有付款计划。",
    "steps_tried": [
        {"step": "更新本地证书后重试", "result": "仍然失败"},
        {"step": "换一台电脑重试", "result": "仍然失败"},
    ],
    "evidence": ["错误码 CERT_VERIFY_FAILED，截图已附"],
    "question": "银行侧是否已轮换根证书？需要更新网关信任链吗？",
}


def build(*, at: datetime, password: str, tell: Callable[[str], None]) -> dict[str, str]:
    """Make everything as of ``at``; the sign-ins by key."""
    began = at - timedelta(days=90)
    provider_id = accounts.create_provider(slug=PROVIDER[0], name=PROVIDER[1], zone=ZONE, language="zh-hans", at=began)
    slug, name = ENTERPRISE
    enterprise_id = add_enterprise(
        actor=system(provider_id, (), channel="demo"), slug=slug, name=name, zone=ZONE, language="zh-hans", at=began
    )
    maker = system(provider_id, (enterprise_id,), channel="demo")
    agreements.set_up_enterprise(actor=maker, enterprise_id=enterprise_id, zone=ZONE, at=began)
    channels.add_mailbox(actor=maker, enterprise_id=enterprise_id, address=MAILBOX, name=name, at=began)
    [customer_id] = add_customers(actor=maker, enterprise_id=enterprise_id, rows=[CUSTOMER], at=began)
    tell("people")
    cast = {p.key: _join(maker, p, enterprise_id, customer_id, password, began, at) for p in PEOPLE}
    tell("articles")
    _articles(cast["l3"], enterprise_id, began)
    tell("tickets")
    for story in STORIES:
        _play(story, cast, enterprise_id, at - timedelta(minutes=story.minutes_ago))
    return {p.key: p.email for p in PEOPLE}


def _join(
    maker: Actor, who: Somebody, enterprise_id: int, customer_id: int, password: str, began: datetime, at: datetime
) -> Actor:
    person_id = add_person(
        actor=maker,
        role=who.role,
        email=who.email,
        name=who.name,
        enterprise_id=None if who.is_providers else enterprise_id,
        customer_id=customer_id if who.role == "requester" else None,
        department=who.department,
        password=password,
        language=who.language,
        zone=ZONE,
        at=began,
    )
    if who.is_providers and who.role != "admin":
        assign_person(
            actor=maker, person_id=person_id, enterprise_id=enterprise_id, tier=who.tier, starts_at=began, at=began
        )
    actor = people.actor(maker.provider_id, person_id, at=at, channel="web")
    assert actor is not None
    return actor


def _articles(author: Actor, enterprise_id: int, at: datetime) -> None:
    for title, body, language in ARTICLES:
        row = NewArticle(title, body, language, audience="customer")
        article_id = knowledge.draft_article(actor=author, enterprise_id=enterprise_id, row=row, at=at)
        knowledge.publish_article(actor=author, enterprise_id=enterprise_id, article_id=article_id, seen=1, at=at)


def _play(story: Story, cast: Cast, enterprise_id: int, start: datetime) -> None:
    def after(minutes: int) -> datetime:
        return start + timedelta(minutes=minutes)

    requester, l1 = cast["requester"], cast["l1"]
    made = desk.open_tickets(
        actor=requester,
        items=[
            NewTicket(
                enterprise_id=enterprise_id,
                subject=story.subject,
                text=story.text,
                requester_email=requester.email,
                service="general",
                channel="portal",
            )
        ],
        at=start,
    )[0]
    if isinstance(made, DomainError):
        raise made
    if story.stage == "new":
        return
    seen = {made.id: made.version}

    def then(verb: Callable[..., object], actor: Actor, minutes: int, **told: object) -> None:
        verb(actor=actor, seen=dict(seen), at=after(minutes), **told)
        seen[made.id] += 1

    then(desk.prioritise_tickets, l1, 2, impact=story.impact, urgency=story.urgency, reason="first")
    then(desk.claim_tickets, l1, 3)
    then(desk.reply_to_tickets, l1, 8, text=story.reply)
    if story.stage == "waiting":
        then(desk.wait_tickets, l1, 9, on="customer", reason="需要客户确认角色")
    if story.stage == "with_l2":
        then(desk.escalate_ticket, l1, 30, to="L2", package=PACKAGE)
        then(desk.accept_tickets, cast["l2"], 41)
    if story.stage == "archived":
        then(desk.resolve_tickets, l1, 30, cause="configuration", resolution="切换打印模板后预览正常。")
        then(desk.verify_tickets, requester, 55, accepted=True, comment="可以了，谢谢")
        then(desk.archive_tickets, l1, 60, knowledge="deposit")
