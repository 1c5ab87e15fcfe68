"""From what a caller writes (an id, a number, a name) to the id that services take."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from tierline.accounts import queries as accounts
from tierline.accounts.queries import NotFound
from tierline.api.values import LARGEST_ID
from tierline.desk import queries
from tierline.domain.errors import DomainError
from tierline.plumbing import tenancy
from tierline.plumbing.actor import Actor

_NUMBER = re.compile(r"TK-\d{1,15}", re.IGNORECASE | re.ASCII)


class EnterpriseRequired(DomainError):
    """The actor reaches several enterprises: the request must name one."""

    code = "enterprise_required"


def ticket_id(actor: Actor, name: int | str) -> int:
    """By id as given (the service looks it up), by TK-number with one read. Raises NotFound."""
    if isinstance(name, int):
        return name
    if name.isascii() and name.isdecimal() and len(name) <= 19 and int(name) <= LARGEST_ID:
        return int(name)
    if not _NUMBER.fullmatch(name):
        raise NotFound(what="ticket", value=name)
    with tenancy.reading(actor):
        return queries.ticket_numbered(actor, name).id


def assignee_id(actor: Actor, ticket: int, name: int | str, *, at: datetime) -> int:
    """By id as given, by e-mail among those assigned to the ticket's enterprise. Raises NotFound."""
    if isinstance(name, int):
        return name
    address = name.strip().lower()
    with tenancy.reading(actor):
        enterprise = queries.ticket(actor, ticket).enterprise_id
        for person, _ in accounts.engineers(enterprise, at=at):
            if person.email == address:
                return person.id
    raise NotFound(what="person", value=name)


class Enterprises:
    """The enterprises that a request names, looked up with one read at most."""

    def __init__(self, actor: Actor, named: Iterable[int | str | None]) -> None:
        self._reach = actor.enterprises
        self._ids: dict[int | str, int] = {}
        if any(isinstance(name, str) for name in named):
            with tenancy.reading(actor):
                self._ids = {e.slug: e.id for e in accounts.enterprises()}

    def find(self, name: int | str | None) -> int:
        """Raises EnterpriseRequired, or NotFound for one out of reach."""
        if name in (None, "") and len(self._reach) > 1:
            raise EnterpriseRequired()
        wanted = self._only() if name in (None, "") else self._ids.get(name, name)
        if isinstance(wanted, int) and wanted in self._reach:
            return wanted
        raise NotFound(what="enterprise", value=name)

    def _only(self) -> int | None:
        return self._reach[0] if self._reach else None
