"""Does the database need a migration run? Answered without Django, so that a start costs milliseconds, not seconds."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
from pathlib import Path

import psycopg

from tierline.plumbing.home import write_private

_PACKAGE = Path(__file__).resolve().parents[1]
# Their migrations come with them.
_DISTRIBUTIONS = ("django", "procrastinate")


def is_current(home: Path, url: str, *, package: Path = _PACKAGE) -> bool:
    """Whether code and database are both exactly as after the last successful run.

    The database is asked what it has applied, so one that was restored or replaced is migrated.
    """
    try:
        return bool(json.loads(_record(home).read_text()) == _fingerprint(url, package))
    except (OSError, ValueError, psycopg.Error):
        return False


def remember(home: Path, url: str) -> None:
    try:
        state = _fingerprint(url, _PACKAGE)
    except psycopg.Error:  # an outside database whose owner hides the list: Django is asked at every start
        return
    write_private(_record(home), json.dumps(state))


def _fingerprint(url: str, package: Path) -> dict[str, str]:
    code = hashlib.sha256()
    for name in _DISTRIBUTIONS:
        code.update(importlib.metadata.version(name).encode())
    for file in sorted(package.glob("*/migrations/*.py")):
        code.update(str(file.relative_to(package)).encode() + file.read_bytes())
    with psycopg.connect(url) as connection:
        applied = connection.execute("SELECT app, name, applied FROM django_migrations ORDER BY id").fetchall()
    return {"code": code.hexdigest(), "applied": hashlib.sha256(repr(applied).encode()).hexdigest()}


def _record(home: Path) -> Path:
    return home / "migrated.json"
