"""Under which account does PostgreSQL run? It refuses uid 0, so root steps down to an unprivileged one."""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_OWN_ACCOUNT = "tierline"
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Account:
    name: str
    uid: int
    gid: int


def server_account(data: Path) -> Account | None:
    """None: run as we are. Under uid 0 the owner of an existing ``data`` folder, else an existing or new account."""
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        return _named(data.stat().st_uid)
    return _existing(_OWN_ACCOUNT) or _existing("postgres") or _create() or _existing("nobody")


def popen_options(account: Account | None, *, dies_with_us: signal.Signals) -> dict[str, Any]:
    """Options for subprocess.Popen: step down to ``account``, own session, and ``dies_with_us`` when we are killed.

    An own session keeps a terminal's Ctrl-C from us alone: the order of stopping is ours to give.
    """
    options: dict[str, Any] = {"start_new_session": True, "preexec_fn": _tie_to_parent(dies_with_us)}
    return options | as_account(account)


def as_account(account: Account | None) -> dict[str, Any]:
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def may_enter(account: Account | None, folder: Path) -> bool:
    """Whether ``account`` can walk into ``folder``: a parent closed to others is the usual obstacle."""
    test = ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)]
    return subprocess.run(test, capture_output=True, check=False, cwd="/", **as_account(account)).returncode == 0


def may_run(account: Account | None, program: str) -> bool:
    """Whether ``account`` can read and start ``program`` and its libraries."""
    try:
        done = subprocess.run([program, "--version"], capture_output=True, check=False, cwd="/", **as_account(account))
    except OSError:
        return False
    return done.returncode == 0


def _tie_to_parent(sent: signal.Signals) -> Callable[[], None] | None:
    """Runs in the child between fork and exec, after the change of uid (which would clear the setting)."""
    if not sys.platform.startswith("linux"):
        return None  # orphans are found by their pid files at the next start
    prctl = ctypes.CDLL(None).prctl
    parent = os.getpid()

    def tie() -> None:
        prctl(_PR_SET_PDEATHSIG, int(sent), 0, 0, 0)
        if os.getppid() != parent:  # killed between fork and prctl
            os._exit(1)

    return tie


def _existing(name: str) -> Account | None:
    try:
        found = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(found.pw_name, found.pw_uid, found.pw_gid)


def _named(uid: int) -> Account:
    try:
        found = pwd.getpwuid(uid)
    except KeyError:
        return Account(str(uid), uid, uid)
    return Account(found.pw_name, found.pw_uid, found.pw_gid)


def _create() -> Account | None:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is None:
        return None
    options = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    command = [useradd, *options, "--shell", "/usr/sbin/nologin", _OWN_ACCOUNT]
    subprocess.run(command, capture_output=True, check=False)
    return _existing(_OWN_ACCOUNT)
