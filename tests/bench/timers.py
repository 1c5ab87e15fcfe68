"""Timers in real worker processes that are killed: none missed, none doubled, none early, and how late.

Run: ``python -m tests.bench.timers [TIMERS]``. The clock runs at its own pace through the hours in which clocks
change: a leap day, both changes in Berlin and New York, the half hour of Lord Howe; between them it jumps over days
in which nothing is due. Then an hour's outage of every worker with as many timers falling due in it.
"""

from __future__ import annotations

import os
import sys
from subprocess import run

from tests.bench.fleet import product_database


def main() -> None:
    """The bench itself runs in a process that has had the database's address from its beginning."""
    with product_database() as home:
        clock = home / "clock"
        clock.write_text("2028-01-03T00:00:00+00:00")
        environment = os.environ | {"TIERLINE_TEST_CLOCK": str(clock)}
        done = run([sys.executable, "-m", "tests.bench.timers_live", *sys.argv[1:]], env=environment, check=False)
    raise SystemExit(done.returncode)


if __name__ == "__main__":
    main()
