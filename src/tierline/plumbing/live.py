"""Telling open pages that something changed: ids and versions only, sent when the transaction commits."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from django.db import connection

CHANNEL = "tierline_live"


@dataclass(frozen=True, slots=True)
class Change:
    provider_id: int
    enterprise_id: int
    what: str
    id: int
    version: int


def publish(changes: Iterable[Change]) -> None:
    """One NOTIFY per change; PostgreSQL delivers them after commit and drops them on rollback."""
    payloads = [json.dumps(asdict(change), separators=(",", ":")) for change in changes]
    if payloads:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, p) FROM unnest(%s::text[]) p", [CHANNEL, payloads])
