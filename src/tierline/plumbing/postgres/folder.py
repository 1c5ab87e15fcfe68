"""The data folder: is it ours and whole, which binaries made it, and how a new one is made."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tierline.plumbing.home import DiskFull, HomeUnwritable, write_private
from tierline.plumbing.postgres import binaries as provider
from tierline.plumbing.postgres.account import Account, as_account, may_enter, may_run
from tierline.plumbing.postgres.binaries import Binaries
from tierline.plumbing.postgres.place import ADMIN, LOOPBACK, Place
from tierline.plumbing.postgres.refusals import CorruptFolder, ForeignFolder, HomeUnreachable, StartFailed

# initdb writes about 40 MB and 16 MB of write-ahead log; below this it would end half-way.
LEAST_FREE_BYTES = 96 * 1024 * 1024
_ACCESS_RULES = f"""# Written by Tierline. Passwords everywhere; never trust.
local all all scram-sha-256
host  all all {LOOPBACK}/32 scram-sha-256
"""


@dataclass(frozen=True, slots=True)
class Made:
    """Which binaries made the folder; ``ready`` once roles and database are in it."""

    source: str
    folder: Path
    major: int
    ready: bool


def exists(place: Place) -> bool:
    return place.data.exists()


def made(place: Place) -> Made:
    """Raises ForeignFolder when nothing says that Tierline made the folder."""
    try:
        read = json.loads(_record(place).read_text(encoding="utf-8"))
        return Made(read["source"], Path(read["folder"]), int(read["major"]), bool(read["ready"]))
    except (OSError, ValueError, KeyError, TypeError) as wrong:
        raise ForeignFolder(path=str(place.data)) from wrong


def remember(place: Place, done: Made) -> None:
    record = {"source": done.source, "folder": str(done.folder), "major": done.major, "ready": done.ready}
    write_private(_record(place), json.dumps(record, indent=1))


def inspect(place: Place, tools: Binaries, account: Account | None) -> None:
    """Read only. Raises CorruptFolder when the folder cannot be one that these binaries start."""
    try:
        version = (place.data / "PG_VERSION").read_text().strip()
        present = all((place.data / part).exists() for part in ("global/pg_control", "base", "pg_wal"))
    except (OSError, UnicodeDecodeError) as wrong:
        raise CorruptFolder(path=str(place.data), reason=f"PG_VERSION: {wrong.__class__.__name__}") from wrong
    if version != str(tools.major):
        raise CorruptFolder(path=str(place.data), reason=f"PG_VERSION is {version!r}, expected {tools.major}")
    if not present:
        raise CorruptFolder(path=str(place.data), reason="global/pg_control, base or pg_wal is missing")
    control = [tools.program("pg_controldata"), "-D", str(place.data)]
    done = subprocess.run(
        control, capture_output=True, text=True, check=False, cwd="/", env=_plain(), **as_account(account)
    )
    said = done.stdout + done.stderr
    if done.returncode != 0 or "warning:" in said.lower():
        first = next((line for line in said.splitlines() if line.strip()), "pg_control")
        raise CorruptFolder(path=str(place.data), reason=first)


def open_root(place: Place, account: Account | None) -> None:
    """Make the folder the server's account works in. Raises HomeUnreachable (uid 0), HomeUnwritable."""
    try:
        place.root.mkdir(mode=0o700, exist_ok=True)
        if account is not None:
            os.chown(place.root, account.uid, account.gid)
    except OSError as wrong:
        raise HomeUnwritable(path=str(place.root), reason=wrong.strerror or "") from wrong
    if not may_enter(account, place.root):
        raise HomeUnreachable(path=str(place.home), account=account.name if account else "")


def usable(tools: Binaries, place: Place, account: Account | None) -> Binaries:
    """The same binaries, or their copy in the home when ``account`` cannot read the environment."""
    if tools.source != provider.WHEEL or may_run(account, tools.program("postgres")):
        return tools
    return provider.copy_readable(tools, place.copies)


def make(place: Place, tools: Binaries, account: Account | None, *, origin: Path, durable: bool) -> None:
    """initdb beside, then one rename: an interrupted start leaves nothing that looks like data.

    ``origin`` is where the binaries were found, before any copy. Raises DiskFull, StartFailed.
    """
    free = shutil.disk_usage(place.root).free
    if free < LEAST_FREE_BYTES:
        raise DiskFull(path=str(place.home))
    if place.making.exists():
        shutil.rmtree(place.making)
    try:
        _initdb(place, tools, account, durable=durable)
        _write_for(account, place.making / "pg_hba.conf", _ACCESS_RULES)
    except BaseException:
        shutil.rmtree(place.making, ignore_errors=True)
        raise
    remember(place, Made(tools.source, origin, tools.major, ready=False))
    place.making.rename(place.data)


def _initdb(place: Place, tools: Binaries, account: Account | None, *, durable: bool) -> None:
    password = place.root / "initdb-password"
    try:
        _write_for(account, password, place.passwords[ADMIN])
        command = [tools.program("initdb"), "-D", str(place.making), "-U", ADMIN, f"--pwfile={password}"]
        command += ["--auth=scram-sha-256", "--encoding=UTF8", "--data-checksums", *_locale_flags(tools.major)]
        command += [] if durable else ["--no-sync"]
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd="/", env=_plain(), **as_account(account)
        )
    finally:
        password.unlink(missing_ok=True)
    if done.returncode != 0:
        if "No space left on device" in done.stderr:
            raise DiskFull(path=str(place.home))
        told = [line for line in done.stderr.splitlines() if "error:" in line or "FATAL:" in line]
        raise StartFailed(reason=(told or done.stderr.splitlines() or ["initdb"])[0], log="initdb")


def _write_for(account: Account | None, path: Path, text: str) -> None:
    # The folder belongs to the server's account: never write through a name that it could have planted.
    write_private(path, text)
    if account is not None:
        os.chown(path, account.uid, account.gid, follow_symlinks=False)


def _locale_flags(major: int) -> list[str]:
    """Code point order and UTF-8 classes everywhere; 17 has them built in, before that the C library must."""
    libc = "C.UTF-8" if _libc_has_c_utf8() else "C"
    if major >= 17:
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", f"--locale={libc}"]
    return [f"--locale={libc}"]


def _libc_has_c_utf8() -> bool:
    try:
        known = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=False).stdout.lower()
    except OSError:
        return False
    return "c.utf8" in known or "c.utf-8" in known


def _plain() -> dict[str, str]:
    """No locale or PG* variable of the caller may change what the programs do or say."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"}


def _record(place: Place) -> Path:
    return place.root / "made.json"
