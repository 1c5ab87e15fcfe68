"""A server of our own: roles, addresses, restarts, and what a kill leaves behind. On both PostgreSQL sources."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.support import servers
from tierline.plumbing import postgres
from tierline.plumbing.postgres import place, server

_LONG = "a-folder-name-that-no-socket-address-has-room-for-" * 3
# Acknowledges each committed row into the file named first, until it is killed or the server goes away.
_WRITER = """
import os, sys, psycopg
acknowledged = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
with psycopg.connect(sys.argv[2], autocommit=True) as connection:
    for number in range(1_000_000):
        connection.execute("INSERT INTO kept VALUES (%s)", [number])
        os.write(acknowledged, b"%d\\n" % number)
        if number == 200:
            print("busy", flush=True)
"""


@pytest.fixture(autouse=True)
def no_outside_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(postgres.URL, raising=False)
    monkeypatch.delenv(postgres.OWNER_URL, raising=False)


@pytest.fixture(scope="module", params=servers.SOURCES)
def source(request: pytest.FixtureRequest) -> str:
    return servers.require(request.param)


@pytest.fixture(scope="module")
def made(source: str) -> Iterator[Path]:
    """A home with its data, not running."""
    with pytest.MonkeyPatch.context() as patch, servers.own_home() as folder:
        patch.delenv(postgres.URL, raising=False)
        start(folder, source).stop()
        yield folder


@pytest.fixture(scope="module")
def serving(made: Path) -> Iterator[postgres.Running]:
    """One server for the tests that only look at it."""
    with pytest.MonkeyPatch.context() as patch, servers.own_home() as folder:
        patch.delenv(postgres.URL, raising=False)
        servers.copy_home(made, folder)
        running = start(folder)
        yield running
        running.stop()


@pytest.fixture
def home(made: Path) -> Iterator[Path]:
    """A copy of the home to do anything with."""
    with servers.own_home() as folder:
        servers.copy_home(made, folder)
        yield folder


def start(home: Path, source: str | None = None) -> postgres.Running:
    """Without the disk's guarantees: only the tests of kill -9 are about them."""
    return postgres.ensure(home, source=source, durable=False)


