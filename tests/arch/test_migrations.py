"""Migrations are complete, named by hand, and stand on their own when the code has moved on."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from tests.arch.tree import PACKAGE, SOURCE, imports, modules

NAME = re.compile(r"^\d{4}_[a-z][a-z0-9_]*$")


def violations(source: Path) -> Iterator[str]:
    for module in modules(source):
        if module.part != "migrations" or module.parts[-1] == "migrations":
            continue
        file = module.parts[-1]
        if not NAME.match(file) or "_auto_" in file:
            yield f"{module.name} is not named by hand"
        for node, target in imports(module):
            if target.split(".")[0] == PACKAGE:
                yield module.at(node, f"imports {target}: the code of its day will not be there")


def test_migrations_stand_on_their_own() -> None:
    assert not list(violations(SOURCE))


def test_no_migration_is_missing() -> None:
    written = MigrationLoader(None)
    changes = MigrationAutodetector(written.project_state(), ProjectState.from_apps(apps)).changes(graph=written.graph)
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith(f"{PACKAGE}.")}
    assert not {label: [str(m.operations) for m in found] for label, found in changes.items() if label in ours}
