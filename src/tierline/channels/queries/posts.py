"""Which mailboxes are to be fetched, in the whole installation, and by which process? Ids only, before any scope."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

# The first half of the advisory locks of mailboxes; the second is the mailbox.
_LOCK = 0x7E52


@dataclass(frozen=True, slots=True)
class Post:
    provider_id: int
    enterprise_id: int
    mailbox_id: int
    intake: str
    version: int


def posts() -> list[Post]:
    """Active mailboxes that are fetched by us and do not rest."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT provider_id, enterprise_id, mailbox_id, intake, version FROM tierline_mailboxes()")
        return [Post(*row) for row in cursor.fetchall()]


def take_hold(mailbox_id: int) -> bool:
    """Whether this session may fetch it: True for one session at a time, until ``let_go`` or the session's end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCK, mailbox_id % 2**31])
        return bool(cursor.fetchone()[0])


def let_go(mailbox_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCK, mailbox_id % 2**31])
