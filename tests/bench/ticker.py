"""Writes the instant into a clock's file at the pace of real time: ``python -m tests.bench.ticker FILE SINCE``."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from subprocess import PIPE, Popen

from tierline.plumbing.clock import pause

STEP = 0.004  # seconds


@contextmanager
def ticking(file: Path, since: datetime) -> Iterator[None]:
    command = [sys.executable, "-m", "tests.bench.ticker", str(file), since.isoformat()]
    with Popen(command, stdout=PIPE) as process:
        try:
            if process.stdout is None or not process.stdout.readline():
                raise RuntimeError("the clock does not tick")
            yield
        finally:
            process.kill()


def main() -> None:
    file, since = Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2])
    fresh = file.with_suffix(".ticking")
    begun, has_said = time.monotonic(), False
    while True:
        fresh.write_text((since + timedelta(seconds=time.monotonic() - begun)).isoformat())
        fresh.replace(file)
        if not has_said:
            print("ticking", flush=True)  # noqa: T201
            has_said = True
        pause(STEP)


if __name__ == "__main__":
    main()
