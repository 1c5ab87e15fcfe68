"""The product's own worker and stand-by, killed and started again as the supervisor does."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.support import database
from tierline.cli import steps, supervisor
from tierline.cli.processes import Child
from tierline.plumbing import postgres


class Fleet:
    """``kills`` counts the deaths so far."""

    def __init__(self, environment: Mapping[str, str], logs: Path) -> None:
        logs.mkdir(parents=True, exist_ok=True)
        self.children: list[Child] = supervisor.worker_and_standby(environment, logs)
        self.kills = 0

    def start(self) -> None:
        for child in self.children:
            child.start()

    def kill(self, *names: str) -> None:
        """kill -9, as by the machine's own memory guard."""
        for child in self.children:
            if (not names or child.name in names) and child.process is not None:
                os.kill(child.pid, signal.SIGKILL)
                self.kills += 1

    def tend(self) -> None:
        """What the supervisor does at every look: bury the dead, start them again after their delay."""
        for child in self.children:
            if child.has_died():
                child.bury()
            if child.restart_due is not None and time.monotonic() >= child.restart_due:
                child.start()

    def stop(self) -> None:
        for child in self.children:
            child.stop()


@contextmanager
def product_database() -> Iterator[Path]:
    """A home with a durable, migrated database, and the environment in which Django finds it."""
    home = database.throwaway_home()
    kept = dict(os.environ)
    for name in (postgres.URL, postgres.OWNER_URL, "TIERLINE_TEST_CLOCK"):
        os.environ.pop(name, None)
    os.environ["TIERLINE_HOME"] = str(home)
    running = postgres.ensure(home)
    try:
        steps.migrate(home, running)
        os.environ |= {"DJANGO_SETTINGS_MODULE": steps.SETTINGS, postgres.URL: running.app_url}
        yield home
    finally:
        os.environ.clear()
        os.environ.update(kept)
        running.stop()
        database.remove(home)
