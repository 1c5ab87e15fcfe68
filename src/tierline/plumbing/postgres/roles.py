"""Who may do what in the database: an owner for migrations, an application role that owns nothing."""

from __future__ import annotations

import psycopg
from psycopg import sql

from tierline.plumbing.postgres.place import ADMIN, APP, DATABASE, OWNER, Place

# pg_trgm searches codes and host names; vector is optional everywhere: search falls back to a scan.
EXTENSIONS = ("pg_trgm", "vector")


def furnish(place: Place) -> None:
    """Roles, database and extensions in a new server. Safe to repeat after an interruption."""
    with psycopg.connect(place.url(ADMIN, "postgres"), autocommit=True) as admin:
        for role in (OWNER, APP):
            _role(admin, role, place.passwords[role])
        if not _exists(admin, "SELECT 1 FROM pg_database WHERE datname = %s", DATABASE):
            admin.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER))
            )
        admin.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(DATABASE)))
        admin.execute(
            sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(
                sql.Identifier(DATABASE), sql.Identifier(APP)
            )
        )
    with psycopg.connect(place.url(ADMIN), autocommit=True) as admin:
        admin.execute(sql.SQL("ALTER SCHEMA public OWNER TO {}").format(sql.Identifier(OWNER)))
        add_extensions(admin)
    with psycopg.connect(place.url(OWNER), autocommit=True) as owner:
        grant(owner, APP)


def grant(owner: psycopg.Connection, app: str) -> None:
    """What ``owner`` makes from now on, ``app`` may read and write: rows only, never shapes."""
    to = sql.Identifier(app)
    owner.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    owner.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(to))
    for what, kind in (("SELECT, INSERT, UPDATE, DELETE", "TABLES"), ("USAGE, SELECT", "SEQUENCES")):
        owner.execute(
            sql.SQL("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {} ON {} TO {}").format(
                sql.SQL(what), sql.SQL(kind), to
            )
        )


def add_extensions(connection: psycopg.Connection) -> None:
    """Those the server offers and this role may create; the rest is detected by who needs it."""
    for name in EXTENSIONS:
        if _exists(connection, "SELECT 1 FROM pg_available_extensions WHERE name = %s", name):
            try:
                connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(name)))
            except psycopg.errors.InsufficientPrivilege:
                continue


def has_extension(connection: psycopg.Connection, name: str) -> bool:
    return _exists(connection, "SELECT 1 FROM pg_extension WHERE extname = %s", name)


def _role(admin: psycopg.Connection, name: str, password: str) -> None:
    verb = "ALTER" if _exists(admin, "SELECT 1 FROM pg_roles WHERE rolname = %s", name) else "CREATE"
    attributes = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION"
    admin.execute(
        sql.SQL("{} ROLE {} {} PASSWORD {}").format(
            sql.SQL(verb), sql.Identifier(name), sql.SQL(attributes), sql.Literal(password)
        )
    )


def _exists(connection: psycopg.Connection, query: str, value: str) -> bool:
    return connection.execute(sql.SQL(query), [value]).fetchone() is not None
