"""The process that ``tests.bench.timers`` starts."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import django

django.setup()

from tests.bench.fleet import Fleet  # noqa: E402 - Django first
from tests.bench.ticker import ticking  # noqa: E402
from tests.bench.timed import TIMERS_A_TICKET, Outcome, World, at, audit, make_world  # noqa: E402
from tests.support.clock import Clock  # noqa: E402
from tierline.plumbing import clock, timers  # noqa: E402
from tierline.plumbing.home import home, logs  # noqa: E402
from tierline.plumbing.models import Heartbeat  # noqa: E402

TIMERS = 20_000
LATENESS_BAR, OUTAGE_BAR = 1.0, 60.0
A_SECOND = 110  # timers
KILL_EVERY = 9.0  # seconds
# Each begins a little before what makes it interesting.
STRETCHES = {
    "leap day begins in Shanghai": "2028-02-28T15:59:50+00:00",
    "leap day, office hours in Berlin": "2028-02-29T08:15:00+00:00",
    "clocks forward in New York": "2028-03-12T06:59:50+00:00",
    "clocks forward in Berlin": "2028-03-26T00:59:50+00:00",
    "the Monday after, in Berlin": "2028-03-27T08:30:00+00:00",
    "half an hour back on Lord Howe": "2028-04-01T14:59:50+00:00",
    "clocks back in Berlin": "2028-10-29T00:59:50+00:00",
    "clocks back in New York": "2028-11-05T05:59:50+00:00",
}
# Those that were paused fall due later by that.
TAIL = timedelta(seconds=24)
OUTAGE = "2028-11-15T01:30:00+00:00"


def live(world: World, fleet: Fleet, file: Path, count: int) -> Counter[str]:
    """Through every stretch, with people and kills; what people did."""
    did: Counter[str] = Counter()
    each = -(-count // len(STRETCHES))
    for name, text in STRETCHES.items():
        since = at(text)
        length = timedelta(seconds=max(each / A_SECOND, 8))
        Clock(file, since - timedelta(minutes=5))
        world.tickets.clear()
        world.open(each // TIMERS_A_TICKET, since + timedelta(seconds=8), since + length, at=since)
        with ticking(file, since):
            did += _people_and_kills(world, fleet, since + length + TAIL)
        say(f"  {name}: {len(world.tickets) * TIMERS_A_TICKET:,} timers in {length.total_seconds():.0f} s")
    return did


def _people_and_kills(world: World, fleet: Fleet, until: datetime) -> Counter[str]:
    did: Counter[str] = Counter()
    dice, killed, rests = Random(3), time.monotonic(), False
    while (now := clock.now()) < until:
        fleet.tend()
        if now < until - TAIL:
            did[world.disturb(now, not_before=now + timedelta(seconds=4))] += 1
        elif not rests:
            world.resume_all(clock.now())
            rests = True
        if time.monotonic() - killed > KILL_EVERY and is_whole(fleet):
            fleet.kill(dice.choice(("worker", "worker", "standby")))
            killed = time.monotonic()
        clock.pause(0.05)
    return did


def is_whole(fleet: Fleet) -> bool:
    """Everybody has said that it is at work: one at a time is killed, as the stand-by is there for."""
    spoke = {name.rsplit(":", 1)[1] for name in Heartbeat.objects.values_list("name", flat=True)}
    return all(str(child.pid) in spoke for child in fleet.children)


def outage(world: World, fleet: Fleet, file: Path, count: int) -> tuple[float, bool]:
    """Seconds from the start of the workers until the last of an hour's timers is recorded; whether in due order."""
    since, until = at(OUTAGE), at(OUTAGE) + timedelta(hours=1)
    fleet.stop()
    Clock(file, since - timedelta(minutes=1))
    world.tickets.clear()
    world.open(count // TIMERS_A_TICKET, since, until - timedelta(minutes=1), at=since - timedelta(minutes=1))
    Clock(file, until)
    begun = time.monotonic()
    fleet.start()
    while (due := timers.next_due()) is not None and due <= clock.now():
        fleet.tend()
        clock.pause(0.05)
    return time.monotonic() - begun, world.in_due_order(since)


def told(outcome: Outcome, kills: int) -> str:
    late = [f"{name} {outcome.percentile(p) * 1000:,.0f} ms" for name, p in (("p50", 0.5), ("p99", 0.99), ("worst", 1))]
    return (
        f"{outcome.expected:,} timers, {kills} kills: {outcome.missed} missed, {outcome.doubled} doubled,"
        f" {outcome.early} early, {outcome.wrong} at a wrong instant; late {', '.join(late)}"
    )


def trouble(folder: Path) -> list[str]:
    """What went wrong in the workers; that the jobs of the killed are taken up again is as it should be."""
    lines = [line for log in folder.glob("*.log") for line in log.read_text(errors="replace").splitlines()]
    return [line for line in lines if '"level": "error"' in line or "Traceback" in line][:12]


def say(words: str) -> None:
    print(words, flush=True)  # noqa: T201


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else TIMERS
    file = Path(os.environ["TIERLINE_TEST_CLOCK"])
    say(f"load {', '.join(f'{load:.2f}' for load in os.getloadavg())} on {os.cpu_count()} cores")
    fleet, world = Fleet(os.environ, logs(home())), make_world()
    fleet.start()
    try:
        did = live(world, fleet, file, count)
        outcome = audit(world, now=clock.now())
        say(f"live     {told(outcome, fleet.kills)}; bar p99 {LATENESS_BAR * 1000:,.0f} ms")
        say(f"         meanwhile {dict(did)}; load {os.getloadavg()[0]:.2f}")
        seconds, is_ordered = outage(world, fleet, file, count)
        after = audit(world, now=clock.now())
    finally:
        fleet.stop()
    for line in trouble(logs(home())):
        say(f"         {line[:1600]}")
    say(
        f"outage   {after.expected - outcome.expected:,} overdue fired in {seconds:.1f} s,"
        f" {'in' if is_ordered else 'NOT in'} due order; {after.missed} missed, {after.doubled} doubled,"
        f" {after.wrong} at a wrong instant; bar {OUTAGE_BAR:.0f} s"
    )
    is_exact = outcome.is_exact and after.is_exact and is_ordered
    if not (is_exact and outcome.percentile(0.99) <= LATENESS_BAR and seconds <= OUTAGE_BAR):
        raise SystemExit("a bar does not hold")


if __name__ == "__main__":
    main()
