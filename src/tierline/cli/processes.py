"""A child of the supervisor: its command, its log, and when it may be started again after it died."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tierline.plumbing.postgres.account import popen_options

_FIRST_DELAY, _LONGEST_DELAY = 0.5, 30.0  # seconds between death and the next start
_STEADY_AFTER = 60.0  # seconds alive after which the delays begin anew
_LARGEST_LOG = 8 * 1024 * 1024


@dataclass(slots=True)
class BackOff:
    """Doubling delays up to half a minute; a child that lived a minute is forgiven."""

    failures: int = 0

    def after_death(self, lived: float) -> float:
        """Seconds to wait before the next start of a child that lived ``lived`` seconds."""
        self.failures = 1 if lived >= _STEADY_AFTER else self.failures + 1
        return min(_FIRST_DELAY * 2.0 ** min(self.failures - 1, 10), _LONGEST_DELAY)


@dataclass(slots=True)
class Child:
    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(repr=False)
    log: Path
    patience: float = 15.0  # seconds from the request to end until the kill
    ends: bool = False  # its work comes to an end: exit code 0 is no death
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    log_start: int = 0
    restart_due: float | None = None
    back_off: BackOff = field(default_factory=BackOff)

    @property
    def pid(self) -> int:
        return self.process.pid if self.process is not None else 0

    def start(self) -> None:
        options = popen_options(None, dies_with_us=signal.SIGTERM)
        with self.log.open("ab") as log:
            self.log_start = log.tell()
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=dict(self.environment), **options
            )
        self.started, self.restart_due = time.monotonic(), None

    def has_died(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def has_finished(self) -> bool:
        return self.ends and self.process is not None and self.process.poll() == 0

    def bury(self) -> tuple[str, float]:
        """After a death: end what the child itself left, plan the next start. How it ended, and the delay."""
        assert self.process is not None
        self._signal_group(signal.SIGKILL)
        how = describe_end(self.process.returncode)
        delay = self.back_off.after_death(time.monotonic() - self.started)
        self.process, self.restart_due = None, time.monotonic() + delay
        return how, delay

    def stop(self) -> None:
        """Ask, wait, and after ``patience`` kill the child with all that it started."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(self.patience)
            except subprocess.TimeoutExpired:
                self._signal_group(signal.SIGKILL)
                self.process.wait()
        self._signal_group(signal.SIGKILL)
        self.process = None

    def _signal_group(self, sent: signal.Signals) -> None:
        # The child leads a group of its own: its number stays taken while any member lives.
        assert self.process is not None
        try:
            os.killpg(self.process.pid, sent)
        except (ProcessLookupError, PermissionError):
            return

    def last_lines(self, count: int = 15) -> list[str]:
        """The end of what it wrote since its last start."""
        return last_lines(self.log, self.log_start, count)


def last_lines(log: Path, offset: int = 0, count: int = 15) -> list[str]:
    try:
        with log.open("rb") as file:
            file.seek(max(offset, log.stat().st_size - 64 * 1024))
            return file.read().decode(errors="replace").splitlines()[-count:]
    except OSError:
        return []


def trim_log(log: Path) -> None:
    """Keep one older log beside a fresh one when it has grown large."""
    if log.exists() and log.stat().st_size > _LARGEST_LOG:
        log.replace(log.with_suffix(".1.log"))


def describe_end(returncode: int) -> str:
    return f"signal {-returncode}" if returncode < 0 else f"exit {returncode}"
