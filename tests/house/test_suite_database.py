"""What every database test of the suite stands on: the application's own role, and empty tables."""

from __future__ import annotations

import json
import os
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from tests.support import database
from tierline.plumbing import postgres
from tierline.plumbing.postgres import place

INSERT = "INSERT INTO django_session (session_key, session_data, expire_date) VALUES ('key', '', '2100-01-01')"


@pytest.mark.django_db
def test_tests_run_as_the_application() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, (SELECT count(*) FROM pg_tables WHERE tableowner = current_user)")
        assert cursor.fetchone() == (place.APP, 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", ["first", "second"])
def test_a_transactional_test_finds_no_rows_of_an_earlier_one(turn: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_session")
        assert cursor.fetchone() == (0,)
        cursor.execute(INSERT)


@pytest.mark.django_db(transaction=True)
def test_emptying_passes_guards_and_keeps_reference_rows(database_server: postgres.Running) -> None:
    assert database_server.admin_url is not None
    reference = database.filled_tables(database_server.admin_url)
    with psycopg.connect(database_server.admin_url) as admin:
        admin.execute("CREATE TABLE guarded AS SELECT 1 AS number")
        admin.execute("CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'no'; END$$")
        admin.execute("CREATE TRIGGER no BEFORE DELETE ON guarded FOR EACH STATEMENT EXECUTE FUNCTION no()")
    try:
        assert database.filled_tables(database_server.admin_url) == reference | {"guarded"}
        database.empty_tables(database_server.admin_url, keep=reference)
        assert database.filled_tables(database_server.admin_url) == reference
        assert "django_migrations" in reference
    finally:
        with psycopg.connect(database_server.admin_url) as admin:
            admin.execute("DROP TABLE guarded")
            admin.execute("DROP FUNCTION no()")


def test_the_state_folder_is_the_runs_own(pytestconfig: pytest.Config) -> None:
    home = Path(os.environ["TIERLINE_HOME"])
    assert json.loads((home / "tests.json").read_text())["pid"] == os.getpid()


def test_what_a_killed_run_left_is_swept() -> None:
    left = database.throwaway_home()
    running = database.start(left)
    (left / "tests.json").write_text(json.dumps({"pid": 2**22 + 1, "started": 1.0}))
    ours = Path(os.environ["TIERLINE_HOME"])
    database.sweep_killed_runs()
    assert not left.exists()
    assert ours.exists()
    assert not running.is_alive()
