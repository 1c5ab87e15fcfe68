"""The running instance of a home: who supervises it, where it answers, and what a killed one left behind."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import psutil
from filelock import FileLock, Timeout

from tierline.plumbing import postgres
from tierline.plumbing.home import CannotStart, HomeUnwritable, prepare, run, write_private
from tierline.plumbing.postgres.ending import still_there

# Every child carries this variable, so that a later start recognises it whatever became of its parent.
MARK = "TIERLINE_INSTANCE"
# Seconds; they were asked once already, when their supervisor died.
_TERMINATED_WITHIN = 3.0


class AlreadyRunning(CannotStart):
    code = "already_running"


class HomeBusy(CannotStart):
    """A short command holds the home; ``up`` may follow in a moment."""

    code = "home_busy"


@dataclass(slots=True)
class Instance:
    """``birth`` tells the supervisor's process from a later one with the same pid. No secrets in here."""

    pid: int
    birth: float
    mark: str
    url: str
    database: dict[str, Any] = field(default_factory=dict)
    pids: dict[str, int] = field(default_factory=dict)
    ready: bool = False


def birth(pid: int) -> float | None:
    """An identity of process ``pid`` that survives neither its end nor the number's next use."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        return _ticks_since_boot(pid) or process.create_time()
    except psutil.NoSuchProcess:
        return None


def _ticks_since_boot(pid: int) -> float | None:
    # The wall clock's corrections move psutil's create_time; the kernel's own count stays.
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        return float(after_name[19])
    except OSError:
        return None


def save(home: Path, instance: Instance) -> None:
    write_private(_file(home), json.dumps(asdict(instance), indent=1))


def forget(home: Path) -> None:
    _file(home).unlink(missing_ok=True)


def running(home: Path) -> Instance | None:
    """The instance whose supervisor is alive."""
    last = recorded(home)
    return last if last is not None and birth(last.pid) == last.birth else None


def recorded(home: Path) -> Instance | None:
    """The last instance that wrote its file, alive or killed. Raises HomeUnwritable where we may not look."""
    try:
        return Instance(**json.loads(_file(home).read_text(encoding="utf-8")))
    except PermissionError as wrong:
        raise HomeUnwritable(path=str(home), reason=os.strerror(wrong.errno or 0)) from wrong
    except (OSError, ValueError, TypeError):
        return None


@contextmanager
def held(home: Path) -> Iterator[None]:
    """This home is ours alone; the kernel lets go of it when we are killed. Raises AlreadyRunning or HomeBusy."""
    prepare(home)
    try:
        with FileLock(run(home) / "up.lock", timeout=0):
            yield
    except Timeout:
        there = running(home)
        if there is None:
            raise HomeBusy(path=str(home)) from None
        raise AlreadyRunning(path=str(home), url=there.url, pid=there.pid) from None


def clean_up(home: Path) -> bool:
    """Stop whatever a killed supervisor left running; whether there was anything. Call it while ``held``."""
    last = recorded(home)
    left = _marked(last.mark) if last is not None else []
    _end(left)
    had_server = postgres.stop_orphan(home)
    forget(home)
    return bool(left) or had_server


def _marked(mark: str) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.pid != os.getpid() and process.environ().get(MARK) == mark:
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def _end(processes: list[psutil.Process]) -> None:
    for sent in (signal.SIGTERM, signal.SIGKILL):
        for process in processes:
            try:
                process.send_signal(sent)
            except psutil.NoSuchProcess:
                continue
        processes = still_there(processes, within=_TERMINATED_WITHIN)


def _file(home: Path) -> Path:
    return run(home) / "instance.json"
