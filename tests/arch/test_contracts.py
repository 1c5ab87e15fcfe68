"""The floor plan can fail: every contract and every architecture test finds the fault planted for it."""

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.arch import test_doors, test_migrations, test_sizes, test_wiring, test_writes
from tests.arch.skeleton import build
from tests.arch.tree import SOURCE, floors, planned_rooms, rooms

FLOORS, INSIDE, PURE = "Rooms stack one way", "Inside a room, calls go one way", "The domain core is plain Python"
ADAPTERS, ACYCLIC = "One channel never imports another", "No cycles anywhere"

BROKEN = [
    # what is planted, where, the text, the contract that must break
    ("a lower room imports a higher one", "accounts/queries.py", "import tierline.desk.services.open", FLOORS),
    ("rooms on one floor see each other", "assets/queries.py", "import tierline.knowledge", FLOORS),
    ("an import hides inside a function", "plumbing/jobs.py", "def f():\n    import tierline.desk.queries", FLOORS),
    ("a page imports the command line", "web/views.py", "import tierline.cli", FLOORS),
    ("a package without a floor appears", "utils/__init__.py", "", FLOORS),
    ("a model imports its service", "desk/models.py", "import tierline.desk.services.wait", INSIDE),
    ("a query imports a view", "desk/queries.py", "import tierline.desk.views", INSIDE),
    ("a rule imports Django", "domain/rules.py", "from django.db import models", PURE),
    ("a rule asks the operating system", "domain/rules.py", "import os", PURE),
    ("a rule asks the clock", "domain/rules.py", "import time", PURE),
    (
        "one channel imports another",
        "channels/types/email/adapter.py",
        "import tierline.channels.types.portal.adapter",
        ADAPTERS,
    ),
    (
        "two verbs import each other",
        "desk/services/wait.py",
        "import tierline.desk.services.open\nimport tierline.desk.services.stop",
        ACYCLIC,
    ),
]

CAUGHT = [
    # what is planted, where, the text, the test that must find it
    ("another room's models", "desk/queries.py", "from tierline.accounts.models import User", test_doors),
    ("another room's view", "web/views.py", "from tierline.desk import views", test_doors),
    ("a builder outside of tests", "web/views.py", "from tierline.desk.tests import builders", test_doors),
    ("a view writes a row", "desk/views.py", "Ticket.objects.filter(pk=1).update(state='open')", test_writes),
    ("a query writes with SQL", "desk/queries.py", "cursor.execute('UPDATE desk_ticket SET state = %s')", test_writes),
    (
        "a save writes the whole row",
        "desk/services/wait.py",
        "from tierline.desk import models\nmodels.Ticket().save()",
        test_writes,
    ),
    ("a migration imports the code", "desk/migrations/0001_ticket.py", "import tierline.desk.models", test_migrations),
    ("a migration nobody named", "desk/migrations/0002_auto_20261122.py", "", test_migrations),
    ("a room listens to a signal", "desk/handlers.py", "from django.db.models.signals import post_save", test_wiring),
]


def lint(folder: Path) -> str:
    """What import-linter says of the tree, with the repository's own contracts."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"]
    run = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return run.stdout + run.stderr


def test_the_skeleton_keeps_every_contract(tmp_path: Path) -> None:
    said = lint(build(tmp_path, {}))
    assert "5 kept, 0 broken" in said, said


@pytest.mark.parametrize(("where", "text", "contract"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN])
def test_a_planted_fault_breaks_its_contract(where: str, text: str, contract: str, tmp_path: Path) -> None:
    planted = {where: text}
    if contract is ACYCLIC:
        planted["desk/services/stop.py"] = "import tierline.desk.services.wait"
    assert f"{contract} BROKEN" in lint(build(tmp_path, planted))


@pytest.mark.parametrize(
    "checker", [test_doors, test_migrations, test_wiring, test_writes], ids=["doors", "migrations", "wiring", "writes"]
)
def test_the_skeleton_has_no_violation(checker: ModuleType, tmp_path: Path) -> None:
    assert not list(checker.violations(build(tmp_path, {})))


@pytest.mark.parametrize(("where", "text", "checker"), [row[1:] for row in CAUGHT], ids=[row[0] for row in CAUGHT])
def test_a_planted_fault_is_found(where: str, text: str, checker: ModuleType, tmp_path: Path) -> None:
    found = list(checker.violations(build(tmp_path, {where: text})))
    assert len(found) == 1, found


def test_the_report_names_an_oversized_function(tmp_path: Path) -> None:
    long = "def endless():\n" + "    x = 1\n" * 60
    assert list(test_sizes.oversized(build(tmp_path, {"desk/views.py": long}))) == [
        (61, "tierline.desk.views: endless()")
    ]


def test_a_room_is_in_parentheses_until_it_is_built() -> None:
    written = {room for floor in floors() for room in floor}
    assert not [room for room in sorted(rooms(SOURCE)) if room not in written], "take its parentheses off"


def test_every_room_has_one_floor() -> None:
    assert len(planned_rooms()) == len(set(planned_rooms()))
    assert rooms(SOURCE) <= set(planned_rooms())
