"""Of those who may take it, who should? Each part of the score is kept, so that a page can show it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from tierline.domain.routing.eligibility import best_level
from tierline.domain.routing.values import PARTS, TOP, Candidate, Engineer, Rule, Seat, Work

_BEST_LEVEL = 5
# With nothing asked for, everybody's skill is as good.
_NO_NEED = TOP
_A_TIER_OFF = 500
_ZERO = timedelta()


class Fixed(NamedTuple):
    """The parts that do not change while work is given out."""

    skill: int
    language: int
    tier: int
    sun: int


def rank(work: Work, engineers: Iterable[Engineer], *, rule: Rule, at: datetime, on: date) -> tuple[Candidate, ...]:
    """The best first. Of equals the one with less to do, then the one who has been here longer (the lower id)."""
    found = [scored(work, e, fixed_parts(work, e, rule=rule, on=on), e.load, rule=rule, at=at) for e in engineers]
    return in_order(found)


def in_order(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    return tuple(sorted(candidates, key=_place))


def _place(candidate: Candidate) -> tuple[int, int, int]:
    return -candidate.score, candidate.load, candidate.engineer


def fixed_parts(work: Work, engineer: Engineer, *, rule: Rule, on: date) -> Fixed:
    seat = engineer.seats[work.enterprise]
    starts, ends = rule.day
    return Fixed(
        skill=_skill(work, engineer, on),
        language=TOP if not work.language or work.language in engineer.languages else 0,
        tier=max(0, TOP - _A_TIER_OFF * (seat.tier - work.tier)),
        sun=TOP if starts <= engineer.local_minute < ends else 0,
    )


def scored(work: Work, engineer: Engineer, fixed: Fixed, load: int, *, rule: Rule, at: datetime) -> Candidate:
    """``load``: what the engineer has by now."""
    points = (
        fixed.skill,
        TOP * (engineer.cap - load) // engineer.cap if load < engineer.cap else 0,
        min(TOP, work.served.get(engineer.id, 0)),
        fixed.language,
        fixed.tier,
        _stays(work, engineer.seats[work.enterprise], at),
        fixed.sun,
    )
    return Candidate(engineer.id, weighted(points, rule), points, load, engineer.cap)


def weighted(points: Sequence[int], rule: Rule) -> int:
    return sum(rule.weights[part] * n for part, n in zip(PARTS, points, strict=True)) // 100


def _skill(work: Work, engineer: Engineer, on: date) -> int:
    if not work.needs:
        return _NO_NEED
    levels = [best_level(need, engineer.abilities, language=work.language, on=on) for need in work.needs]
    return TOP * sum(levels) // (_BEST_LEVEL * len(levels))


def _stays(work: Work, seat: Seat, at: datetime) -> int:
    """How much of the time until the next promise falls due the engineer is still on duty."""
    until = seat.duty.until if seat.duty else None
    if until is None or work.due_at is None or work.due_at <= at or until >= work.due_at:
        return TOP
    return max(0, TOP * (until - at) // (work.due_at - at)) if until - at > _ZERO else 0
