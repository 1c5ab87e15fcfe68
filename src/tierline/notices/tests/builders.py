"""What tests of the notifier need: a receiver of web hooks, the worker's jobs, and what a person was told."""

from __future__ import annotations

import json
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from django.db import connection

from tests.support.receiver import run_jobs
from tests.support.world import Place
from tierline.domain.notices import Channel, Kind, Rhythm, When
from tierline.notices import services
from tierline.notices.models import Delivery, Message, Notice, Preference, Step
from tierline.notices.services import Chosen, News
from tierline.plumbing import tenancy, timers
from tierline.plumbing.actor import Actor

EVERYTHING = {kind: dict.fromkeys(Channel, When.NOW) for kind in Kind}


def waiting_jobs(name: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id")
        found = [json.loads(row[0]) for row in cursor.fetchall()]
    return [args["facts"] for args in found if args["call"].endswith(f":{name}")]


def forget_jobs() -> None:
    """What led up to the test is no part of it: its jobs, and the tickets' own clocks, which would warn as well."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE status = 'todo'")
        cursor.execute("DELETE FROM plumbing_timer WHERE kind LIKE 'ticket.%'")


def work(at: datetime) -> None:
    """Timers and jobs until nothing is due at ``at``."""
    run_jobs()
    while timers.sweep(at):
        run_jobs()


def tell(
    place: Place, ticket_id: int, *, event_id: str, at: datetime, kind: Kind = Kind.BREACH, **told: Any
) -> list[int]:
    given = {"codes": ("assignee",), **told}
    news = News(event_id, kind, ticket_id, at, **given)
    return services.tell(actor=place.system, news=news, at=at)


def chosen(**told: Any) -> Chosen:
    shipped: dict[str, Any] = {
        "wishes": EVERYTHING,
        "budget": 20,
        "is_quiet": False,
        "quiet_from": 22 * 60,
        "quiet_until": 7 * 60 + 30,
        "rhythm": Rhythm.HOURLY,
        "daily_at": 9 * 60,
    }
    return Chosen(**{**shipped, **told})


def rows(place: Place, model: Any, **wanted: Any) -> list[Any]:
    """As the product itself sees them."""
    with tenancy.reading(place.system):
        return list(model.objects.filter(**wanted).order_by("id"))


def preferences(place: Place) -> list[Preference]:
    return rows(place, Preference)


def notices(place: Place, person: Actor) -> list[Notice]:
    return rows(place, Notice, person_id=person.person_id)


def steps(place: Place, person: Actor) -> list[Step]:
    return rows(place, Step, person_id=person.person_id)


def messages(place: Place, person: Actor, channel: str = "email") -> list[Message]:
    return rows(place, Message, person_id=person.person_id, channel=channel)


def deliveries(place: Place, person: Actor, channel: str = "email") -> list[Delivery]:
    return rows(place, Delivery, person_id=person.person_id, channel=channel)


def mails(folder: Path, to: Actor) -> list[EmailMessage]:
    """The mails in the outbox to that person, oldest first."""
    found = [message_from_bytes(f.read_bytes(), policy=policy.default) for f in folder.glob("notice-*.eml")]
    own = [m for m in found if to.email in m["To"]]
    return sorted(own, key=lambda m: str(m["Date"].datetime))  # type: ignore[no-any-return]


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())
