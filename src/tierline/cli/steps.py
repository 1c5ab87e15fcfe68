"""What happens between a running database and a running web process: migrations and demo data."""

from __future__ import annotations

import importlib.util
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tierline.cli import migrated
from tierline.cli.processes import last_lines
from tierline.plumbing.home import CannotStart, logs
from tierline.plumbing.postgres import OWNER_URL, URL, Running
from tierline.plumbing.postgres.account import popen_options
from tierline.plumbing.postgres.refusals import OwnerUrlMissing

SETTINGS = "tierline.config.settings"
_ROLE = "TIERLINE_DATABASE_ROLE"


class MigrationFailed(CannotStart):
    code = "migration_failed"


class DemoFailed(CannotStart):
    code = "demo_failed"


def environment(home: Path, running: Running) -> dict[str, str]:
    """For processes that serve: the application's role only, never the owner's."""
    inherited = {name: value for name, value in os.environ.items() if name not in (OWNER_URL, _ROLE)}
    return inherited | {
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", SETTINGS),
        "PYTHONUNBUFFERED": "1",
        "TIERLINE_HOME": str(home),
        URL: running.app_url,
    }


def migrate(home: Path, running: Running) -> bool:
    """Run the migrations that are due, as the owner; whether any was. Raises MigrationFailed, OwnerUrlMissing."""
    if migrated.is_current(home, running.app_url):
        return False
    serving = environment(home, running)
    log = logs(home) / "migrate.log"
    command = [sys.executable, "-m", "django", "migrate", "--noinput"]
    try:
        owner_url = running.prepare_for_migration()
    except OwnerUrlMissing:
        if _run([*command, "--check", "--verbosity=0"], serving, log) == 0:
            return False
        raise
    start = log.stat().st_size if log.exists() else 0
    if _run([*command, "--no-color"], serving | {OWNER_URL: owner_url, _ROLE: "owner"}, log) != 0:
        raise MigrationFailed(reason=_last_word(log, start), log=str(log))
    migrated.remember(home, running.app_url)
    said = last_lines(log, start, 1000)
    return any(line.strip().endswith(" OK") for line in said)


def has_demo() -> bool:
    return importlib.util.find_spec("tierline.demo") is not None


def build_demo(home: Path, running: Running, days: int) -> bool:
    """Build the demo's present unless this home has it; whether it was built. Raises DemoFailed.

    ``days`` of history are planned with it; ``history.children`` fill them in.
    """
    if (home / "demo.json").exists():
        return False
    log = logs(home) / "demo.log"
    start = log.stat().st_size if log.exists() else 0
    if _run([sys.executable, "-m", "tierline.demo", "present", str(days)], environment(home, running), log) != 0:
        raise DemoFailed(reason=_last_word(log, start), log=str(log))
    return True


def _run(command: list[str], env: Mapping[str, str], log: Path) -> int:
    options = popen_options(None, dies_with_us=signal.SIGTERM)
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=dict(env), **options
        )
    try:
        return process.wait()
    except BaseException:
        process.terminate()
        process.wait()
        raise


def _last_word(log: Path, start: int) -> str:
    """The exception that ended it, else its last line: a database error's own last line is only a caret."""
    said = [line for line in last_lines(log, start, 50) if line.strip()]
    raised = [line for line in said if re.match(r"[A-Za-z_][\w.]*: \S", line)]
    return (raised or said or ["no message"])[-1].strip()
