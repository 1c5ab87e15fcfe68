"""The suite's one database, and the environment that must stand before Django reads its settings.

DJANGO_SETTINGS_MODULE is set here and not in pyproject.toml: pytest-django would read the settings
before this file could name the database.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import django
import django.conf
import django.db
import django.test
import pytest

from tests.support import database
from tierline.plumbing import postgres

_home = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    if django.conf.settings.configured:
        # pytest-django read them before this file could name the throw-away database: the tests would
        # write into whatever database the environment names.
        raise pytest.UsageError("unset DJANGO_SETTINGS_MODULE: the tests bring their own settings and database")
    os.environ["DJANGO_SETTINGS_MODULE"] = "tierline.config.settings.test"
    config.stash[_home] = database.announce()
    django.setup()


def pytest_unconfigure(config: pytest.Config) -> None:
    home = config.stash.get(_home, None)
    if home is not None:
        database.remove(home)


@pytest.fixture(scope="session")
def database_server(pytestconfig: pytest.Config) -> Iterator[postgres.Running]:
    """The run's server: started by the first test that asks, migrated by ``django_db_setup``."""
    running = database.start(pytestconfig.stash[_home])
    yield running
    running.stop()


@pytest.fixture(scope="session")
def django_db_setup(database_server: postgres.Running) -> Iterator[None]:
    """Replaces pytest-django's: migrate as the owner once, test as the application's role."""
    database.migrate()
    admin_url = database_server.admin_url
    assert admin_url is not None
    reference = database.filled_tables(admin_url)

    def empty(case: object) -> None:
        database.empty_tables(admin_url, keep=reference)

    with pytest.MonkeyPatch.context() as patch:
        # Django's own would TRUNCATE, which needs the tables' owner.
        patch.setattr(django.test.TransactionTestCase, "_fixture_teardown", empty)
        yield
    for connection in django.db.connections.all(initialized_only=True):
        connection.close()
        connection.close_pool()
