"""``tierline up``, ``status`` and ``down`` as a person uses them: the real web and worker on a real database."""

from __future__ import annotations

import http.client
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.house.spoken import PATIENCE, Spoken, all_gone, environment
from tests.support import servers
from tierline.plumbing import postgres
from tierline.plumbing.postgres import place

TIERLINE = [sys.executable, "-c", "from tierline.cli import main; main()"]


class Up(Spoken):
    def __init__(self, home: Path, *options: str, **variables: str) -> None:
        with servers.listener(0) as free:
            self.port = free
        super().__init__([*TIERLINE, "up", "--port", str(self.port), *options], home, **variables)

    def answers_again(self) -> None:
        """A process that was started a moment ago needs a moment to listen."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                if answers(self.port, "/readyz") == 200:
                    return
            except (OSError, http.client.HTTPException):
                pass
            select.select([], [], [], 0.02)
        raise AssertionError("it never became ready again")


def tierline(home: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*TIERLINE, *words],
        env=environment(home, **variables),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )


def status(home: Path) -> dict[str, object]:
    return dict(json.loads(tierline(home, "status", "--json").stdout))


def answers(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.fixture
def home() -> Iterator[Path]:
    with servers.own_home("值班 台账") as made:
        yield made


@pytest.fixture(scope="module")
def up() -> Iterator[Up]:
    """One running instance for the tests that leave it running. Its folder has a space and Chinese characters."""
    with servers.own_home("值班 台账") as made:
        one = Up(made)
        try:
            one.until("Ctrl-C stops it")
            yield one
        finally:
            one.end()


def test_it_answers_when_it_says_so(up: Up) -> None:
    assert answers(up.port, "/readyz") == 200
    assert answers(up.port, "/healthz") == 200
    assert f"http://127.0.0.1:{up.port}" in "\n".join(up.lines)


def test_status_names_everything(up: Up) -> None:
    told = status(up.home)
    assert (told["running"], told["ready"]) == (True, True)
    assert (told["url"], told["home"]) == (f"http://127.0.0.1:{up.port}", str(up.home))
    pids = told["pids"]
    assert isinstance(pids, dict)
    assert set(pids) == {"supervisor", "web", "standby", "worker", "postgres"}
    assert all(psutil.pid_exists(pid) for pid in pids.values())
    database = told["database"]
    assert isinstance(database, dict)
    assert set(database) == {"version", "source", "where", "pgvector"}
    assert told["demo_users"] == {}
    assert up.home.name in tierline(up.home, "status").stdout


def test_a_second_up_says_where_the_first_one_is(up: Up) -> None:
    second = tierline(up.home, "up", "--port", str(up.port))
    assert second.returncode == 1
    assert f"http://127.0.0.1:{up.port}" in second.stderr
    assert len(second.stderr.splitlines()) == 1
    assert answers(up.port, "/healthz") == 200


def test_the_served_processes_do_not_know_the_owners_password(up: Up) -> None:
    _, owner_url = postgres.urls(up.home)
    password = owner_url.split(":")[2].split("@")[0]
    for name in ("web", "worker"):
        known = psutil.Process(up.pids()[name]).environ()
        assert postgres.OWNER_URL not in known
        assert password not in "".join(known.values())


@pytest.mark.parametrize("name", ["web", "worker", "postgres"])
def test_after_kill_9_it_is_ready_again(up: Up, name: str) -> None:
    os.kill(up.pids()[name], signal.SIGKILL)
    up.until(f"{name} is running again")
    up.answers_again()


def test_the_page_server_below_the_web_process_may_be_killed_too(up: Up) -> None:
    for below in psutil.Process(up.pids()["web"]).children():
        below.kill()
    up.until("web is running again")
    up.answers_again()


def test_down_stops_all_of_it_and_the_data_stays(home: Path) -> None:
    one = Up(home)
    one.until("Ctrl-C stops it")
    family = one.family()
    assert tierline(home, "down").returncode == 0
    assert one.process.wait(PATIENCE) == 0
    assert all_gone(family)
    one.end()
    assert status(home) == {
        "running": False,
        "ready": False,
        "url": None,
        "pids": {},
        "database": None,
        "home": str(home),
        "demo_users": {},
        "demo_history": {"done": 0, "days": 0},
    }
    assert (home / "postgres/data/PG_VERSION").exists()


def test_down_without_an_instance_says_so(home: Path) -> None:
    done = tierline(home, "down")
    assert (done.returncode, done.stderr) == (0, "")
    assert "not running" in done.stdout


@pytest.mark.parametrize(("language", "words"), [("en_US.UTF-8", "is taken"), ("zh_CN.UTF-8", "已被其他程序占用")])
def test_a_taken_port_is_one_sentence_and_nothing_is_started(home: Path, language: str, words: str) -> None:
    with servers.listener(0) as port:
        done = tierline(home, "up", "--port", str(port), LANG=language)
    assert done.returncode == 1
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (home / "postgres").exists()


@pytest.mark.parametrize(("language", "words"), [("en_US.UTF-8", "cannot be written"), ("zh_CN.UTF-8", "无法写入")])
def test_an_unwritable_home_is_one_sentence(tmp_path: Path, language: str, words: str) -> None:
    (tmp_path / "file").write_text("in the way")
    done = tierline(tmp_path / "file/home", "up", LANG=language)
    assert done.returncode == 1
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_server_that_cannot_be_reached_is_one_sentence_without_its_password(home: Path) -> None:
    done = tierline(home, "up", TIERLINE_DATABASE_URL="postgresql://app:word@127.0.0.1:1/tierline")
    assert done.returncode == 1
    assert "127.0.0.1:1/tierline" in done.stderr
    assert "word" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(("language", "words"), [("en_US.UTF-8", "is not running"), ("zh_CN.UTF-8", "未在运行")])
@pytest.mark.parametrize("command", ["tickets list", "audit verify", "mail receive x.eml", "sla explain TK-1"])
def test_a_command_without_an_instance_is_one_sentence_and_makes_nothing(
    tmp_path: Path, command: str, language: str, words: str
) -> None:
    done = tierline(tmp_path / "home", *command.split(), LANG=language)
    assert done.returncode == 1
    assert words in done.stderr
    assert "make up" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "home").exists()


def test_a_command_after_the_end_is_one_sentence(home: Path) -> None:
    place.place_of(home)
    done = tierline(home, "tickets", "list")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1), done.stderr
    assert "is not running" in done.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is closed to root")
@pytest.mark.parametrize("command", ["up", "status", "down", "tickets list"])
def test_an_unreadable_home_is_one_sentence(home: Path, command: str) -> None:
    home.chmod(0)
    try:
        done = tierline(home, *command.split())
    finally:
        home.chmod(0o700)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1), done.stderr
    assert "cannot be written" in done.stderr
