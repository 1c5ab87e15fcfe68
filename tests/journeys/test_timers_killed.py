"""Timers in real worker processes that are killed: each fires once, and is recorded at the instant it was due."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.bench.fleet import Fleet
from tests.bench.timed import TIMERS_A_TICKET, World, at, audit, make_world
from tests.support.clock import Clock, clock
from tests.support.running import eventually
from tierline.plumbing import clock as now
from tierline.plumbing import timers

__all__ = ["clock"]
pytestmark = pytest.mark.django_db(transaction=True)

# (a leap day, Berlin's spring, New York's autumn), and who is killed when half of the timers have fallen due.
STRETCHES = [
    ("2028-02-28T15:59:50+00:00", ("worker",)),
    ("2028-03-26T00:59:50+00:00", ("standby",)),
    ("2028-11-05T05:59:50+00:00", ("worker", "standby")),
]
TICKETS = 25
LENGTH, STEP = timedelta(seconds=30), timedelta(seconds=5)


@pytest.fixture
def workers(clock: Clock, tmp_path: Path) -> Iterator[Fleet]:
    fleet = Fleet(os.environ | {"TIERLINE_TEST_CLOCK": str(clock.file)}, tmp_path / "logs")
    fleet.start()
    yield fleet
    fleet.stop()


def nothing_overdue(fleet: Fleet) -> bool:
    fleet.tend()
    due = timers.next_due()
    return due is None or due > now.now()


def pass_stretch(world: World, clock: Clock, fleet: Fleet, text: str, victims: tuple[str, ...]) -> None:
    since = clock.set(at(text))
    world.open(TICKETS, since + STEP, since + LENGTH - STEP, at=since)
    for n in range(1, 2 + LENGTH // STEP):
        clock.set(since + n * STEP)
        if n == 3:
            fleet.kill(*victims)
        eventually(lambda: nothing_overdue(fleet), what="all that is due is recorded")


def test_every_timer_fires_once_and_is_recorded_at_its_instant(clock: Clock, workers: Fleet) -> None:
    world = make_world()
    for text, victims in STRETCHES:
        pass_stretch(world, clock, workers, text, victims)
    outcome = audit(world, now=clock.at)
    assert outcome.expected == len(STRETCHES) * TICKETS * TIMERS_A_TICKET
    assert (outcome.missed, outcome.doubled, outcome.early, outcome.wrong) == (0, 0, 0, 0)
    assert workers.kills == 4
