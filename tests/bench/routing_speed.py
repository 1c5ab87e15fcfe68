"""How fast work is given out: 1,000 waiting tickets to 120 engineers with 30 skills, and one ticket alone.

Bars on one core: the thousand in 1 s, one decision in 10 ms at the 95th percentile. Timed beside a reference that asks
and ranks everybody for every ticket anew, so that a slow machine shows in both.
Run: ``python -m tests.bench.routing_speed``, or ``pytest tests/bench/routing_speed.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from time import process_time

from tierline.domain.routing import Ability, Decision, Duty, Engineer, Need, Rule, Seat, Work, decide, give_out

BATCH_BAR, ONE_BAR = 1.0, 0.010
TICKETS, ENGINEERS, SKILLS = 1000, 120, 30
AT, ON = datetime(2026, 11, 20, 6, 0, tzinfo=UTC), date(2026, 11, 20)
RULE = Rule()
ENTERPRISES = (1, 2, 3, 4)


def engineers() -> list[Engineer]:
    """Three tiers, each person with one to three enterprises and four to nine skills, a few of them away."""
    dice = Random(7)
    return [_engineer(n, dice) for n in range(1, ENGINEERS + 1)]


def _engineer(number: int, dice: Random) -> Engineer:
    tier = dice.choices((1, 2, 3), (60, 30, 10))[0]
    duty = dice.choices((Duty(until=AT + timedelta(hours=dice.randint(1, 8))), None), (85, 15))[0]
    seats = {e: Seat(tier, duty) for e in dice.sample(ENTERPRISES, dice.randint(1, 3))}
    skills = dice.sample(range(SKILLS), dice.randint(4, 9))
    abilities = tuple(Ability(f"skill-{s}", dice.randint(1, 5), dice.choice(("", "", "zh-hans", "en"))) for s in skills)
    return Engineer(
        number,
        seats,
        abilities,
        languages=frozenset(dice.sample(("zh-hans", "en"), dice.randint(1, 2))),
        local_minute=dice.randrange(1440),
        load=dice.randint(0, 64),
        is_away=dice.random() < 0.05,
    )


def works() -> list[Work]:
    dice = Random(11)
    return [_work(n, dice) for n in range(1, TICKETS + 1)]


def _work(number: int, dice: Random) -> Work:
    priority = dice.choices(("P1", "P2", "P3", "P4"), (1, 15, 58, 26))[0]
    needs = tuple(Need(f"skill-{dice.randrange(SKILLS)}", dice.randint(1, 3)) for _ in range(dice.choice((0, 1, 1, 2))))
    place = AT + timedelta(minutes=dice.randint(-60, 480))
    return Work(
        number,
        dice.choice(ENTERPRISES),
        dice.choices((1, 2, 3), (80, 15, 5))[0],
        priority,
        place,
        due_at=place,
        needs=needs,
        language=dice.choice(("zh-hans", "zh-hans", "en")),
        served={dice.randint(1, ENGINEERS): 1000} if dice.random() < 0.4 else {},
    )


def one_by_one(tickets: list[Work], people: list[Engineer]) -> list[Decision]:
    """The reference: every ticket asks everybody anew."""
    now = {e.id: e for e in people}
    found = []
    for ticket in sorted(tickets, key=lambda w: (w.order_at, w.priority, w.id)):
        decision = decide(ticket, list(now.values()), rule=RULE, at=AT, on=ON)
        if decision.chosen is not None:
            taken = now[decision.chosen]
            now[taken.id] = replace(taken, load=taken.load + RULE.load_of(ticket.priority))
        found.append(decision)
    return found


def seconds(act: Callable[[], object]) -> float:
    began = process_time()
    act()
    return process_time() - began


def measured() -> dict[str, float]:
    tickets, people = works(), engineers()
    batch = min(seconds(lambda: give_out(tickets, people, rule=RULE, at=AT, on=ON)) for _ in range(3))
    singles = sorted(seconds(lambda t=t: decide(t, people, rule=RULE, at=AT, on=ON)) for t in tickets)  # type: ignore[misc]
    plain = seconds(lambda: one_by_one(tickets, people))
    return {"batch": batch, "one_p95": singles[int(len(singles) * 0.95)], "plain": plain, "ratio": plain / batch}


def test_a_thousand_tickets_are_given_out_in_a_second_and_one_in_ten_milliseconds() -> None:
    found = measured()
    assert found["batch"] <= BATCH_BAR, found
    assert found["one_p95"] <= ONE_BAR, found


def test_both_ways_give_the_same() -> None:
    tickets, people = works(), engineers()
    fast = give_out(tickets, people, rule=RULE, at=AT, on=ON)
    assert [(d.work, d.chosen) for d in fast] == [(d.work, d.chosen) for d in one_by_one(tickets, people)]
    assert sum(d.chosen is not None for d in fast) > 100


if __name__ == "__main__":
    for name, value in measured().items():
        print(f"{name:10} {value:8.4f}")  # noqa: T201
