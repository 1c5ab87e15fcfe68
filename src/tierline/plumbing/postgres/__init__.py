"""PostgreSQL, found or started: two roles, two URLs, and a server that outlives nothing that used it."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from filelock import FileLock

from tierline.plumbing.clock import pause
from tierline.plumbing.home import prepare, run
from tierline.plumbing.postgres import binaries, folder, outside, roles, server
from tierline.plumbing.postgres.account import Account, server_account
from tierline.plumbing.postgres.place import ADMIN, APP, OWNER, Place, data_of, place_of, settled
from tierline.plumbing.postgres.refusals import OwnerUrlMissing, StartFailed, StillRunning
from tierline.plumbing.postgres.server import Postmaster

URL, OWNER_URL = "TIERLINE_DATABASE_URL", "TIERLINE_DATABASE_OWNER_URL"
OUTSIDE = "outside"
_BACKENDS_GONE_WITHIN = 20.0  # seconds
_BACK_WITHIN = 30.0
_LOOK_AGAIN = 0.1


@dataclass(frozen=True, slots=True)
class Running:
    """A database that answers. ``source`` is ``wheel``, ``system`` or ``outside``; ``version`` is like 150004.

    ``admin_url`` is None for an outside database, and so is ``owner_url`` when none was named.
    """

    app_url: str = field(repr=False)
    owner_url: str | None = field(repr=False)
    admin_url: str | None = field(repr=False)
    source: str
    version: int
    where: str
    has_vector: bool
    postmaster: Postmaster | None = None

    @property
    def is_child(self) -> bool:
        """Started by this process, which therefore stops it."""
        return self.postmaster is not None and self.postmaster.process is not None

    def is_alive(self) -> bool:
        return self.postmaster is None or server.is_alive(self.postmaster)

    def stop(self) -> None:
        """Stop the server if we started it; an adopted or outside one is left alone."""
        if self.postmaster is not None and self.is_child:
            server.stop(self.postmaster)

    def prepare_for_migration(self) -> str:
        """The owner's URL, its grants made. Raises OwnerUrlMissing or RoleTooStrong for an outside database."""
        if self.source == OUTSIDE:
            outside.prepare_for_migration(self.app_url, self.owner_url)
        if self.owner_url is None:
            raise OwnerUrlMissing(where=self.where)
        return self.owner_url


def ensure(home: Path, *, durable: bool = True, source: str | None = None) -> Running:
    """A running database for ``home``: the outside one that the environment names, one that runs already, or our child.

    ``durable=False`` is for throw-away servers of tests only. ``source`` limits a NEW data folder to ``wheel``
    or ``system``. Raises CannotStart: one named reason, nothing touched.
    """
    url = os.environ.get(URL)
    if url:
        number, has_vector = outside.check(url)
        return Running(url, os.environ.get(OWNER_URL) or None, None, OUTSIDE, number, outside.where(url), has_vector)
    prepare(home)
    with FileLock(run(home) / "postgres.lock"):
        return _ensure_own(home, durable=durable, source=source)


def attach(home: Path) -> Running:
    """The server that a supervisor runs for ``home``, waited for while it is being restarted; never a new one.

    Raises StartFailed when it does not come back.
    """
    there = place_of(home)
    deadline = time.monotonic() + _BACK_WITHIN
    while True:
        found = server.find(there.data)
        try:
            if found is not None:
                return _describe(there, folder.made(there).source, found)
            reason = "no server"
        except psycopg.OperationalError as wrong:
            reason = str(wrong).strip().splitlines()[0]
        if time.monotonic() > deadline:
            raise StartFailed(reason=reason, log=str(there.log))
        pause(_LOOK_AGAIN)


def urls(home: Path) -> tuple[str, str]:
    """Application's and owner's URL of ``home``'s own server, whether it runs or not."""
    there = place_of(home)
    return there.url(APP), there.url(OWNER)


def stop_orphan(home: Path) -> bool:
    """Stop a server that a killed supervisor left behind; whether there was one."""
    left = server.find(data_of(home))
    if left is None:
        return False
    server.stop(left)
    return True


def _ensure_own(home: Path, *, durable: bool, source: str | None) -> Running:
    there = place_of(home)
    if folder.exists(there):
        made = folder.made(there)
        tools = binaries.for_folder_made_by(source=made.source, folder=made.folder, major=made.major)
    else:
        tools = binaries.for_new_folder(source)
    found = server.find(there.data) if folder.exists(there) else None
    if found is not None:
        return _describe(there, tools.source, found)
    return _start(settled(there), tools, durable=durable)


def _start(there: Place, found: binaries.Binaries, *, durable: bool) -> Running:
    account = server_account(there.data)
    folder.open_root(there, account)
    tools = folder.usable(found, there, account)
    if folder.exists(there):
        folder.inspect(there, tools, account)
    else:
        folder.make(there, tools, account, origin=found.folder, durable=durable)
    made = folder.made(there)
    server.forget_stale_pid_files(there)
    postmaster = _start_patiently(there, tools, account, durable=durable)
    try:
        if not made.ready:
            roles.furnish(there)
        if not made.ready or made.folder != found.folder:
            folder.remember(there, folder.Made(found.source, found.folder, found.major, ready=True))
        return _describe(there, tools.source, postmaster)
    except BaseException:
        server.stop(postmaster)
        raise


def _start_patiently(there: Place, tools: binaries.Binaries, account: Account | None, *, durable: bool) -> Postmaster:
    # After a kill -9 the old backends need a moment to notice; until then the shared memory is theirs.
    deadline = time.monotonic() + _BACKENDS_GONE_WITHIN
    while True:
        try:
            return server.start(there, tools, account, durable=durable)
        except StillRunning:
            if time.monotonic() > deadline:
                raise
            pause(_LOOK_AGAIN)


def _describe(there: Place, source: str, postmaster: Postmaster) -> Running:
    with psycopg.connect(there.url(APP)) as connection:
        number, has_vector = connection.info.server_version, roles.has_extension(connection, "vector")
    return Running(
        there.url(APP), there.url(OWNER), there.url(ADMIN), source, number, there.where, has_vector, postmaster
    )
