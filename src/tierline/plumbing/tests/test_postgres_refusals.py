"""What keeps the database from starting: one named reason each, and not one file changed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.support import servers
from tierline.plumbing import postgres
from tierline.plumbing.home import CannotStart, DiskFull, HomeUnwritable
from tierline.plumbing.postgres import binaries, folder, place
from tierline.plumbing.postgres.refusals import (
    AccessLost,
    BinariesGone,
    CorruptFolder,
    ForeignFolder,
    HomeUnreachable,
    NoPostgres,
    OwnerUrlMissing,
    RoleTooStrong,
    ServerTooOld,
    ServerUnreachable,
)

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs uid 0")


@pytest.fixture(autouse=True)
def no_outside_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(postgres.URL, raising=False)
    monkeypatch.delenv(postgres.OWNER_URL, raising=False)


@pytest.fixture(scope="module", params=servers.SOURCES)
def made_home(request: pytest.FixtureRequest) -> Iterator[Path]:
    """A home with data, not running; each test spoils its own copy."""
    with pytest.MonkeyPatch.context() as patch, servers.own_home() as home:
        patch.delenv(postgres.URL, raising=False)
        patch.delenv(postgres.OWNER_URL, raising=False)
        postgres.ensure(home, source=servers.require(request.param), durable=False).stop()
        yield home


@pytest.fixture
def spoilt(made_home: Path) -> Iterator[Path]:
    with servers.own_home() as home:
        servers.copy_home(made_home, home)
        yield home


def _no_version(data: Path) -> None:
    (data / "PG_VERSION").unlink()


def _other_version(data: Path) -> None:
    (data / "PG_VERSION").write_text("9.6\n")


def _binary_version(data: Path) -> None:
    (data / "PG_VERSION").write_bytes(b"\xff\xfe\x00")


def _no_control(data: Path) -> None:
    (data / "global/pg_control").unlink()


def _garbled_control(data: Path) -> None:
    control = data / "global/pg_control"
    content = bytearray(control.read_bytes())
    content[100] ^= 0xFF
    control.write_bytes(content)


def _empty_control(data: Path) -> None:
    os.truncate(data / "global/pg_control", 0)


def _no_log(data: Path) -> None:
    shutil.rmtree(data / "pg_wal")


@pytest.mark.parametrize(
    "spoil",
    [_no_version, _other_version, _binary_version, _no_control, _garbled_control, _empty_control, _no_log],
    ids=lambda spoil: spoil.__name__.strip("_"),
)
def test_a_damaged_data_folder_is_named_and_left_alone(spoilt: Path, spoil: Callable[[Path], None]) -> None:
    spoil(spoilt / "postgres/data")
    _refuses(spoilt, CorruptFolder)


def test_a_folder_that_somebody_else_made_is_left_alone(spoilt: Path) -> None:
    (spoilt / "postgres/made.json").unlink()
    _refuses(spoilt, ForeignFolder)


def test_lost_passwords_are_named(spoilt: Path) -> None:
    (spoilt / "database-access.json").unlink()
    _refuses(spoilt, AccessLost)


def test_passwords_of_another_database_are_named(spoilt: Path) -> None:
    access = spoilt / "database-access.json"
    access.write_text(access.read_text().replace(place.place_of(spoilt).passwords[place.ADMIN], "of another one"))
    with pytest.raises(AccessLost):
        postgres.ensure(spoilt)
    assert not postgres.stop_orphan(spoilt)


def test_data_of_binaries_that_are_gone_is_not_opened_by_others(spoilt: Path) -> None:
    record = spoilt / "postgres/made.json"
    made = json.loads(record.read_text()) | {"major": 99, "folder": "/nowhere"}
    record.write_text(json.dumps(made))
    refused = _refuses(spoilt, BinariesGone)
    assert refused.facts["major"] == 99


def test_binaries_that_moved_are_found_again(spoilt: Path) -> None:
    record = spoilt / "postgres/made.json"
    before = json.loads(record.read_text())
    record.write_text(json.dumps(before | {"folder": "/an/older/environment/bin"}))
    postgres.ensure(spoilt).stop()
    assert json.loads(record.read_text()) == before


def test_no_postgresql_at_all_is_named() -> None:
    with pytest.raises(NoPostgres):
        binaries.for_new_folder("an unknown source")


def test_a_home_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    _refuses(tmp_path / "file" / "home", HomeUnwritable, look_at=tmp_path)


@as_root
def test_root_is_told_when_the_servers_account_cannot_reach_the_home(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with pytest.raises(HomeUnreachable) as refused:
        postgres.ensure(tmp_path / "home")
    assert refused.value.facts["account"]
    assert not (tmp_path / "home/postgres/data").exists()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """Mounts a disk of so many MiB; root only."""
    mounted: list[Path] = []

    def mount(size: int) -> Path:
        where = tmp_path / f"disk{len(mounted)}"
        where.mkdir()
        for above in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
            above.chmod(0o711)
        options = f"size={size}m,mode=0711"
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tierline-test", str(where)], capture_output=True, check=False
        )
        if done.returncode != 0:
            pytest.skip("this machine lets nobody mount a small disk")
        mounted.append(where)
        return where

    if os.geteuid() != 0:
        pytest.skip("needs uid 0 to mount a small disk")
    yield mount
    for where in mounted:
        subprocess.run(["umount", "--lazy", str(where)], check=True)


def test_a_disk_too_small_for_a_new_database_is_refused_before_it_is_made(
    small_disk: Callable[[int], Path],
) -> None:
    home = small_disk(folder.LEAST_FREE_BYTES // 2**20 - 10) / "home"
    with pytest.raises(DiskFull):
        postgres.ensure(home)
    assert not list((home / "postgres").iterdir())


def test_a_disk_that_filled_up_is_named_and_the_data_stays(made_home: Path, small_disk: Callable[[int], Path]) -> None:
    home = small_disk(256) / "home"
    servers.copy_home(made_home, home)
    (home / "run").mkdir(exist_ok=True)
    with (home / "ballast").open("wb") as ballast:
        with pytest.raises(OSError, match="No space"):
            while True:
                os.write(ballast.fileno(), b"\0" * 65536)
        with pytest.raises(OSError, match="No space"):
            while True:
                os.write(ballast.fileno(), b"\0")
    _refuses(home, DiskFull, look_at=home / "postgres")
    (home / "ballast").unlink()
    running = postgres.ensure(home)
    assert running.is_alive()
    running.stop()


class TestOutside:
    """A server that TIERLINE_DATABASE_URL names."""

    @pytest.fixture(autouse=True)
    def named(self, database_server: postgres.Running, monkeypatch: pytest.MonkeyPatch) -> None:
        self.server = database_server
        monkeypatch.setenv(postgres.URL, database_server.app_url)

    def test_is_used_and_neither_started_nor_stopped(self, tmp_path: Path) -> None:
        running = postgres.ensure(tmp_path / "home")
        running.stop()
        assert (running.source, running.version) == (postgres.OUTSIDE, self.server.version)
        assert self.server.is_alive()
        assert not (tmp_path / "home").exists()
        assert self.server.app_url.split(":")[2].split("@")[0] not in repr(running)

    def test_needs_the_owners_login_for_migrations(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        with pytest.raises(OwnerUrlMissing):
            postgres.ensure(tmp_path).prepare_for_migration()
        assert self.server.owner_url is not None
        monkeypatch.setenv(postgres.OWNER_URL, self.server.owner_url)
        assert postgres.ensure(tmp_path).prepare_for_migration() == self.server.owner_url

    def test_whose_owner_is_the_application_is_refused(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(postgres.OWNER_URL, self.server.app_url)
        with pytest.raises(RoleTooStrong):
            postgres.ensure(tmp_path).prepare_for_migration()

    def test_whose_role_is_a_superuser_is_refused(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        assert self.server.admin_url is not None
        monkeypatch.setenv(postgres.URL, self.server.admin_url)
        with pytest.raises(RoleTooStrong) as refused:
            postgres.ensure(tmp_path)
        assert refused.value.facts == {"role": place.ADMIN}

    def test_that_is_too_old_is_refused(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        with servers.old_server("14.9") as port:
            monkeypatch.setenv(postgres.URL, f"postgresql://app:word@127.0.0.1:{port}/tierline?sslmode=disable")
            with pytest.raises(ServerTooOld) as refused:
                postgres.ensure(tmp_path)
        assert (refused.value.facts["version"], refused.value.facts["least"]) == ("14.9", 15)

    @pytest.mark.parametrize(
        "url", ["postgresql://app:word@127.0.0.1:1/tierline", "postgresql://app@[broken/", "no url at all"]
    )
    def test_that_cannot_be_reached_is_named_without_its_password(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
    ) -> None:
        monkeypatch.setenv(postgres.URL, url)
        with pytest.raises(ServerUnreachable) as refused:
            postgres.ensure(tmp_path)
        assert "word" not in str(refused.value)

    def test_grants_reach_what_the_owner_makes_later(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        assert self.server.owner_url is not None
        monkeypatch.setenv(postgres.OWNER_URL, self.server.owner_url)
        owner_url = postgres.ensure(tmp_path).prepare_for_migration()
        with psycopg.connect(owner_url, autocommit=True) as owner:
            owner.execute("CREATE TABLE made_later ()")
            with psycopg.connect(self.server.app_url) as app:
                assert app.execute("SELECT count(*) FROM made_later").fetchone() == (0,)
            owner.execute("DROP TABLE made_later")


def _refuses(home: Path, kind: type[CannotStart], *, look_at: Path | None = None) -> CannotStart:
    before = servers.fingerprint(look_at or home)
    with pytest.raises(kind) as refused:
        postgres.ensure(home)
    assert servers.fingerprint(look_at or home) == before
    return refused.value
