"""The demo's past, filled in beside the running pages: one process per enterprise, gone when it is done."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from tierline.cli import instance, steps
from tierline.cli.demo_file import demo_history
from tierline.cli.processes import Child
from tierline.cli.supervisor import Supervisor
from tierline.plumbing.home import logs


def start(over: Supervisor, tell: Callable[[int, int], None]) -> None:
    """For each enterprise whose history is not whole. ``tell(done, days)`` at each tenth of the way."""
    assert over.database is not None
    environment = steps.environment(over.home, over.database) | {instance.MARK: over.mark}
    unfinished = [slug for slug, (done, days) in demo_history(over.home).items() if done < days]
    command = [sys.executable, "-m", "tierline.demo", "history"]
    over.on_look = _Progress(over.home, tell)
    over.add(
        [
            Child(f"history-{slug}", [*command, slug], environment, logs(over.home) / f"history-{slug}.log", ends=True)
            for slug in unfinished
        ]
    )


class _Progress:
    def __init__(self, home: Path, tell: Callable[[int, int], None]) -> None:
        self.home, self.tell = home, tell
        self.told = self._tenth(*total(home))

    def __call__(self) -> None:
        done, days = total(self.home)
        if (tenth := self._tenth(done, days)) > self.told:
            self.told = tenth
            self.tell(done, days)

    @staticmethod
    def _tenth(done: int, days: int) -> int:
        return 10 * done // days if days else 10


def total(home: Path) -> tuple[int, int]:
    """Days written and wanted, of the slowest enterprise: a day is there when it is there for all. The pages say the
    same."""
    return min(demo_history(home).values(), default=(0, 0))
