"""Engineers come, go, are free and fail; tickets arrive, pause and escalate: nothing is stranded, over the cap or starved."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tierline.domain.routing import Duty, Engineer, Rule, Seat, Work, eligible, give_out, next_for
from tierline.domain.tests.routing_world import AT, HOME, ON, engineer, work

STEPS = 10_000 if os.environ.get("TIERLINE_BARS") == "1" else 500
RULE = Rule()
# A ticket that nobody touches stands behind none that arrives this much later.
BOUND = timedelta(hours=4)
PRIORITIES = {
    "P1": timedelta(minutes=15),
    "P2": timedelta(minutes=30),
    "P3": timedelta(hours=4),
    "P4": timedelta(hours=8),
}
SKILLS = ("tax", "network", "device")


@dataclass
class Ticket:
    work: Work
    owner: int | None = None
    is_paused: bool = False
    given_at: list[int] = field(default_factory=list)


class Desk(RuleBasedStateMachine):
    """The dispatcher as the desk runs it: whatever changes, what waits is given out again."""

    def __init__(self) -> None:
        super().__init__()
        self.people: dict[int, Engineer] = {}
        self.tickets: dict[int, Ticket] = {}
        self.now = AT
        self.last = 0

    @initialize()
    def a_team(self) -> None:
        for number, skills in enumerate(("tax:3", "network:2 tax:1", "device:4"), start=1):
            self.people[number] = engineer(number, skills=skills, cap=48)

    # what happens to people

    @rule(
        tier=st.integers(1, 3),
        skill=st.sampled_from(SKILLS),
        level=st.integers(1, 5),
        cap=st.sampled_from([32, 48, 96]),
    )
    @precondition(lambda self: len(self.people) < 12)
    def somebody_comes(self, tier: int, skill: str, level: int, cap: int) -> None:
        number = self._next()
        self.people[number] = engineer(number, tier=tier, skills=f"{skill}:{level}", cap=cap)
        self._settle()

    @rule(data=st.data())
    @precondition(lambda self: bool(self.people))
    def a_shift_ends(self, data: st.DataObject) -> None:
        person = data.draw(st.sampled_from(sorted(self.people)))
        self._seat(person, None)
        self._return_all(person)
        self._settle()

    @rule(data=st.data())
    @precondition(lambda self: bool(self.people))
    def a_shift_begins(self, data: st.DataObject) -> None:
        self._seat(data.draw(st.sampled_from(sorted(self.people))), Duty())
        self._settle()

    @rule(data=st.data())
    @precondition(lambda self: bool(self.people))
    def somebody_fails(self, data: st.DataObject) -> None:
        """Gone without a word: the assignment ends and what was theirs goes back."""
        person = data.draw(st.sampled_from(sorted(self.people)))
        del self.people[person]
        self._return_all(person)
        self._settle()

    @rule(data=st.data(), is_away=st.booleans())
    @precondition(lambda self: bool(self.people))
    def somebody_steps_away_or_back(self, data: st.DataObject, is_away: bool) -> None:
        person = data.draw(st.sampled_from(sorted(self.people)))
        self.people[person] = replace(self.people[person], is_away=is_away)
        self._settle()

    # what happens to tickets

    @rule(
        priority=st.sampled_from(sorted(PRIORITIES)),
        needs=st.sampled_from(["", "tax:1", "network:2", "device:3"]),
        minutes=st.integers(0, 30),
    )
    def a_ticket_arrives(self, priority: str, needs: str, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        number = self._next()
        place = self.now + min(PRIORITIES[priority], BOUND)
        self.tickets[number] = Ticket(work(number, priority=priority, needs=needs, order_at=place))
        self._settle()

    @rule(data=st.data())
    @precondition(lambda self: any(t.owner for t in self.tickets.values()))
    def one_is_done(self, data: st.DataObject) -> None:
        del self.tickets[self._owned(data)]
        self._settle()

    @rule(data=st.data(), is_paused=st.booleans())
    @precondition(lambda self: any(t.owner for t in self.tickets.values()))
    def one_pauses_or_goes_on(self, data: st.DataObject, is_paused: bool) -> None:
        self.tickets[self._owned(data)].is_paused = is_paused
        self._settle()

    @rule(data=st.data())
    @precondition(lambda self: any(t.owner and t.work.tier < 3 for t in self.tickets.values()))
    def one_escalates(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(n for n, t in self.tickets.items() if t.owner and t.work.tier < 3)))
        ticket = self.tickets[number]
        ticket.owner, ticket.is_paused = None, False
        ticket.work = replace(ticket.work, tier=ticket.work.tier + 1, needs=())
        self._settle()

    @rule(data=st.data())
    @precondition(lambda self: bool(self.people))
    def somebody_asks_for_the_next(self, data: st.DataObject) -> None:
        person = data.draw(st.sampled_from(sorted(self.people)))
        me = self._loaded(person)
        found, passed = next_for(me, self._waiting(), rule=RULE, at=self.now, on=ON)
        if found is not None:
            assert all(w.order_at <= found.order_at for w, _ in passed)
            self._give(found.id, person)
        self._settle()

    # what must always hold

    @invariant()
    def nothing_is_stranded(self) -> None:
        people = self._everybody()
        for waiting in self._waiting():
            free, _ = eligible(waiting, people, rule=RULE, on=ON)
            assert not free, f"ticket {waiting.id} waits and {free[0].id} could take it"

    @invariant()
    def whoever_has_one_is_there(self) -> None:
        for ticket in self.tickets.values():
            if ticket.owner is not None:
                assert self.people[ticket.owner].seats[HOME].duty is not None

    # the desk around it

    def _settle(self) -> None:
        """One run of the dispatcher, and what it must not do."""
        waiting = {w.id: w for w in self._waiting()}
        decisions = give_out(waiting.values(), self._everybody(), rule=RULE, at=self.now, on=ON)
        for decision in decisions:
            if decision.chosen is None:
                continue
            self._not_starved(waiting[decision.work], decision.chosen)
            self._give(decision.work, decision.chosen)

    def _not_starved(self, given: Work, person: int) -> None:
        """Nobody who stood before it and could have had this engineer is passed over."""
        me = self._loaded(person)
        for earlier in self._waiting():
            if earlier.order_at < given.order_at:
                assert not eligible(earlier, [me], rule=RULE, on=ON)[0], f"{earlier.id} was passed by {given.id}"

    def _give(self, number: int, person: int) -> None:
        ticket = self.tickets[number]
        ticket.owner = person
        ticket.given_at.append(person)
        assert self._load(person) <= self.people[person].cap, "given over the cap"

    def _return_all(self, person: int) -> None:
        for ticket in self.tickets.values():
            if ticket.owner == person:
                ticket.owner, ticket.is_paused = None, False

    def _seat(self, person: int, duty: Duty | None) -> None:
        before = self.people[person]
        self.people[person] = replace(before, seats={HOME: Seat(before.seats[HOME].tier, duty)})

    def _waiting(self) -> list[Work]:
        return [t.work for t in self.tickets.values() if t.owner is None]

    def _load(self, person: int) -> int:
        return sum(
            RULE.load_of(t.work.priority, is_paused=t.is_paused) for t in self.tickets.values() if t.owner == person
        )

    def _loaded(self, person: int) -> Engineer:
        return replace(self.people[person], load=self._load(person))

    def _everybody(self) -> list[Engineer]:
        return [self._loaded(n) for n in sorted(self.people)]

    def _owned(self, data: st.DataObject) -> int:
        return data.draw(st.sampled_from(sorted(n for n, t in self.tickets.items() if t.owner is not None)))

    def _next(self) -> int:
        self.last += 1
        return self.last + 100


TestDesk = Desk.TestCase
TestDesk.settings = settings(
    max_examples=max(1, STEPS // 50),
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
