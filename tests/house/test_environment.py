"""``deploy/environment.sh`` on machines that lack something: one sentence with the command that mends it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
TOOLS = ("sh", "dirname", "cat", "id", "cmp", "rm")
# Stand-ins for python3: too old for the first question asked of it, or without Debian's python3-venv.
TOO_OLD = "#!/bin/sh\nexit 1\n"
WITHOUT_VENV = '#!/bin/sh\ncase "$*" in *ensurepip*) exit 1 ;; *) exit 0 ;; esac\n'


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    made = tmp_path / "a clone"
    shutil.copytree(REPOSITORY / "deploy", made / "deploy")
    for name in ("requirements.lock", "pyproject.toml"):
        shutil.copy(REPOSITORY / name, made)
    return made


def run(clone: Path, python: str | None, *, language: str) -> subprocess.CompletedProcess[str]:
    machine = clone.parent / "bin"
    machine.mkdir()
    for tool in TOOLS:
        (machine / tool).symlink_to(shutil.which(tool, path="/usr/bin:/bin") or f"/bin/{tool}")
    if python is not None:
        (machine / "python3").write_text(python)
        (machine / "python3").chmod(0o755)
    command = ["sh", str(clone / "deploy/environment.sh")]
    return subprocess.run(
        command, env={"PATH": str(machine), "LANG": language}, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("language", ["C.UTF-8", "zh_CN.UTF-8"])
@pytest.mark.parametrize(
    ("python", "mend"),
    [
        (None, "apt-get install python3 python3-venv"),
        (TOO_OLD, "apt-get install python3 python3-venv"),
        (WITHOUT_VENV, "apt-get install python3-venv"),
    ],
    ids=["no Python", "an old Python", "no python3-venv"],
)
def test_a_missing_prerequisite_is_one_sentence(clone: Path, python: str | None, mend: str, language: str) -> None:
    done = run(clone, python, language=language)
    assert done.returncode == 1
    assert mend in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert ("缺少" in done.stderr or "不完整" in done.stderr) == language.startswith("zh")
    assert not (clone / ".venv").exists()


def test_nothing_is_done_again_when_nothing_changed(clone: Path) -> None:
    environment = clone / ".venv/bin"
    environment.mkdir(parents=True)
    (environment / "tierline").touch(mode=0o755)
    parts = ("requirements.lock", "deploy/installer.lock", "pyproject.toml", "deploy/environment.sh")
    state = f"{os.path.realpath(clone)}\n" + "".join((clone / part).read_text() for part in parts)
    (clone / ".venv/.installed").write_text(state)
    assert run(clone, None, language="C").returncode == 0
