"""What was held is due: it leaves as one message, or waits a little longer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tierline.accounts import queries as accounts
from tierline.domain import notices as rules
from tierline.domain.notices import Verdict
from tierline.notices import operations, queries
from tierline.notices.models import VOID, Delivery
from tierline.notices.services import sending
from tierline.plumbing import clock
from tierline.plumbing.actor import Actor, system
from tierline.plumbing.service import service


def release(provider_id: int, person_id: int) -> None:
    """The job: all that is held for one person, in whichever enterprise it came up."""
    everywhere = tuple(enterprise for provider, enterprise, _ in accounts.every_enterprise() if provider == provider_id)
    release_held(actor=system(provider_id, everywhere), person_id=person_id, at=clock.now())


@service
def release_held(*, actor: Actor, person_id: int, at: datetime) -> int:
    """How many messages were made of what is due at ``at``. Asked again, it finds nothing more."""
    operations.lock_people(actor, [person_id])
    held = operations.held(person_id)
    due = _in_reach(actor, person_id, [d for d in held if d.release_at is not None and d.release_at <= at], at)
    lanes: dict[tuple[str, int | None], list[Delivery]] = {}
    for delivery in due:
        lanes.setdefault((delivery.channel, delivery.hook_id), []).append(delivery)
    made = sum(_release(actor, person_id, lane, at) for lane in lanes.values())
    left = operations.held(person_id)
    enterprise_id = left[0].enterprise_id if left else (held[0].enterprise_id if held else 0)
    operations.set_wake(person_id, enterprise_id, left[0].release_at if left else None)
    return made


def _in_reach(actor: Actor, person_id: int, due: Sequence[Delivery], at: datetime) -> list[Delivery]:
    """Without what its person may no longer see, and without what a removed hook would have been told."""
    person = accounts.actor(actor.provider_id, person_id, at=at, channel="system")
    reach = person.enterprises if person else ()
    kept = []
    for delivery in due:
        if delivery.enterprise_id in reach and (delivery.hook is None or delivery.hook.removed_at is None):
            kept.append(delivery)
            continue
        delivery.state, delivery.release_at, delivery.reason = VOID, None, "reach"
        delivery.save(update_fields=["state", "release_at", "reason"])
    return kept


def _release(actor: Actor, person_id: int, due: Sequence[Delivery], at: datetime) -> int:
    first = due[0]
    wish = queries.wishes([person_id])[person_id].wish(accounts.person(person_id).zone)
    decision = rules.release(
        wish=wish,
        sent=queries.sent_at(person_id, first.channel, first.hook_id, at=at),
        at=at,
        is_heard=any(d.is_heard for d in due),
    )
    if decision.verdict is Verdict.NOW:
        key = f"held:{first.channel}:{first.hook_id or 0}:{min(d.id for d in due)}"
        message = operations.leave(actor, due, channel=first.channel, hook=first.hook, key=key, at=at)
        sending.queue(message)
        return 1
    for delivery in due:
        delivery.release_at, delivery.reason = decision.until, decision.reason
        delivery.save(update_fields=["release_at", "reason"])
    return 0
