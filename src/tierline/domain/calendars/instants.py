"""Instants as whole microseconds since 1970 UTC: the only number the clock arithmetic is done in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tierline.domain.errors import Invalid

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def micros(instant: datetime) -> int:
    """Microseconds since 1970 UTC of an aware ``instant``; a naive one is a TypeError."""
    since = instant - EPOCH
    return (since.days * 86_400 + since.seconds) * SECOND + since.microseconds


def instant(at: int) -> datetime:
    """The aware UTC instant of ``at`` microseconds since 1970."""
    return EPOCH + timedelta(microseconds=at)


def parsed(value: Any, *, field: str = "at") -> datetime:
    """An aware UTC instant from RFC 3339 text or a datetime. Raises Invalid when naive or unreadable."""
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        raise Invalid(field=field, value=str(value)) from None
    if found.tzinfo is None:
        raise Invalid(field=field, value=str(value), why="no_zone")
    return found.astimezone(UTC)


def shown(at: datetime) -> str:
    """RFC 3339 UTC with Z, microseconds only when there are any."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
