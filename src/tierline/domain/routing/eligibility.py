"""Who may take this work, and for everybody else: why not?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from tierline.domain.routing.values import STANDBY, Ability, Engineer, Need, Refusal, Rule, Work

# In the order in which they are asked: the first that holds is the reason told.
REASONS = (
    "not_assigned",
    "tier_too_low",
    "tier_too_high",
    "credential",
    "on_leave",
    "off_duty",
    "standby",
    "away",
    "skill_missing",
    "skill_product",
    "skill_language",
    "skill_expired",
    "skill_low",
    "returned",
    "at_capacity",
)


def eligible(
    work: Work, engineers: Iterable[Engineer], *, rule: Rule, on: date, is_own_choice: bool = False
) -> tuple[list[Engineer], list[Refusal]]:
    """Those who may take it now, and one reason for each who may not.

    ``on``: the day by which skills expire. ``is_own_choice``: the engineer asks for it, so a higher tier, being away
    and having passed it on before are no reasons against.
    """
    free, refused = [], []
    for engineer in engineers:
        reason = why_not(work, engineer, rule=rule, on=on, is_own_choice=is_own_choice) or _full(work, engineer, rule)
        if reason is None and engineer.id in work.unwanted and not is_own_choice:
            reason = Refusal(engineer.id, "returned")
        if reason is None:
            free.append(engineer)
        else:
            refused.append(reason)
    return free, refused


def why_not(work: Work, engineer: Engineer, *, rule: Rule, on: date, is_own_choice: bool = False) -> Refusal | None:
    """The first reason that does not depend on what else is given out."""
    return _by_seat(work, engineer, rule, is_own_choice) or _by_skill(work, engineer, on)


def _by_seat(work: Work, engineer: Engineer, rule: Rule, is_own_choice: bool) -> Refusal | None:
    seat = engineer.seats.get(work.enterprise)
    if seat is None:
        return Refusal(engineer.id, "not_assigned")
    if seat.tier < work.tier:
        return Refusal(engineer.id, "tier_too_low", str(seat.tier))
    if seat.tier > work.tier + rule.overflow and not is_own_choice:
        return Refusal(engineer.id, "tier_too_high", str(seat.tier))
    if seat.missing:
        return Refusal(engineer.id, "credential", seat.missing[0])
    if engineer.is_on_leave:
        return Refusal(engineer.id, "on_leave")
    if seat.duty is None:
        return Refusal(engineer.id, "off_duty")
    if seat.duty.kind == STANDBY and work.priority != "P1" and not is_own_choice:
        return Refusal(engineer.id, "standby")
    if engineer.is_away and not is_own_choice:
        return Refusal(engineer.id, "away")
    return None


def _by_skill(work: Work, engineer: Engineer, on: date) -> Refusal | None:
    for need in work.needs:
        why = lacks(need, engineer.abilities, language=work.language, on=on)
        if why:
            return Refusal(engineer.id, why, need.skill)
    return None


def lacks(need: Need, abilities: Iterable[Ability], *, language: str, on: date) -> str:
    """Why these abilities do not meet the need, as a code; nothing when they do."""
    left = [a for a in abilities if a.skill == need.skill]
    sieves = (
        ("skill_missing", lambda a: True),
        ("skill_product", lambda a: not need.product or a.product in ("", need.product)),
        ("skill_language", lambda a: not language or a.language in ("", language)),
        ("skill_expired", lambda a: a.expires_on is None or a.expires_on >= on),
        ("skill_low", lambda a: a.level >= need.level),
    )
    for code, holds in sieves:
        left = [a for a in left if holds(a)]
        if not left:
            return code
    return ""


def best_level(need: Need, abilities: Iterable[Ability], *, language: str, on: date) -> int:
    """The highest level that meets the need; 0 when none does."""
    return max(
        (a.level for a in abilities if not lacks(need, (a,), language=language, on=on)),
        default=0,
    )


def _full(work: Work, engineer: Engineer, rule: Rule) -> Refusal | None:
    if engineer.load + rule.load_of(work.priority, is_paused=work.is_paused) <= engineer.cap:
        return None
    return Refusal(engineer.id, "at_capacity", f"{engineer.load}/{engineer.cap}")
