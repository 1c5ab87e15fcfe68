"""Small parts of the start: delays between restarts, the demo's file, logs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tierline.cli import processes
from tierline.cli.demo_file import demo_history, demo_password, demo_users
from tierline.cli.history import total
from tierline.cli.processes import BackOff


def test_delays_double_up_to_half_a_minute() -> None:
    back_off = BackOff()
    assert [back_off.after_death(0.1) for _ in range(8)] == [0.5, 1, 2, 4, 8, 16, 30, 30]


@pytest.mark.parametrize(
    ("lived", "delay"), [(59.9, 4.0), (60.0, 0.5)], ids=["just under a minute", "a minute is forgiven"]
)
def test_a_steady_child_begins_anew(lived: float, delay: float) -> None:
    back_off = BackOff(failures=3)
    assert back_off.after_death(lived) == delay


@pytest.mark.parametrize("content", [None, "", "[]", "{}", "not json"])
def test_without_demo_data_there_are_no_sign_ins(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "demo.json").write_text(content)
    assert demo_users(tmp_path) == {}
    assert demo_password(tmp_path) is None


def test_the_demos_sign_ins_are_read(tmp_path: Path) -> None:
    (tmp_path / "demo.json").write_text(json.dumps({"demo_users": {"l1": "l1@example.com"}, "password": "word"}))
    assert demo_users(tmp_path) == {"l1": "l1@example.com"}
    assert demo_password(tmp_path) == "word"


def test_the_history_is_as_long_as_it_was_planned_and_as_far_as_it_came(tmp_path: Path) -> None:
    (tmp_path / "demo.json").write_text(json.dumps({"history": {"one": 90, "two": 90}}))
    (tmp_path / "demo-one.json").write_text(json.dumps({"done": 12, "days": 90}))
    assert demo_history(tmp_path) == {"one": (12, 90), "two": (0, 90)}
    assert total(tmp_path) == (0, 90)


def test_a_large_log_is_set_aside_once(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    log.write_bytes(b"x" * (8 * 1024 * 1024 + 1))
    processes.trim_log(log)
    assert not log.exists()
    assert (tmp_path / "web.1.log").exists()


def test_last_lines_are_those_since_the_start(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    log.write_text("of an earlier run\n")
    offset = log.stat().st_size
    with log.open("a") as file:
        file.write("one\ntwo\n")
    assert processes.last_lines(log, offset) == ["one", "two"]
