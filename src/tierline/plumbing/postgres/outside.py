"""A database that somebody else runs: named by TIERLINE_DATABASE_URL, checked, never started or stopped."""

from __future__ import annotations

import psycopg
from psycopg import conninfo

from tierline.plumbing.postgres.binaries import LEAST_MAJOR
from tierline.plumbing.postgres.refusals import OwnerUrlMissing, RoleTooStrong, ServerTooOld, ServerUnreachable
from tierline.plumbing.postgres.roles import add_extensions, grant, has_extension

_PATIENCE_SECONDS = 10


def where(url: str) -> str:
    """Host, port and database of ``url``, never its password."""
    parts = conninfo.conninfo_to_dict(url)
    return f"{parts.get('host', 'localhost')}:{parts.get('port', 5432)}/{parts.get('dbname', '')}"


def check(url: str) -> tuple[int, bool]:
    """Server version number (150004) and whether pgvector is there.

    Raises ServerUnreachable, ServerTooOld, or RoleTooStrong when row-level security would not hold.
    """
    with _connected(url) as connection:
        number = connection.info.server_version
        if number < LEAST_MAJOR * 10_000:
            raise ServerTooOld(version=_readable(number), least=LEAST_MAJOR, where=where(url))
        role = connection.execute(
            "SELECT rolname FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolbypassrls)"
        ).fetchone()
        if role is not None:
            raise RoleTooStrong(role=role[0])
        return number, has_extension(connection, "vector")


def prepare_for_migration(url: str, owner_url: str | None) -> None:
    """Grants and extensions before the owner's migrations. Raises OwnerUrlMissing, ServerUnreachable."""
    if not owner_url:
        raise OwnerUrlMissing(where=where(url))
    app = conninfo.conninfo_to_dict(url).get("user")
    if app == conninfo.conninfo_to_dict(owner_url).get("user"):
        raise RoleTooStrong(role=app)
    with _connected(owner_url) as owner:
        owner.autocommit = True
        grant(owner, str(app))
        add_extensions(owner)


def _connected(url: str) -> psycopg.Connection:
    try:
        return psycopg.connect(url, connect_timeout=_PATIENCE_SECONDS)
    except psycopg.ProgrammingError as wrong:  # the URL itself cannot be read
        raise ServerUnreachable(where="TIERLINE_DATABASE_URL", reason=_first_line(wrong)) from wrong
    except psycopg.OperationalError as wrong:
        raise ServerUnreachable(where=where(url), reason=_first_line(wrong)) from wrong


def _first_line(wrong: Exception) -> str:
    return str(wrong).strip().splitlines()[0] if str(wrong).strip() else wrong.__class__.__name__


def _readable(number: int) -> str:
    return f"{number // 10_000}.{number % 10_000}"
