"""Whom of the provider's people a change is about."""

from __future__ import annotations

from collections.abc import Iterable

from tierline.accounts import queries as accounts
from tierline.domain.errors import NotFound


def require_people(ids: Iterable[int]) -> None:
    """The provider's own active people: an enterprise's staff and requesters have no skills or shifts here."""
    wanted = set(ids)
    ours = {p.id for p in accounts.people(wanted).values() if p.enterprise_id is None and p.is_active}
    if wanted - ours:
        raise NotFound(what="person", ids=sorted(wanted - ours))