def one(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()
    return row and row[0]


def make_table(running: postgres.Running, definition: str) -> None:
    assert running.owner_url is not None
    with psycopg.connect(running.owner_url) as owner:
        owner.execute(f"CREATE TABLE {definition}")


def test_the_app_role_writes_rows_and_owns_nothing(serving: postgres.Running) -> None:
    make_table(serving, "story (id bigint GENERATED ALWAYS AS IDENTITY, words text)")
    with psycopg.connect(serving.app_url, autocommit=True) as app:
        app.execute("INSERT INTO story (words) VALUES ('起')")
        assert app.execute("SELECT words FROM story").fetchone() == ("起",)
        strong = "SELECT rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = %s"
        assert app.execute(strong, [place.APP]).fetchone() == (False,)
        owned = "SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole"
        assert app.execute(owned).fetchone() == (0,)
        for forbidden in ("DROP TABLE story", "TRUNCATE story", "CREATE TABLE mine ()", "ALTER TABLE story ADD x int"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(forbidden)


def test_text_is_utf8_in_code_point_order_and_pages_have_checksums(serving: postgres.Running) -> None:
    assert one(serving.app_url, "SHOW server_encoding") == "UTF8"
    assert one(serving.app_url, "SHOW data_checksums") == "on"
    assert one(serving.app_url, "SELECT string_agg(x, '' ORDER BY x) FROM unnest(ARRAY['b','a','B','一']) x") == "Bab一"
    assert one(serving.app_url, "SELECT upper('é')") == "É"


def test_extensions_are_those_the_server_offers(serving: postgres.Running) -> None:
    available = one(serving.app_url, "SELECT count(*) FROM pg_available_extensions WHERE name = 'vector'") == 1
    assert serving.has_vector == available
    assert one(serving.app_url, "SELECT similarity('switch-01', 'switch-02') > 0.5") is True


def test_rows_survive_a_restart_on_the_binaries_that_made_them(home: Path, source: str) -> None:
    first = start(home)
    make_table(first, "kept AS SELECT 7 AS number")
    first.stop()
    second = start(home)  # no source named: a new folder would get the preferred one
    assert (second.source, second.version) == (source, first.version)
    assert one(second.app_url, "SELECT number FROM kept") == 7
    second.stop()


def test_a_running_server_is_adopted_and_left_running(home: Path) -> None:
    first = start(home)
    second = start(home)
    assert second.postmaster is not None and first.postmaster is not None
    assert second.postmaster.pid == first.postmaster.pid
    second.stop()
    assert first.is_alive()
    first.stop()
    assert not first.is_alive()


def test_nobody_gets_in_without_the_password(serving: postgres.Running) -> None:
    home = Path(serving.where).parent
    for role in (place.ADMIN, place.OWNER, place.APP):
        wrong = place.place_of(home).url(role).replace(place.place_of(home).passwords[role], "guess")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(wrong)
    assert one(serving.app_url, "SHOW listen_addresses") == ""
    assert not [rule for rule in (home / "postgres/data/pg_hba.conf").read_text().split() if rule == "trust"]
    assert (home / "database-access.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["with spaces", "值班 台账/三线", 'it\'s "quoted", 100%'])
def test_the_home_may_have_any_name(name: str, made: Path) -> None:
    with servers.own_home(name) as home:
        servers.copy_home(made, home)
        running = start(home)
        assert one(running.app_url, "SELECT 1") == 1
        running.stop()


def test_a_path_too_long_for_a_socket_listens_on_loopback_with_passwords(source: str) -> None:
    with servers.own_home(_LONG) as home:
        running = start(home, source)
        assert running.where.startswith("127.0.0.1:")
        assert one(running.app_url, "SHOW listen_addresses") == "127.0.0.1"
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(running.app_url.replace(place.place_of(home).passwords[place.APP], "guess"))
        running.stop()


def test_a_loopback_port_taken_meanwhile_is_given_up(source: str) -> None:
    with servers.own_home(_LONG) as home:
        before = place.place_of(home)
        assert before.port is not None
        with servers.listener(before.port):
            running = start(home, source)
            assert one(running.app_url, "SELECT 1") == 1
            assert running.where != before.where
            running.stop()


def test_kill_9_loses_no_acknowledged_row(home: Path, tmp_path: Path) -> None:
    running = postgres.ensure(home)
    make_table(running, "kept (number bigint PRIMARY KEY)")
    acknowledged = tmp_path / "acknowledged"
    writer = subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(acknowledged), running.app_url],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert writer.stdout is not None
    assert writer.stdout.readline() == b"busy\n"
    assert running.postmaster is not None
    os.kill(running.postmaster.pid, signal.SIGKILL)
    writer.wait(60)
    writer.stdout.close()
    again = postgres.ensure(home)
    expected = {int(line) for line in acknowledged.read_text().split()}
    with psycopg.connect(again.app_url) as app:
        kept = {number for (number,) in app.execute("SELECT number FROM kept")}
    assert len(expected) > 200
    assert expected <= kept
    again.stop()
    running.stop()


def test_a_pid_file_that_names_a_stranger_is_no_obstacle(home: Path) -> None:
    running = start(home)
    assert running.postmaster is not None
    pid_file = home / "postgres/data/postmaster.pid"
    left = pid_file.read_text()
    os.kill(running.postmaster.pid, signal.SIGKILL)
    running.stop()
    account = pid_file.parent.stat()
    options = {"user": account.st_uid, "group": account.st_gid} if os.geteuid() == 0 else {}
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, cwd="/", **options) as stranger:
        pid_file.write_text(left.replace(str(running.postmaster.pid), str(stranger.pid), 1))
        assert server.find(place.data_of(home)) is None
        again = start(home)
        assert again.is_child
        again.stop()
        assert stranger.poll() is None
        stranger.communicate()


def test_an_orphan_is_found_and_stopped(home: Path) -> None:
    running = start(home)
    assert postgres.stop_orphan(home) is True
    assert not running.is_alive()
    assert postgres.stop_orphan(home) is False


def test_an_initdb_interrupted_half_way_is_made_anew(source: str) -> None:
    with servers.own_home() as home:
        half = place.place_of(home).making
        half.mkdir(parents=True)
        (half / "PG_VERSION").write_text("15\n")
        running = start(home, source)
        assert not half.exists()
        running.stop()


def test_a_start_interrupted_before_the_roles_were_made_is_completed(home: Path) -> None:
    start(home).stop()
    record = home / "postgres/made.json"
    record.write_text(record.read_text().replace("true", "false"))
    running = start(home)
    assert one(running.app_url, "SELECT 1") == 1
    assert "true" in record.read_text()
    running.stop()


def test_attach_waits_for_nothing_it_could_start_itself(home: Path) -> None:
    running = start(home)
    attached = postgres.attach(home)
    assert not attached.is_child
    assert one(attached.app_url, "SELECT 1") == 1
    running.stop()
