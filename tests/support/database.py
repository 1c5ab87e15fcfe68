"""One throw-away PostgreSQL for a pytest run: migrated as the owner, used as the application's role.

Tests see exactly what production gives the application: a role that owns nothing and that row-level
security binds. Only the emptying between transactional tests is done by the server's administrator.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from tierline.plumbing import postgres

_PREFIX = "tierline-tests-"
# "system" or "wheel": run the whole suite on that PostgreSQL instead of the preferred one.
_CHOICE = "TIERLINE_TEST_POSTGRES"


def announce() -> Path:
    """A fresh ``TIERLINE_HOME`` and its two URLs in the environment; the server itself starts when first needed."""
    sweep_killed_runs()
    home = throwaway_home()
    os.environ["TIERLINE_HOME"] = str(home)
    app_url, owner_url = postgres.urls(home)
    os.environ["TIERLINE_DATABASE_URL"], os.environ["TIERLINE_DATABASE_OWNER_URL"] = app_url, owner_url
    return home


def throwaway_home() -> Path:
    """A state folder that the next run removes when this one is killed. Its path is short: sockets fit."""
    home = Path(tempfile.mkdtemp(prefix=_PREFIX)).resolve()
    home.chmod(0o711)  # under uid 0 the server's account must walk through
    us = psutil.Process()
    (home / "tests.json").write_text(json.dumps({"pid": us.pid, "started": us.create_time()}))
    return home


def start(home: Path, *, source: str | None = None) -> postgres.Running:
    """The server of ``home``, without the disk's guarantees: a test run never survives a power cut anyway."""
    outside = {name: os.environ.pop(name, None) for name in (postgres.URL, postgres.OWNER_URL)}
    try:
        return postgres.ensure(home, durable=False, source=source or os.environ.get(_CHOICE))
    finally:
        os.environ.update({name: value for name, value in outside.items() if value is not None})


def remove(home: Path) -> None:
    postgres.stop_orphan(home)
    shutil.rmtree(home, ignore_errors=True)


def migrate() -> None:
    """All migrations as the owner, in a process of its own, as ``tierline up`` does it."""
    done = subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--noinput", "--verbosity=0"],
        env=os.environ | {"TIERLINE_DATABASE_ROLE": "owner"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"migrations failed\n{done.stdout}{done.stderr}")


def filled_tables(admin_url: str) -> frozenset[str]:
    """Tables with at least one row. After the migrations these hold reference data and are never emptied."""
    with psycopg.connect(admin_url) as admin:
        return frozenset(_filled(admin))


def empty_tables(admin_url: str, *, keep: Collection[str]) -> None:
    """Delete every row of every table but ``keep``: triggers, foreign keys and row security look away."""
    with psycopg.connect(admin_url) as admin:
        # A test that left a transaction open fails here with its name, instead of hanging the run.
        admin.execute("SET LOCAL lock_timeout = '10s'")
        admin.execute("SET LOCAL session_replication_role = replica")
        for table in _filled(admin) - set(keep):
            admin.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier("public", table)))


def _filled(admin: psycopg.Connection) -> set[str]:
    tables = admin.execute(
        "SELECT relname FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition"
    ).fetchall()
    if not tables:
        return set()
    asks = [
        sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(sql.Literal(name), sql.Identifier("public", name))
        for (name,) in tables
    ]
    return {name for (name,) in admin.execute(sql.SQL(" UNION ALL ").join(asks)).fetchall()}


def sweep_killed_runs() -> None:
    """Stop the servers and remove the folders of runs that did not end by themselves."""
    for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        try:
            if left.stat().st_uid == os.geteuid() and not _is_in_use(left):
                remove(left)
        except OSError:
            continue  # another run is sweeping it too


def _is_in_use(home: Path) -> bool:
    try:
        owner = json.loads((home / "tests.json").read_text())
        return abs(psutil.Process(owner["pid"]).create_time() - owner["started"]) < 1
    except psutil.NoSuchProcess:
        return False
    except (OSError, ValueError, KeyError):
        return True  # it is being made at this moment
