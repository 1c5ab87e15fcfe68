"""``tierline tickets import``: figures first, then tickets; a file from elsewhere, refusals, exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.support.shared_data import shared_data
from tests.support.world import Place, make_place, make_provider
from tierline.cli.tickets_import import import_

LOGS = [
    ("bpic2013_problems", "closed_problems.csv.gz", "closed_problems", "tiered_log"),
    ("bpic2013_problems", "BPIC13_open_problems.xes.gz", "open_problems", "tiered_log"),
    ("uci_incidents", "incident_event_log_first30pct.csv.gz", None, "servicenow"),
]
TABLE = "编号,主题,建单时间,优先级\n1,打印错位,2026-01-05 09:30,高\n2,登录失败,2026-01-06 10:00,低\n3,坏行,昨天,低\n"
MAP = """
key = "编号"
subject = "主题"
opened_at = "建单时间"
priority = "优先级"
zone = "Asia/Shanghai"
time_format = "%Y-%m-%d %H:%M"

[priorities]
"高" = ["significant", "high"]
"低" = ["minor", "low"]
"""


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(import_, [str(a) for a in args])


def given(tmp_path: Path) -> tuple[Path, Path]:
    (tmp_path / "tickets.csv").write_text(TABLE, encoding="utf-8")
    (tmp_path / "map.toml").write_text(MAP, encoding="utf-8")
    return tmp_path / "tickets.csv", tmp_path / "map.toml"


@pytest.fixture
def home() -> Place:
    return make_place(make_provider("moving"), "moving")


@pytest.mark.parametrize(("folder", "name", "part", "shape"), LOGS, ids=[name for _, name, _, _ in LOGS])
def test_a_dry_run_needs_no_product_and_prints_the_published_counts(
    folder: str, name: str, part: str | None, shape: str, tmp_path: Path
) -> None:
    file = shared_data(folder, name)
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("TIERLINE_", "DJANGO_"))}
    command = [sys.executable, "-c", "from tierline.cli import main; main()"]
    command += ["tickets", "import", str(file), "--dry-run", "--json"]
    done = subprocess.run(
        command, env={**kept, "TIERLINE_HOME": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    published = json.loads(shared_data(folder, "computed_figures.json").read_text(encoding="utf-8"))
    expected = published[part] if part else published
    cases = expected.get("cases", expected.get("incidents"))
    assert told == {**expected, "file": name, "shape": shape, "would_open": cases, "refused": 0}


@pytest.mark.django_db(transaction=True)
def test_looked_at_then_brought_over_then_there(home: Place, tmp_path: Path) -> None:
    file, mapping = given(tmp_path)
    asked = (file, "--mapping", mapping, "--enterprise", home.slug, "--json")
    dry = run(*asked, "--dry-run")
    assert dry.exit_code == 3, dry.output
    refusal = {"code": "invalid", "facts": {"field": "建单时间", "value": "昨天"}}
    counted = {"refused": 1, "refusals": [{"key": "3", "error": refusal}]}
    figures = {
        "cases": 2,
        "rows": 2,
        "opened_from": "2026-01-05T09:30:00+08:00",
        "opened_to": "2026-01-06T10:00:00+08:00",
    }
    named = {"file": "tickets.csv", "shape": "table"}
    assert json.loads(dry.stdout) == {**figures, **named, "would_open": 2, "already_there": 0, **counted}
    told = json.loads(run(*asked).stdout)
    assert told.pop("run") > 0
    assert told == {**named, "cases": 3, "opened": 2, "already_there": 0, **counted}
    again = json.loads(run(*asked).stdout)
    assert (again["opened"], again["already_there"], again["refused"]) == (0, 2, 1)
    assert json.loads(run(*asked, "--dry-run", "--limit", "1").stdout)["already_there"] == 1


@pytest.mark.django_db(transaction=True)
def test_in_words_and_refusals_on_stderr(home: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, mapping = given(tmp_path)
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    said = run(file, "--mapping", mapping, "--enterprise", home.slug)
    assert said.stdout.splitlines()[-1] == "3 cases: 2 opened, 0 there already, 1 refused"
    assert said.stderr.startswith("3: not brought over: ")
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "共 3 个工单：将新建 0，已存在 2，将拒绝 1" in run(file, "--mapping", mapping, "--dry-run").stdout


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("--shape", "otrs"), "invalid"),
        (("--shape", "servicenow"), "unreadable_export"),
        ((), "unreadable_export"),
        (("--mapping", "broken.toml"), "unreadable_mapping"),
    ],
    ids=["an unknown shape", "a shape whose columns are not there", "a header nobody knows", "a broken mapping"],
)
def test_what_cannot_be_read_is_a_named_refusal(args: tuple[str, ...], code: str, tmp_path: Path) -> None:
    file, _ = given(tmp_path)
    (tmp_path / "broken.toml").write_text("key = ", encoding="utf-8")
    result = run(file, "--dry-run", *(tmp_path / a if a.endswith(".toml") else a for a in args))
    assert getattr(result.exception, "code", None) == code
