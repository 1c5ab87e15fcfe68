"""Sentences that the desk itself says to a requester, in the requester's language."""

from __future__ import annotations

from django.utils.translation import gettext, override

from tierline.accounts import queries as accounts
from tierline.desk.models import Ticket


def to_requester(ticket: Ticket, key: str, **facts: object) -> str:
    """The catalogue's sentence ``message.<key>`` with the facts filled in."""
    with override(language_of(ticket)):
        return gettext(f"message.{key}").format(number=ticket.number, subject=ticket.subject, **facts)


def language_of(ticket: Ticket) -> str:
    if ticket.requester_id is None:
        return "zh-hans"
    people = accounts.people([ticket.requester_id])
    return people[ticket.requester_id].language if ticket.requester_id in people else "zh-hans"
