"""Something happened: who is told of it, and what becomes of that on each channel. Told once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tierline.accounts.queries import Contact
from tierline.audit.operations import Act
from tierline.audit.operations import record as audit
from tierline.desk import queries as desk
from tierline.domain import notices as rules
from tierline.domain.notices import ALWAYS_IN_APP, GROUP_SPAN, Channel, Kind, Verdict, When
from tierline.notices import operations, queries
from tierline.notices.models import HELD, MUTED, Delivery, Hook, Message, Notice, Step, Unreached
from tierline.notices.recipients import Duty, people_told
from tierline.notices.services import sending
from tierline.plumbing import live
from tierline.plumbing.actor import Actor
from tierline.plumbing.rows import insert_new
from tierline.plumbing.service import service


@dataclass(frozen=True, slots=True)
class News:
    """What is told. ``codes`` address the people (see ``recipients``), ``but`` are those who did it themselves.

    ``facts`` are codes, numbers and instants as text, never words of people. ``page_tier`` wakes the stand-by too.
    ``is_aside``: a second telling of one announcement, of which an enterprise's web hooks have heard.
    ``ticket_id`` None: it is about the enterprise ``enterprise_id`` as such, of which no web hook hears.
    """

    event_id: str
    kind: Kind
    ticket_id: int | None
    happened_at: datetime
    codes: tuple[str, ...] = ()
    facts: Mapping[str, Any] | None = None
    but: tuple[int | None, ...] = ()
    page_tier: int | None = None
    person_id: int | None = None
    is_aside: bool = False
    enterprise_id: int = 0


@dataclass(frozen=True, slots=True)
class Enterprise:
    """Stands where a ticket does in news that are about none."""

    enterprise_id: int
    id: None = None
    priority: str = ""
    assignee_id: None = None
    tier: int = 1


@service
def tell(*, actor: Actor, news: News, at: datetime) -> list[int]:
    """Tell everybody whom the news is for; the notices. A person whom this event has reached is not told again.

    When nobody can be found it is written down where operators look: never silently nobody.
    """
    ticket = Enterprise(news.enterprise_id) if news.ticket_id is None else desk.ticket(actor, news.ticket_id)
    duty = Duty(ticket.enterprise_id, at)
    meant = _people(duty, ticket, news)
    people = [p for p in meant if p.id not in news.but]
    if not news.is_aside and news.ticket_id is not None:
        _tell_enterprise_hooks(actor, ticket, news, at)
    if not meant:
        _write_unreached(actor, ticket, news, at)
        return []
    operations.lock_people(actor, [p.id for p in people])
    known = set(
        Step.objects.filter(event_id=news.event_id, person_id__in=[p.id for p in people]).values_list(
            "person_id", flat=True
        )
    )
    fresh = [p for p in people if p.id not in known]
    wishes = queries.wishes(p.id for p in fresh)
    hooks = queries.own_hooks(p.id for p in fresh)
    told = []
    for person in fresh:
        step = _noted(actor, ticket, news, person, wishes[person.id], at)
        _owe(actor, step, person, wishes[person.id], hooks.get(person.id, ()), on_duty=person.id in duty.on_duty, at=at)
        told.append(step)
    live.publish(live.Change(s.provider_id, s.enterprise_id, "notice", s.person_id, s.id) for s in told)
    return [step.notice_id for step in told]


def _people(duty: Duty, ticket: Any, news: News) -> list[Contact]:
    if news.page_tier is not None:
        return duty.tier(news.page_tier, page=True)
    if news.person_id is not None:
        return [c for c, _ in duty.assigned if c.id == news.person_id]
    return people_told(duty, news.codes, assignee_id=ticket.assignee_id, tier=ticket.tier)


def _noted(actor: Actor, ticket: Any, news: News, person: Contact, wishes: queries.Wishes, at: datetime) -> Step:
    """The step, on the person's unread notice of this ticket or on a new one."""
    is_loud = news.kind in ALWAYS_IN_APP or wishes.when(news.kind, Channel.APP) is not When.OFF
    since = at - GROUP_SPAN
    # A notice is never younger than its last step: the second bound is what the index looks up.
    recent = Notice.objects.filter(
        person_id=person.id, ticket_id=ticket.id, read_at=None, first_at__gt=since, last_at__gt=since
    )
    notice = recent.order_by("-id").first() if is_loud and ticket.id is not None else None
    if notice is None:
        notice = Notice.objects.create(
            provider_id=actor.provider_id,
            enterprise_id=ticket.enterprise_id,
            person_id=person.id,
            ticket_id=ticket.id,
            kind=news.kind,
            priority=ticket.priority,
            first_at=at,
            last_at=at,
            # Who does not want to hear of it in the application still finds it there.
            read_at=None if is_loud else at,
        )
    else:
        notice.kind = min(Kind(notice.kind), news.kind, key=list(Kind).index)
        notice.priority, notice.last_at, notice.step_count = ticket.priority, at, notice.step_count + 1
        notice.save(update_fields=["kind", "priority", "last_at", "step_count"])
    step: Step = Step.objects.create(
        provider_id=actor.provider_id,
        enterprise_id=ticket.enterprise_id,
        notice=notice,
        person_id=person.id,
        event_id=news.event_id,
        kind=news.kind,
        priority=ticket.priority,
        facts=dict(news.facts or {}),
        at=news.happened_at,
        told_at=at,
    )
    return step


