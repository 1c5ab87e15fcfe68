"""kill -9 of an import half-way: the same command again brings over the rest, and nothing twice."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path

from tests.support.running import TIERLINE, product

CASES = 3000
TABLE = "编号,主题,建单时间\n" + "".join(f"{n},打印错位 {n},2020-01-01 10:00\n" for n in range(CASES))
MAPPING = 'key = "编号"\nsubject = "主题"\nopened_at = "建单时间"\nzone = "Asia/Shanghai"\n'


def test_a_killed_import_is_taken_up_by_the_same_command(tmp_path: Path) -> None:
    file, mapping = tmp_path / "export.csv", tmp_path / "map.toml"
    file.write_text(TABLE, encoding="utf-8")
    mapping.write_text(MAPPING, encoding="utf-8")
    command = [TIERLINE, "tickets", "import", file, "--enterprise", "yunsuanpan", "--mapping", mapping, "--json"]
    with product() as running:
        first = subprocess.Popen(command, env=running.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert first.stderr is not None
        said = [first.stderr.readline() for _ in range(2)]
        first.send_signal(signal.SIGKILL)
        first.communicate()
        assert all(said), "it was over before it could be killed"
        again = subprocess.run(command, env=running.env, capture_output=True, text=True, check=True)
        told = json.loads(again.stdout)
        assert told["cases"] == told["opened"] + told["already_there"] == CASES
        assert 0 < told["already_there"] < CASES
        third = json.loads(subprocess.run(command, env=running.env, capture_output=True, text=True, check=True).stdout)
        assert (third["opened"], third["already_there"]) == (0, CASES)
