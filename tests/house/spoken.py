"""A program in a process of its own, followed by what it says."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path

import psutil

from tierline.cli import instance
from tierline.plumbing import postgres
from tierline.plumbing.postgres.ending import still_there

PATIENCE = 60


def environment(home: Path, **variables: str) -> dict[str, str]:
    """Ours, without the suite's own database, in English unless told otherwise."""
    ours = {name: value for name, value in os.environ.items() if name not in (postgres.URL, postgres.OWNER_URL)}
    for name in ("LC_ALL", "LC_MESSAGES", "DJANGO_SETTINGS_MODULE"):
        ours.pop(name, None)
    return ours | {"TIERLINE_HOME": str(home), "LANG": "C.UTF-8", **variables}


class Spoken:
    """``until`` reads on until the words come; an end before that fails the test with all that was said."""

    def __init__(self, command: Sequence[str], home: Path, **variables: str) -> None:
        self.home = home
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            command,
            env=environment(home, **variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )
        self._said: queue.Queue[str | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._said.put(line.rstrip())
        self._said.put(None)

    def until(self, words: str) -> None:
        while True:
            try:
                line = self._said.get(timeout=PATIENCE)
            except queue.Empty:
                raise AssertionError(f"no word of {words!r}: {self.lines}") from None
            assert line is not None, f"it ended before it said {words!r}: {self.lines}"
            self.lines.append(line)
            if words in line:
                return

    def pids(self) -> dict[str, int]:
        there = instance.recorded(self.home)
        assert there is not None
        return there.pids

    def family(self) -> list[psutil.Process]:
        """The process, its children and all that they started."""
        top = psutil.Process(self.process.pid)
        return [top, *top.children(recursive=True)]

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        assert self.process.stdout is not None
        self.process.stdout.close()


def all_gone(processes: list[psutil.Process]) -> bool:
    return not still_there(processes, within=PATIENCE)
