"""Where does Tierline keep its state on this machine? (database, files, logs, secrets)"""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

import platformdirs

from tierline.domain.errors import DomainError

ROOT_HOME = Path("/var/lib/tierline")


class CannotStart(DomainError):
    """Something on this machine keeps Tierline from starting; nothing of the state was touched."""

    code = "cannot_start"


class HomeUnwritable(CannotStart):
    code = "home_unwritable"


class DiskFull(CannotStart):
    code = "disk_full"


def home() -> Path:
    """The state folder: ``TIERLINE_HOME``, else the platform's user data folder.

    uid 0 gets /var/lib/tierline, because root's own home is closed to the unprivileged account that
    must run PostgreSQL.
    """
    named = os.environ.get("TIERLINE_HOME")
    if named:
        return Path(named).expanduser().absolute()
    if os.geteuid() == 0:
        return ROOT_HOME
    return platformdirs.user_data_path("tierline", appauthor=False)


def logs(folder: Path) -> Path:
    return folder / "logs"


def run(folder: Path) -> Path:
    """Pid files and locks: true only while something runs."""
    return folder / "run"


def prepare(folder: Path) -> Path:
    """Make the state folder and prove that it can be written. Raises HomeUnwritable or DiskFull."""
    # Others may walk through (PostgreSQL's account must, under uid 0) but not list.
    mode = 0o711 if os.geteuid() == 0 else 0o700
    try:
        if not folder.exists():
            folder.mkdir(parents=True)
            folder.chmod(mode)
        for part in (logs(folder), run(folder)):
            part.mkdir(mode=0o700, exist_ok=True)
        for part in (folder, logs(folder), run(folder)):
            with tempfile.TemporaryFile(dir=part) as proof:
                proof.write(b"\0" * 4096)
                proof.flush()
    except OSError as wrong:
        if wrong.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(path=str(folder)) from wrong
        raise HomeUnwritable(path=str(folder), reason=os.strerror(wrong.errno or 0)) from wrong
    return folder


def write_private(path: Path, text: str) -> None:
    """Replace a file in one step, readable by its owner only, and on disk before this returns."""
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:  # mkstemp makes mode 0600
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as wrong:
        if wrong.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(path=str(path.parent)) from wrong
        raise HomeUnwritable(path=str(path.parent), reason=os.strerror(wrong.errno or 0)) from wrong
