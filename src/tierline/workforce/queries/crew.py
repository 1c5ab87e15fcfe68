"""Everybody who could be given work now, as routing sees them; their load is the desk's to add."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tierline.accounts import queries as accounts
from tierline.accounts.queries import Contact
from tierline.domain.calendars.zones import zone_of
from tierline.domain.routing import DEFAULT_CAP, SHIFT, Ability, Duty, Engineer, Seat
from tierline.workforce.models import Credential, Profile, Requirement
from tierline.workforce.queries import abilities, duty
from tierline.workforce.queries.duty import ShiftRow


@dataclass(frozen=True, slots=True)
class RequirementRow:
    id: int
    enterprise_id: int
    kind: str
    code: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class CredentialRow:
    id: int
    person_id: int
    enterprise_id: int | None
    kind: str
    code: str
    number: str
    from_on: date
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """``presence`` as it counts at the instant asked for."""

    person_id: int
    region: str
    languages: tuple[str, ...]
    cap: int
    presence: str
    presence_until: datetime | None
    feed_key: str


def crew(enterprise_ids: Collection[int], *, at: datetime, on: date) -> list[Engineer]:
    """The engineers with a live assignment to these enterprises, by id. ``on``: the day by which papers expire.

    Where nobody planned shifts, whoever is assigned counts as on duty.
    """
    assigned = accounts.engineers_of(enterprise_ids, at=at)
    people = {person.id: person for person, _, _ in assigned}
    tiers: dict[int, dict[int, int]] = {}
    for person, enterprise, tier in assigned:
        own = tiers.setdefault(person.id, {})
        own[enterprise] = max(tier, own.get(enterprise, 0))
    rostered = duty.rostered(enterprise_ids, at)
    working = duty.duties(people, at)
    lacking = unmet({(p, e) for p, own in tiers.items() for e in own}, on=on)
    known = profiles(people, at=at)
    skills = abilities.skills_of(people)
    away = duty.on_leave(people, at)
    return [
        Engineer(
            id=i,
            seats={
                e: Seat(tier, _duty(working.get(i, ()), e, e in rostered), lacking.get((i, e), ()))
                for e, tier in tiers[i].items()
            },
            abilities=tuple(Ability(a.code, a.level, a.language, a.product, a.expires_on) for a in skills[i]),
            languages=frozenset(_languages(people[i], known.get(i), skills[i])),
            local_minute=_minute(people[i], at),
            cap=known[i].cap if i in known else DEFAULT_CAP,
            is_away=i in known and known[i].presence == "away",
            is_on_leave=i in away,
        )
        for i in sorted(people)
    ]


def unmet(pairs: Iterable[tuple[int, int]], *, on: date) -> Mapping[tuple[int, int], tuple[str, ...]]:
    """(person, enterprise) -> what the enterprise asks for and the person does not hold on that day, as kind:code."""
    wanted = set(pairs)
    asked = requirements({e for _, e in wanted})
    if not asked:
        return {}
    held = {(c.person_id, c.kind, c.code, c.enterprise_id) for c in credentials({p for p, _ in wanted}, on=on)}
    found: dict[tuple[int, int], tuple[str, ...]] = {}
    for person, enterprise in wanted:
        own = [r for r in asked if r.enterprise_id == enterprise]
        lacks = tuple(
            f"{r.kind}:{r.code}"
            for r in own
            if (person, r.kind, r.code, enterprise if r.kind == "undertaking" else None) not in held
        )
        if lacks:
            found[person, enterprise] = lacks
    return found


def requirements(enterprise_ids: Iterable[int]) -> list[RequirementRow]:
    rows = Requirement.objects.filter(enterprise_id__in=set(enterprise_ids), ended_at=None).order_by("kind", "code")
    return [RequirementRow(r.id, r.enterprise_id, r.kind, r.code, r.name_zh, r.name_en) for r in rows]


def credentials(person_ids: Iterable[int], *, on: date | None = None) -> list[CredentialRow]:
    """Not revoked, by expiry; with ``on`` only those that count on that day."""
    rows = Credential.objects.filter(person_id__in=set(person_ids), revoked_at=None).order_by("expires_on", "id")
    found = [
        CredentialRow(r.id, r.person_id, r.enterprise_id, r.kind, r.code, r.number, r.from_on, r.expires_on)
        for r in rows
    ]
    if on is None:
        return found
    return [c for c in found if c.from_on <= on and (c.expires_on is None or c.expires_on >= on)]


def profiles(person_ids: Iterable[int], *, at: datetime) -> Mapping[int, ProfileRow]:
    """Of those who have one."""
    rows = Profile.objects.filter(person_id__in=set(person_ids))
    return {r.person_id: _profile(r, at) for r in rows}


def profile(person_id: int, *, at: datetime) -> ProfileRow:
    """The person's, or what holds for one without."""
    nothing = ProfileRow(person_id, "", (), DEFAULT_CAP, "here", None, "")
    return profiles([person_id], at=at).get(person_id, nothing)


def _profile(r: Profile, at: datetime) -> ProfileRow:
    is_away = r.presence == "away" and (r.presence_until is None or r.presence_until > at)
    cap = DEFAULT_CAP if r.cap is None else r.cap
    until = r.presence_until if is_away else None
    return ProfileRow(r.person_id, r.region, tuple(r.languages), cap, "away" if is_away else "here", until, r.feed_key)


def _duty(rows: Sequence[ShiftRow], enterprise_id: int, is_rostered: bool) -> Duty | None:
    own = [s for s in rows if s.enterprise_id in (None, enterprise_id)]
    shifts = [s for s in own if s.kind == SHIFT]
    last = (shifts or own)[-1:]
    if last:
        ends = last[0].ends_at if last[0].cancelled_at is None else min(last[0].ends_at, last[0].cancelled_at)
        return Duty(last[0].kind, ends)
    return None if is_rostered else Duty()


def _languages(person: Contact, known: ProfileRow | None, skills: Iterable[abilities.Ability]) -> Iterable[str]:
    if known and known.languages:
        return known.languages
    return {person.language, *(a.language for a in skills if a.language)}


def _minute(person: Contact, at: datetime) -> int:
    local = at.astimezone(zone_of(person.zone))
    return local.hour * 60 + local.minute
