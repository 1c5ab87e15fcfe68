"""From what a caller writes (an id, a number, a name) to the id that services take."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from tierline.accounts import queries as accounts
from tierline.api.values import LARGEST_ID
from tierline.desk import queries
from tierline.domain.errors import EnterpriseRequired, NotFound
from tierline.plumbing import tenancy
from tierline.plumbing.actor import Actor

_NUMBER = re.compile(r"TK-\d{1,15}", re.IGNORECASE | re.ASCII)


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
        """Raises EnterpriseRequired, NotFound. Whether it is in reach is for the service to say."""
        wanted: int | str | None
        if name is not None and name != "":
            wanted = self._ids.get(name, name)
        elif len(self._reach) > 1:
            raise EnterpriseRequired()
        else:
            wanted = next(iter(self._reach), None)
        if not isinstance(wanted, int):
            raise NotFound(what="enterprise", value=name)
        return wanted
