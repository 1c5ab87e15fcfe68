"""Engineers and tickets for the tests of routing, with few words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tierline.domain.routing import Ability, Duty, Engineer, Need, Seat, Work

AT = datetime(2026, 11, 20, 6, 32, tzinfo=UTC)
ON = date(2026, 11, 20)
HOME = 1


def engineer(number: int = 1, *, tier: int = 1, skills: str = "", **given: Any) -> Engineer:
    """``skills``: "tax:3 network:2:en" as skill:level[:language]. ``duty``, ``missing`` go to the seat."""
    duty = given.pop("duty", Duty())
    seat = Seat(tier, duty, given.pop("missing", ()))
    return Engineer(number, given.pop("seats", {HOME: seat}), tuple(_ability(s) for s in skills.split()), **given)


def work(number: int = 1, *, priority: str = "P3", needs: str = "", waits: int = 0, **given: Any) -> Work:
    """``needs``: "tax:2 network:1". ``waits``: minutes by which it stands earlier in the queue."""
    wanted = tuple(Need(name, int(level)) for name, level in (n.split(":") for n in needs.split()))
    place = given.pop("order_at", AT + timedelta(hours=8) - timedelta(minutes=waits))
    return Work(number, given.pop("enterprise", HOME), given.pop("tier", 1), priority, place, needs=wanted, **given)


def _ability(text: str) -> Ability:
    skill, level, *language = text.split(":")
    return Ability(skill, int(level), *language)


def chosen(decisions: Sequence[Any]) -> dict[int, int | None]:
    return {d.work: d.chosen for d in decisions}
