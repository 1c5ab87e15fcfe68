"""What it costs to have nothing to do: the sweeper's look with a million open clocks against ten thousand.

Run: ``python -m tests.bench.idle``. The bar: the next due instant is read from the index alone, and the look takes
no longer, but for the index's one more level.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime, timedelta
from statistics import quantiles
from subprocess import run

from tests.bench.fleet import product_database

FEW, MANY = 10_000, 1_000_000
LOOKS = 2_000
BAR = 1.5  # the one look against the other
NOW = datetime(2028, 1, 3, tzinfo=UTC)


def fill(count: int) -> None:
    """So many timers of the coming year, three a ticket, as a busy desk has them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO plumbing_timer (provider_id, enterprise_id, kind, subject_id, key, due_at, generation)"
            " SELECT 1, 1 + n %% 40, 'ticket.clock', n / 3, 'resolve//' || n, %s + (n * 7919 %% %s) * interval '31 s', 1"
            " FROM generate_series((SELECT count(*) FROM plumbing_timer), %s - 1) n",
            [NOW + timedelta(minutes=5), count, count],
        )


def look() -> float:
    """Milliseconds of a look (what is due, and what is next) of the tenth that nothing else on the machine disturbed."""
    took = []
    for _ in range(LOOKS):
        begun = time.perf_counter()
        timers.next_due()
        timers.sweep(NOW)
        took.append(time.perf_counter() - begun)
    return quantiles(took, n=10)[0] * 1000


def plan() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF, SUMMARY OFF) {timers.NEXT_DUE}")
        return [row[0] for row in cursor.fetchall()]


def say(words: str) -> None:
    print(words, flush=True)  # noqa: T201


def main() -> None:
    with product_database():
        done = run([sys.executable, "-m", "tests.bench.idle", "inside"], env=os.environ, check=False)
    raise SystemExit(done.returncode)


def measure() -> None:
    took = {}
    for count in (FEW, MANY):
        fill(count)
        vacuum()
        look()
        took[count] = look()
        say(f"idle     {count:>9,} clocks: {took[count]:.3f} ms a look, every {LONGEST_WAIT:.2f} s at most")
    shown = plan()
    for line in shown:
        say(f"         {line}")
    ratio = took[MANY] / took[FEW]
    say(f"         {ratio:.2f} times as long; bar {BAR}; load {os.getloadavg()[0]:.2f}")
    if ratio > BAR or "Index Only Scan" not in "".join(shown):
        raise SystemExit("a bar does not hold")


def vacuum() -> None:
    """As autovacuum does by itself once so many rows are new: the owner's connection may."""
    with psycopg.connect(attach(home()).admin_url or "", autocommit=True) as owner:
        owner.execute("VACUUM (ANALYZE) plumbing_timer")


if __name__ == "__main__" and sys.argv[1:] == ["inside"]:
    import django

    django.setup()

    import psycopg
    from django.db import connection

    from tierline.config.sweeper import LONGEST_WAIT
    from tierline.plumbing import timers
    from tierline.plumbing.home import home
    from tierline.plumbing.postgres import attach

    measure()
elif __name__ == "__main__":
    main()
