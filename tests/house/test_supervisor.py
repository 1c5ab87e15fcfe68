"""The supervisor over real processes: restarts, the order of stopping, and no orphan whatever is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.house.spoken import PATIENCE, Spoken, all_gone
from tests.support import servers
from tierline.cli import instance
from tierline.plumbing import postgres


class Supervised(Spoken):
    """The supervisor over stand-ins for web and worker."""

    def __init__(self, home: Path, **variables: str) -> None:
        with servers.listener(0) as free:
            self.port = free
        command = [sys.executable, "-m", "tests.house.stand_in", "supervise", str(home), str(self.port)]
        super().__init__(command, home, **variables)


@pytest.fixture
def home() -> Iterator[Path]:
    with servers.own_home() as made:
        yield made


@pytest.fixture
def over(home: Path) -> Iterator[Supervised]:
    one = Supervised(home)
    one.until("ready")
    yield one
    one.end()


@pytest.fixture(scope="module")
def enduring() -> Iterator[Supervised]:
    """One for the tests after which it runs as before."""
    with servers.own_home() as made:
        one = Supervised(made)
        one.until("ready")
        yield one
        one.end()


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_request_to_stop_leaves_no_process_and_no_trace(over: Supervised, asked: signal.Signals) -> None:
    family = over.family()
    assert len(family) >= 6  # supervisor, web and its child, worker and its child, PostgreSQL and its own
    over.process.send_signal(asked)
    over.until("stopped")
    assert over.process.wait(PATIENCE) == 0
    assert all_gone(family)
    assert instance.recorded(over.home) is None
    log = (over.home / "logs/postgres.log").read_text()
    assert "received fast shutdown request" in log
    assert "database system is shut down" in log


@pytest.mark.parametrize("name", ["web", "worker"])
def test_a_killed_child_is_replaced_with_all_that_it_started(enduring: Supervised, name: str) -> None:
    before = enduring.pids()
    left = psutil.Process(before[name]).children(recursive=True)
    os.kill(before[name], signal.SIGKILL)
    enduring.until(f"{name} is running again")
    assert enduring.pids()[name] != before[name]
    assert {other: pid for other, pid in enduring.pids().items() if other != name} == {
        other: pid for other, pid in before.items() if other != name
    }
    assert all_gone(left)


def test_a_killed_postgres_is_started_again_on_its_data(enduring: Supervised) -> None:
    before = enduring.pids()["postgres"]
    _, owner_url = postgres.urls(enduring.home)
    with psycopg.connect(owner_url) as owner:
        owner.execute("CREATE TABLE kept AS SELECT 7 AS number")
    os.kill(before, signal.SIGKILL)
    enduring.until("postgres is running again")
    assert enduring.pids()["postgres"] != before
    app_url, _ = postgres.urls(enduring.home)
    with psycopg.connect(app_url) as app:
        assert app.execute("SELECT number FROM kept").fetchone() == (7,)


def test_a_killed_supervisor_takes_its_children_along_or_the_next_one_does(over: Supervised) -> None:
    family = over.family()
    over.process.kill()
    over.process.wait(PATIENCE)
    again = Supervised(over.home)
    again.until("ready")
    assert all_gone(family)
    again.end()


def test_children_that_outlived_their_supervisor_are_found_by_their_mark(home: Path) -> None:
    mark = "0123456789abcdef"
    orphan = subprocess.Popen(["cat"], stdin=subprocess.PIPE, env={**os.environ, instance.MARK: mark})
    stranger = subprocess.Popen(["cat"], stdin=subprocess.PIPE)
    with instance.held(home):
        instance.save(home, instance.Instance(2**22 + 1, 1.0, mark, "http://127.0.0.1:1", {}, {"web": orphan.pid}))
        assert instance.running(home) is None
        assert instance.clean_up(home) is True
        assert instance.recorded(home) is None
    assert orphan.wait(PATIENCE) == -signal.SIGTERM
    assert stranger.poll() is None
    stranger.communicate()
    orphan.communicate()


def test_a_second_one_is_told_where_the_first_runs(enduring: Supervised) -> None:
    with pytest.raises(instance.AlreadyRunning) as refused, instance.held(enduring.home):
        pass
    assert refused.value.facts["url"] == f"http://127.0.0.1:{enduring.port}"
    assert refused.value.facts["pid"] == enduring.process.pid


def test_a_child_that_cannot_start_shows_its_last_words(home: Path) -> None:
    one = Supervised(home, STAND_IN_FAILS="1")
    one.until("child_failed")
    assert "the reason it cannot start" in one.lines[-1]
    assert one.process.wait(PATIENCE) == 1
    one.end()
    assert postgres.stop_orphan(home) is False
