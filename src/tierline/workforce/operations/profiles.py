"""An engineer as a worker: region, languages, how much at once, and whether there."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tierline.audit.operations import Act, record
from tierline.domain.errors import Invalid
from tierline.domain.routing import CAP_LIMIT, DEFAULT_LOADS
from tierline.domain.text import clean
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import require_transaction
from tierline.workforce.models import Profile
from tierline.workforce.operations import turning
from tierline.workforce.operations.people import require_people

HERE, AWAY = "here", "away"
PRESENCES = (HERE, AWAY)
LANGUAGES = ("zh-hans", "en")
# Somebody who can take one ticket of every priority at least.
CAP_LEAST = max(DEFAULT_LOADS.values())


def set_profile(
    *, actor: Actor, person_id: int, region: str, languages: Sequence[str], cap: int | None, at: datetime
) -> None:
    require_transaction()
    require_people([person_id])
    unknown = set(languages) - set(LANGUAGES)
    if unknown:
        raise Invalid(field="languages", value=sorted(unknown), allowed=list(LANGUAGES))
    if cap is not None and not CAP_LEAST <= cap <= CAP_LIMIT:
        raise Invalid(field="cap", value=cap, allowed=[CAP_LEAST, CAP_LIMIT])
    where = clean(region, field="region", limit=100, required=False)
    _put(actor, person_id, at, region=where, languages=sorted(set(languages)), cap=cap)
    facts = {"languages": sorted(set(languages)), "cap": cap}
    record(actor, [Act(f"person:{person_id}", "person.profile_set", None, facts)], at=at)


def set_presence(*, actor: Actor, person_id: int, presence: str, until: datetime | None, at: datetime) -> None:
    """``until``: when being away ends by itself."""
    require_transaction()
    if presence not in PRESENCES:
        raise Invalid(field="presence", value=presence, allowed=list(PRESENCES))
    if until is not None and until <= at:
        raise Invalid(field="until", value=until.isoformat())
    row = _put(actor, person_id, at, presence=presence, presence_until=until if presence == AWAY else None)
    turning.watch_presence(actor, row, at=at)
    record(actor, [Act(f"person:{person_id}", f"person.{presence}", None)], at=at)


def new_feed_key(*, actor: Actor, person_id: int, at: datetime) -> str:
    """A new secret in the address of the person's calendar: whoever knows the old one sees nothing any more."""
    require_transaction()
    key = secrets.token_urlsafe(24)
    _put(actor, person_id, at, feed_key=key)
    record(actor, [Act(f"person:{person_id}", "person.feed_renewed", None)], at=at)
    return key


def _put(actor: Actor, person_id: int, at: datetime, **values: Any) -> Profile:
    row, _ = Profile.objects.update_or_create(
        provider_id=actor.provider_id, person_id=person_id, defaults={**values, "changed_at": at}
    )
    found: Profile = row
    return found
