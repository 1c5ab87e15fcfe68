"""One PostgreSQL server as our foreground child: started, known to be ready, stopped, or found still running."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg

from tierline.plumbing.home import DiskFull
from tierline.plumbing.postgres.account import Account, popen_options
from tierline.plumbing.postgres.binaries import Binaries
from tierline.plumbing.postgres.ending import has_ended, still_there
from tierline.plumbing.postgres.place import ADMIN, Place
from tierline.plumbing.postgres.refusals import AccessLost, StartFailed, StillRunning

_READY_WITHIN = 60.0  # seconds; crash recovery may take longer and is waited for
_RECOVERED_WITHIN = 900.0
_FAST, _IMMEDIATE = 60.0, 10.0  # seconds given to a fast and to an immediate shutdown
_LOOK_AGAIN = 0.02
# Half of max_connections may be web and workers' pools; the rest is for commands and backups.
_SETTINGS = ("max_connections=200", "logging_collector=off", "log_destination=stderr", "timezone=UTC", "jit=off")
_UNSAFE_SETTINGS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@dataclass(frozen=True, slots=True)
class Postmaster:
    """``process`` is set when it is our own child."""

    pid: int
    process: subprocess.Popen[bytes] | None = None


def start(place: Place, tools: Binaries, account: Account | None, *, durable: bool) -> Postmaster:
    """Start and wait until it answers. Raises StartFailed, StillRunning or DiskFull with the server's own reason."""
    settings = [*_SETTINGS, *place.listen_options(), *(() if durable else _UNSAFE_SETTINGS)]
    command = [tools.program("postgres"), "-D", str(place.data)]
    for setting in settings:
        command += ["-c", setting]
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
    options = popen_options(account, dies_with_us=signal.SIGINT)
    with place.log.open("ab") as log:
        log_start = log.tell()
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=place.root, env=environment, **options
        )
    try:
        _wait_until_ready(place, process, log_start)
    except BaseException:
        stop(Postmaster(process.pid, process))
        raise
    return Postmaster(process.pid, process)


def find(data: Path) -> Postmaster | None:
    """The postmaster that serves this data folder now, whoever started it."""
    process = _named_by_pid_file(data)
    return Postmaster(process.pid) if process is not None and _serves(process, data) else None


def forget_stale_pid_files(place: Place) -> None:
    """For a folder that nobody serves: remove what would make PostgreSQL take a stranger for its postmaster.

    After a kill the number in the two lock files may belong to anybody, or to a zombie not yet buried.
    """
    process = _named_by_pid_file(place.data)
    if process is not None and not _serves(process, place.data):
        (place.data / "postmaster.pid").unlink(missing_ok=True)
    for lock in place.root.glob(".s.PGSQL.*.lock"):
        lock.unlink(missing_ok=True)


def _named_by_pid_file(data: Path) -> psutil.Process | None:
    try:
        first = (data / "postmaster.pid").read_text().split(maxsplit=1)[0]
        return psutil.Process(int(first))
    except (OSError, ValueError, IndexError, psutil.NoSuchProcess):
        return None


def _serves(process: psutil.Process, data: Path) -> bool:
    # A postmaster's working directory is its data folder, however the path was spelled when it was started.
    try:
        return process.status() != psutil.STATUS_ZOMBIE and Path(process.cwd()).samefile(data)
    except (psutil.Error, OSError):
        return False


def is_alive(postmaster: Postmaster) -> bool:
    if postmaster.process is not None:
        return postmaster.process.poll() is None
    try:
        return not has_ended(psutil.Process(postmaster.pid))
    except psutil.NoSuchProcess:
        return False


def stop(postmaster: Postmaster) -> None:
    """Fast shutdown; then immediate; then kill. Returns when the process is gone."""
    for sent, patience in ((signal.SIGINT, _FAST), (signal.SIGQUIT, _IMMEDIATE), (signal.SIGKILL, _IMMEDIATE)):
        try:
            os.kill(postmaster.pid, sent)
        except ProcessLookupError:
            break
        if _gone(postmaster, patience):
            break
    if postmaster.process is not None:
        postmaster.process.wait(_IMMEDIATE)


def _gone(postmaster: Postmaster, patience: float) -> bool:
    if postmaster.process is not None:
        try:
            postmaster.process.wait(patience)
        except subprocess.TimeoutExpired:
            return False
        return True
    try:
        return not still_there([psutil.Process(postmaster.pid)], within=patience)
    except psutil.NoSuchProcess:
        return True


def _wait_until_ready(place: Place, process: subprocess.Popen[bytes], log_start: int) -> None:
    began = time.monotonic()
    while True:
        try:
            psycopg.connect(place.url(ADMIN, "postgres"), connect_timeout=5).close()
        except psycopg.OperationalError as wrong:
            reason = str(wrong).strip()
            if "password authentication failed" in reason:
                raise AccessLost(path=str(place.access)) from None
        else:
            return
        try:
            process.wait(_LOOK_AGAIN)
        except subprocess.TimeoutExpired:
            recovering = "starting up" in reason or "not yet accepting" in reason
            if time.monotonic() - began > (_RECOVERED_WITHIN if recovering else _READY_WITHIN):
                raise StartFailed(reason=reason.splitlines()[0], log=str(place.log)) from None
        else:
            raise _refusal(place, log_start)


def _refusal(place: Place, log_start: int) -> Exception:
    """What the server wrote since ``log_start``, as one of our refusals."""
    said = _tail(place.log, log_start)
    if "No space left on device" in said:
        return DiskFull(path=str(place.home))
    if "lock file" in said or "pre-existing shared memory block" in said:
        return StillRunning(path=str(place.data))
    telling = [line for line in said.splitlines() if "FATAL:" in line or "PANIC:" in line]
    last = telling[-1].split(":", 3)[-1].strip() if telling else (said.strip().splitlines() or ["no message"])[-1]
    return StartFailed(reason=last, log=str(place.log))


def _tail(log: Path, offset: int) -> str:
    with log.open("rb") as file:
        file.seek(offset)
        return file.read(64 * 1024).decode(errors="replace")