def _owe(
    actor: Actor,
    step: Step,
    person: Contact,
    wishes: queries.Wishes,
    hooks: Sequence[Hook],
    *,
    on_duty: bool,
    at: datetime,
) -> None:
    """What becomes of the step on every channel outside of the application."""
    lanes: list[tuple[Channel, Hook | None]] = [(Channel.EMAIL, None)] if person.email else []
    kind = Kind(step.kind)
    for channel, hook in [*lanes, *((Channel.HOOK, hook) for hook in hooks)]:
        decision = rules.decide(
            kind=kind,
            priority=step.priority,
            when=wishes.when(kind, channel),
            wish=wishes.wish(person.zone),
            sent=queries.sent_at(person.id, channel, hook.id if hook else None, at=at),
            at=at,
            on_duty=on_duty,
            group_sent_at=queries.group_sent_at(
                person.id, channel, hook.id if hook else None, step.notice.ticket_id, at=at
            ),
        )
        delivery = Delivery(
            provider_id=step.provider_id,
            enterprise_id=step.enterprise_id,
            step=step,
            person_id=person.id,
            channel=channel,
            hook=hook,
            state=MUTED if decision.verdict is Verdict.OFF else HELD,
            reason=decision.reason,
            is_heard=rules.heard(kind, on_duty=on_duty),
            release_at=decision.until,
        )
        if decision.verdict is Verdict.NOW:
            key = f"step:{channel}:{hook.id if hook else 0}:{step.id}"
            sending.queue(operations.leave(actor, [delivery], channel=channel, hook=hook, key=key, at=at))
            continue
        delivery.save(force_insert=True)
        if decision.until is not None:
            operations.wake(person.id, step.enterprise_id, decision.until)


def _tell_enterprise_hooks(actor: Actor, ticket: Any, news: News, at: datetime) -> None:
    hooks = [h for h in queries.enterprise_hooks([ticket.enterprise_id]) if news.kind in h.kinds]
    rows = [
        Message(
            provider_id=actor.provider_id,
            enterprise_id=ticket.enterprise_id,
            channel=Channel.HOOK,
            hook=hook,
            key=f"event:{hook.id}:{news.event_id}",
            is_counted=False,
            facts={
                "kind": news.kind,
                "ticket": ticket.id,
                "priority": ticket.priority,
                "at": news.happened_at.isoformat(),
                "facts": dict(news.facts or {}),
            },
            created_at=at,
        )
        for hook in hooks
    ]
    for row in Message.objects.filter(id__in=insert_new(rows)):
        sending.queue(row)


def _write_unreached(actor: Actor, ticket: Any, news: News, at: datetime) -> None:
    told = ",".join(news.codes) or (f"tier:{news.page_tier}" if news.page_tier else f"person:{news.person_id}")
    made = insert_new(
        [
            Unreached(
                provider_id=actor.provider_id,
                enterprise_id=ticket.enterprise_id,
                event_id=news.event_id,
                kind=news.kind,
                ticket_id=ticket.id,
                told=told[:60],
                at=at,
            )
        ]
    )
    if made:
        facts = {"kind": news.kind.value, "ticket": ticket.id, "told": told, "event": news.event_id}
        audit(actor, [Act(f"notices:{ticket.enterprise_id}", "notice.unreached", ticket.enterprise_id, facts)], at=at)
