"""When a start may leave the migrations alone: the code and the database are as the last run left them."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from tierline.cli import migrated
from tierline.plumbing import postgres

FORGET = "DELETE FROM django_migrations WHERE id = (SELECT max(id) FROM django_migrations) RETURNING app, name, applied"


@pytest.fixture
def running(database_server: postgres.Running, django_db_setup: None) -> postgres.Running:
    return database_server


def test_a_first_start_is_not_current(tmp_path: Path, running: postgres.Running) -> None:
    assert not migrated.is_current(tmp_path, running.app_url)


def test_nothing_changed_is_current(tmp_path: Path, running: postgres.Running) -> None:
    migrated.remember(tmp_path, running.app_url)
    assert migrated.is_current(tmp_path, running.app_url)


def test_changed_code_is_not_current(tmp_path: Path, running: postgres.Running) -> None:
    migrated.remember(tmp_path, running.app_url)
    assert not migrated.is_current(tmp_path, running.app_url, package=tmp_path / "other code")


def test_another_database_is_not_current(tmp_path: Path, running: postgres.Running) -> None:
    migrated.remember(tmp_path, running.app_url)
    assert running.owner_url is not None
    with psycopg.connect(running.owner_url) as owner:
        row = owner.execute(FORGET).fetchone()
        owner.commit()
        try:
            assert not migrated.is_current(tmp_path, running.app_url)
        finally:
            owner.execute("INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, %s)", row)


@pytest.mark.parametrize("content", ["", "[]", "not json"])
def test_a_spoilt_record_is_not_current(tmp_path: Path, running: postgres.Running, content: str) -> None:
    (tmp_path / "migrated.json").write_text(content)
    assert not migrated.is_current(tmp_path, running.app_url)


def test_a_database_that_was_never_migrated_is_not_current(tmp_path: Path, running: postgres.Running) -> None:
    migrated.remember(tmp_path, running.app_url)
    assert running.admin_url is not None
    assert not migrated.is_current(tmp_path, running.admin_url.replace("/tierline?", "/postgres?"))
