"""A tiny copy of the house in a temporary folder, to plant faults in."""

import shutil
from pathlib import Path

from tests.arch.tree import PACKAGE, REPOSITORY, planned_rooms

FILES = {
    "domain/tests/test_rules.py": "import os\nfrom tierline.domain import rules\n",
    "domain/rules.py": "",
    "plumbing/clock.py": "",
    "accounts/models.py": "",
    "accounts/services.py": "from tierline.accounts import models\n",
    "desk/models.py": "",
    "desk/queries.py": "from tierline.desk import models\n",
    "desk/services/open.py": "from tierline.accounts import services\nfrom tierline.desk import queries\n",
    "desk/services/wait.py": "",
    "desk/views.py": "from tierline.desk.services import open\n",
    "channels/types/email/adapter.py": "",
    "channels/types/portal/adapter.py": "",
}


def build(folder: Path, planted: dict[str, str]) -> Path:
    """Every room of the contract with a few files, then the ``planted`` ones over them. Returns the source folder."""
    shutil.copy(REPOSITORY / ".importlinter", folder)
    empty = {f"{room}/__init__.py": "" for room in planned_rooms()}
    for name, text in {**empty, **FILES, **planted}.items():
        path = folder / PACKAGE / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for package in [folder / PACKAGE, *(p for p in (folder / PACKAGE).rglob("*") if p.is_dir())]:
        (package / "__init__.py").touch()
    return folder
