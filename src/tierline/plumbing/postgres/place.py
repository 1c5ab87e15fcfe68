"""Where a home keeps its database: folders, passwords, and the address the server listens on."""

from __future__ import annotations

import json
import os
import secrets
import socket
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote

from tierline.plumbing.home import HomeUnwritable, logs, prepare, write_private
from tierline.plumbing.postgres.refusals import AccessLost

DATABASE = "tierline"
ADMIN, OWNER, APP = "tierline_admin", "tierline_owner", "tierline_app"
# A socket's path must fit sun_path (108 bytes with its NUL on Linux, 104 elsewhere); bytes, not characters.
_LONGEST_SOCKET_PATH = 100
_SOCKET_PORT = 5432
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Place:
    """``passwords`` by role. ``port`` is None on a unix socket, else the loopback port this home keeps."""

    home: Path
    passwords: dict[str, str] = field(repr=False)
    port: int | None

    @property
    def root(self) -> Path:
        """Owned by the account the server runs under; also holds the socket."""
        return self.home / "postgres"

    @property
    def data(self) -> Path:
        return data_of(self.home)

    @property
    def access(self) -> Path:
        """The passwords and the port."""
        return _access_file(self.home)

    @property
    def making(self) -> Path:
        """Where initdb works: renamed to ``data`` when complete, thrown away when interrupted."""
        return self.root / "data.making"

    @property
    def copies(self) -> Path:
        return self.home / "binaries"

    @property
    def log(self) -> Path:
        return logs(self.home) / "postgres.log"

    @property
    def where(self) -> str:
        return str(self.root) if self.port is None else f"{LOOPBACK}:{self.port}"

    def url(self, role: str, database: str = DATABASE) -> str:
        login = f"{role}:{quote(self.passwords[role], safe='')}"
        if self.port is None:
            return f"postgresql://{login}@/{database}?host={quote(os.fsencode(self.root), safe='')}&port={_SOCKET_PORT}"
        return f"postgresql://{login}@{LOOPBACK}:{self.port}/{database}"

    def listen_options(self) -> list[str]:
        """Command line of ``postgres``: a socket in our own folder, or the loopback port, never both."""
        if self.port is None:
            quoted = '"' + str(self.root).replace('"', '""') + '"'
            options = ["listen_addresses=", f"unix_socket_directories={quoted}", f"port={_SOCKET_PORT}"]
        else:
            options = [f"listen_addresses={LOOPBACK}", "unix_socket_directories=", f"port={self.port}"]
        return ["unix_socket_permissions=0700", *options]


def data_of(home: Path) -> Path:
    return home / "postgres" / "data"


def is_made(home: Path) -> bool:
    """Whether ``home`` has a place, making nothing. Raises HomeUnwritable where this account may not look."""
    try:
        _access_file(home).stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as wrong:
        raise HomeUnwritable(path=str(home), reason=os.strerror(wrong.errno or 0)) from wrong
    return True


def place_of(home: Path) -> Place:
    """The place of ``home``, its passwords made at the first call. Raises AccessLost, HomeUnwritable, DiskFull."""
    file = _access_file(home)
    if not is_made(home):
        if data_of(home).exists():
            raise AccessLost(path=str(file))
        prepare(home)
        write_private(file, json.dumps(_new_access(home), indent=1))
    try:
        access = json.loads(file.read_text(encoding="utf-8"))
        passwords = {role: str(access["passwords"][role]) for role in (ADMIN, OWNER, APP)}
    except (OSError, ValueError, KeyError, TypeError) as wrong:
        raise AccessLost(path=str(file)) from wrong
    return Place(home, passwords, access.get("port"))


def settled(there: Place) -> Place:
    """The same place with an address that can be listened on now.

    Another loopback port when somebody took the one it keeps, or when the home moved to where no socket fits.
    """
    if _socket_fits(there.home) if there.port is None else _is_free(there.port):
        return there
    moved = replace(there, port=_free_port())
    write_private(_access_file(there.home), json.dumps({"passwords": moved.passwords, "port": moved.port}, indent=1))
    return moved


def _access_file(home: Path) -> Path:
    return home / "database-access.json"


def _new_access(home: Path) -> dict[str, object]:
    passwords = {role: secrets.token_urlsafe(24) for role in (ADMIN, OWNER, APP)}
    return {"passwords": passwords, "port": None if _socket_fits(home) else _free_port()}


def _socket_fits(home: Path) -> bool:
    path = home / "postgres" / f".s.PGSQL.{_SOCKET_PORT}"
    # libpq reads a comma in a host as a list of hosts.
    return len(os.fsencode(path)) <= _LONGEST_SOCKET_PATH and "," not in str(path)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
