"""Somebody's shifts as a calendar file behind a secret address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.conf import settings
from django.core import signing
from icalendar import Calendar, Event

from tierline.workforce.queries import ShiftRow

SALT = "tierline.workforce.feed"


def token(provider_id: int, person_id: int, key: str) -> str:
    return signing.dumps([provider_id, person_id, key], salt=SALT)


def read(text: str) -> tuple[int, int, str] | None:
    """(provider, person, key) that the address was made for; None when it is not one of ours."""
    try:
        provider_id, person_id, key = signing.loads(text, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return int(provider_id), int(person_id), str(key)


def address(text: str) -> str:
    return f"{settings.BASE_URL.rstrip('/')}/calendar/{text}.ics"


def calendar(rows: Iterable[ShiftRow], *, names: Mapping[int, str], titles: Mapping[str, str], at: datetime) -> bytes:
    """The shifts as an iCalendar file. ``names`` of enterprises; ``titles`` of the kinds of duty."""
    feed = Calendar()
    feed.add("prodid", "-//Tierline//shifts//EN")
    feed.add("version", "2.0")
    feed.add("method", "PUBLISH")
    for row in rows:
        event = Event()
        where = names.get(row.enterprise_id or 0, "")
        event.add("uid", f"shift-{row.id}@tierline")
        event.add("dtstamp", at)
        event.add("dtstart", row.starts_at)
        event.add("dtend", min(row.ends_at, row.cancelled_at or row.ends_at))
        event.add("summary", " · ".join(part for part in (titles[row.kind], where, _tier(row.tier)) if part))
        feed.add_component(event)
    made: bytes = feed.to_ical()
    return made


def _tier(tier: int | None) -> str:
    return f"L{tier}" if tier else ""
