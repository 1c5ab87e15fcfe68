"""Files by their content."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tierline.plumbing import store
from tierline.plumbing.store import FileTooLarge


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TIERLINE_HOME", str(tmp_path / "state"))
    return tmp_path / "state"


def files(home: Path) -> list[Path]:
    return [p for p in (home / "files").rglob("*") if p.is_file()]


def test_the_same_content_is_one_file_named_by_its_digest(own_home: Path) -> None:
    one, two = store.put([b"abc", b"def"], limit=100), store.put([b"abcdef"], limit=100)
    assert one.sha256 == two.sha256 == hashlib.sha256(b"abcdef").hexdigest()
    assert (one.size, store.path(one.sha256).read_bytes()) == (6, b"abcdef")
    assert files(own_home) == [store.path(one.sha256)]


def test_exactly_the_limit_fits_and_one_more_leaves_nothing_behind(own_home: Path) -> None:
    store.put([b"1234"], limit=4)
    with pytest.raises(FileTooLarge):
        store.put([b"1234", b"5"], limit=4)
    assert len(files(own_home)) == 1


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "g" * 64, "A" * 64])
def test_only_a_digest_leads_to_a_file(name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        store.path(name)
