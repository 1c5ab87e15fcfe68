"""Giving out what waits: least slack first, everybody within the cap, the same input the same result."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from tierline.domain.routing.eligibility import eligible, why_not
from tierline.domain.routing.ranking import Fixed, fixed_parts, in_order, rank, scored
from tierline.domain.routing.values import Candidate, Decision, Engineer, Need, Refusal, Rule, Work


def decide(work: Work, engineers: Iterable[Engineer], *, rule: Rule, at: datetime, on: date) -> Decision:
    """Who should take this one ticket now."""
    free, refused = eligible(work, engineers, rule=rule, on=on)
    ranked = rank(work, free, rule=rule, at=at, on=on)
    return Decision(work.id, ranked[0].engineer if ranked else None, ranked, tuple(refused))


def give_out(
    works: Iterable[Work], engineers: Sequence[Engineer], *, rule: Rule, at: datetime, on: date
) -> tuple[Decision, ...]:
    """One decision per ticket, in the order of the queue; what is given counts before the next is decided.

    Equal to deciding one after the other; what does not change meanwhile is worked out once per kind of work.
    """
    board = _Board(engineers, rule, at, on)
    return tuple(board.give(work) for work in sorted(works, key=lambda w: (w.order_at, w.priority, w.id)))


def next_for(
    engineer: Engineer, works: Iterable[Work], *, rule: Rule, at: datetime, on: date
) -> tuple[Work | None, list[tuple[Work, Refusal]]]:
    """What this engineer should take next: the first of the queue that may be taken, and why not those before it."""
    passed: list[tuple[Work, Refusal]] = []
    for work in sorted(works, key=lambda w: (w.order_at, w.priority, w.id)):
        free, refused = eligible(work, [engineer], rule=rule, on=on, is_own_choice=True)
        if free:
            return work, passed
        passed.append((work, refused[0]))
    return None, passed


_Kind = tuple[int, int, tuple[Need, ...], str, bool]


@dataclass(slots=True)
class _Board:
    engineers: Sequence[Engineer]
    rule: Rule
    at: datetime
    on: date
    loads: dict[int, int] = field(default_factory=dict)
    known: dict[_Kind, tuple[list[tuple[Engineer, Fixed]], tuple[Refusal, ...]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.loads = {e.id: e.load for e in self.engineers}

    def give(self, work: Work) -> Decision:
        fit, refused = self._kind(work)
        adds = self.rule.load_of(work.priority, is_paused=work.is_paused)
        late: list[Refusal] = []
        found: list[Candidate] = []
        for engineer, fixed in fit:
            load = self.loads[engineer.id]
            if load + adds > engineer.cap:
                late.append(Refusal(engineer.id, "at_capacity", f"{load}/{engineer.cap}"))
            elif engineer.id in work.unwanted:
                late.append(Refusal(engineer.id, "returned"))
            else:
                found.append(scored(work, engineer, fixed, load, rule=self.rule, at=self.at))
        ranked = in_order(found)
        if ranked:
            self.loads[ranked[0].engineer] += adds
        return Decision(work.id, ranked[0].engineer if ranked else None, ranked, (*refused, *late))

    def _kind(self, work: Work) -> tuple[list[tuple[Engineer, Fixed]], tuple[Refusal, ...]]:
        key = (work.enterprise, work.tier, work.needs, work.language, work.priority == "P1")
        if key not in self.known:
            fit, refused = [], []
            for engineer in self.engineers:
                reason = why_not(work, engineer, rule=self.rule, on=self.on)
                if reason is None:
                    fit.append((engineer, fixed_parts(work, engineer, rule=self.rule, on=self.on)))
                else:
                    refused.append(reason)
            self.known[key] = fit, tuple(refused)
        return self.known[key]
