"""Absent data skips on a lone clone and fails in CI: a green CI run always read the real input."""

from pathlib import Path

import pytest

from tests.support.shared_data import BESIDE_THE_REPOSITORY, shared_data


def test_the_variable_names_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mails").mkdir()
    monkeypatch.setenv("TIERLINE_DATA", str(tmp_path))
    assert shared_data("mails") == tmp_path / "mails"


def test_without_the_variable_it_lies_beside_the_repository() -> None:
    repository = Path(__file__).parents[2]
    assert (repository / "pyproject.toml").exists()
    assert repository.parent / "shared" / "data" == BESIDE_THE_REPOSITORY


@pytest.mark.parametrize(
    ("ci", "outcome"),
    [("", pytest.skip.Exception), ("true", pytest.fail.Exception)],
    ids=["absent data skips on a lone clone", "absent data fails in CI"],
)
def test_absent_data(ci: str, outcome: type[BaseException], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIERLINE_DATA", str(tmp_path))
    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome, match="mails"):
        shared_data("mails")
