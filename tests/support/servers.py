"""PostgreSQL servers of a test's own: throw-away homes, both sources of binaries, and an ordinary account."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import socket
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support import database
from tierline.plumbing import postgres
from tierline.plumbing.postgres import binaries
from tierline.plumbing.postgres.refusals import NoPostgres

SOURCES = (binaries.WHEEL, binaries.SYSTEM)
_REPOSITORY = Path(__file__).parents[2]


def require(source: str) -> str:
    """``source``, or a visible skip where this machine has no such PostgreSQL."""
    try:
        binaries.for_new_folder(source)
    except NoPostgres:
        pytest.skip(f"no PostgreSQL >= {binaries.LEAST_MAJOR} from the {source} on this machine")
    return source


@contextmanager
def own_home(named: str = "") -> Iterator[Path]:
    """A state folder whose server is stopped and whose files are removed at the end. ``named`` goes below it."""
    top = database.throwaway_home()
    try:
        home = top / named if named else top
        home.mkdir(exist_ok=True, parents=True)
        for folder in (home, *home.parents):
            if folder == top.parent:
                break
            folder.chmod(0o711)
        yield home
        postgres.stop_orphan(home)
    finally:
        database.remove(top)


def fingerprint(folder: Path) -> dict[str, str]:
    """Every file below ``folder`` with its digest: equal before and after means nothing touched.

    Empty lock files are left out: taking a lock is how an attempt is kept from another one.
    """
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".lock"
    }


@dataclass(frozen=True)
class Ordinary:
    """Runs this project's Python as an account that is not root."""

    uid: int
    gid: int
    python: str

    def run(self, script: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.python, "-c", script, *arguments],
            env=self.environment(**variables),
            cwd="/",
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            **self.options(),
        )

    def environment(self, **variables: str) -> dict[str, str]:
        paths = os.pathsep.join([str(_REPOSITORY / "src"), sysconfig.get_path("purelib")])
        return {"PATH": "/usr/bin:/bin", "PYTHONPATH": paths, "LANG": "C.UTF-8", **variables}

    def options(self) -> dict[str, object]:
        return {} if os.geteuid() != 0 else {"user": self.uid, "group": self.gid, "extra_groups": []}


def ordinary() -> Ordinary:
    """We ourselves, or ``nobody`` when we are root; skips where no account but root can read this project."""
    if os.geteuid() != 0:
        return Ordinary(os.geteuid(), os.getegid(), sys.executable)
    nobody = pwd.getpwnam("nobody")
    same = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for python in (sys.executable, shutil.which(same, path="/usr/bin:/usr/local/bin")):
        if python is not None:
            one = Ordinary(nobody.pw_uid, nobody.pw_gid, python)
            try:
                if one.run("import psycopg, tierline.plumbing.postgres").returncode == 0:
                    return one
            except OSError:
                continue
    pytest.skip("no account but root can read this Python or this clone")


@contextmanager
def listener(port: int) -> Iterator[int]:
    """Somebody else on a loopback ``port`` (0: any); the port."""
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        yield int(other.getsockname()[1])


def copy_home(made: Path, to: Path) -> None:
    """The state of a stopped server, owners and modes included."""
    to.mkdir(exist_ok=True)
    subprocess.run(["cp", "-a", f"{made}/.", str(to)], check=True)


@contextmanager
def old_server(version: str) -> Iterator[int]:
    """Just enough of PostgreSQL's protocol to say who it is: no such old server can be installed here."""

    def serve() -> None:
        client, _ = listening.accept()
        with client:
            length = int.from_bytes(client.recv(4, socket.MSG_WAITALL), "big")
            client.recv(length - 4, socket.MSG_WAITALL)
            parameters = {"server_version": version, "client_encoding": "UTF8", "standard_conforming_strings": "on"}
            answer = _message(b"R", (0).to_bytes(4, "big"))
            for name, value in parameters.items():
                answer += _message(b"S", f"{name}\0{value}\0".encode())
            client.sendall(answer + _message(b"K", bytes(8)) + _message(b"Z", b"I"))
            client.recv(1)  # until the other side leaves

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield int(listening.getsockname()[1])
        thread.join(10)


def _message(kind: bytes, body: bytes) -> bytes:
    return kind + (len(body) + 4).to_bytes(4, "big") + body
