"""Keeps PostgreSQL, web and worker running until it is asked to stop, then stops them in order."""

from __future__ import annotations

import http.client
import json
import os
import secrets
import socket
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tierline.cli import instance as instances
from tierline.cli import steps
from tierline.cli.instance import Instance
from tierline.cli.processes import BackOff, Child, trim_log
from tierline.cli.signals import Wake, heed_no_more
from tierline.plumbing import postgres
from tierline.plumbing.home import CannotStart, logs

_READY_WITHIN = 90.0  # seconds for web and worker together
_LOOK_AGAIN = 0.05
# SSE holds a connection per open page: granian's own limit of 1,024 would stop them.
_BACKLOG, _BACKPRESSURE = 4096, 4096


class ChildFailed(CannotStart):
    """``lines`` are its last words."""

    code = "child_failed"


Tell = Callable[..., None]


@dataclass(slots=True)
class Supervisor:
    """``tell(code, **facts)`` is how the person in front of it hears of restarts."""

    home: Path
    host: str
    port: int
    tell: Tell
    mark: str = field(default_factory=lambda: secrets.token_hex(16))
    database: postgres.Running | None = None
    children: list[Child] = field(default_factory=list)
    database_back_off: BackOff = field(default_factory=BackOff)
    database_started: float = 0.0
    database_due: float | None = None
    is_ready: bool = False
    on_look: Callable[[], None] = field(default=lambda: None)

    @property
    def url(self) -> str:
        shown = "127.0.0.1" if self.host in ("0.0.0.0", "::", "") else self.host
        return f"http://{f'[{shown}]' if ':' in shown else shown}:{self.port}"

    def start_database(self) -> postgres.Running:
        trim_log(logs(self.home) / "postgres.log")
        self.database = postgres.ensure(self.home)
        self.database_started, self.database_due = time.monotonic(), None
        self.save()
        return self.database

    def start_children(self, children: list[Child]) -> None:
        self.children = children
        for child in children:
            trim_log(child.log)
            child.start()
        self.save()

    def wait_until_ready(self, wake: Wake) -> None:
        """Until web is ready and tells of a heartbeat of this worker. Raises ChildFailed with its last lines."""
        deadline = time.monotonic() + _READY_WITHIN
        while True:
            web, worker = self._answers()
            dead = next((child for child in self.children if child.has_died()), None)
            if web and worker and dead is None:
                break
            if dead is not None or time.monotonic() > deadline:
                failed = dead or self.children[-1 if web else 0]
                raise ChildFailed(name=failed.name, log=str(failed.log), lines=failed.last_lines())
            wake.wait(_LOOK_AGAIN)
        self.is_ready = True
        self.save()

    def watch(self, wake: Wake) -> None:
        """Start again what dies, until Stop is raised by a signal."""
        while True:
            self._look_after_database()
            for child in list(self.children):
                if child.has_finished():
                    self._let_go(child)
                else:
                    self._look_after(child)
            wake.wait(self._seconds_to_next_look())

    def stop(self) -> None:
        """Web, worker, then PostgreSQL: nobody loses the database under its feet."""
        heed_no_more()
        for child in self.children:
            child.stop()
        if self.database is not None:
            self.database.stop()
        if self.database is None or self.database.source != postgres.OUTSIDE:
            postgres.stop_orphan(self.home)  # a start that was interrupted half-way
        instances.forget(self.home)

    def save(self) -> None:
        pids = {child.name: child.pid for child in self.children if child.process is not None}
        own = self.database.postmaster if self.database is not None else None
        if own is not None:
            pids["postgres"] = own.pid
        described = describe(self.database) if self.database is not None else {}
        us = os.getpid()
        born = instances.birth(us)
        assert born is not None
        instances.save(self.home, Instance(us, born, self.mark, self.url, described, pids, self.is_ready))

    def _answers(self) -> tuple[bool, bool]:
        """Whether web can serve, and whether it saw a heartbeat since the children were started."""
        connection = http.client.HTTPConnection(self.url.removeprefix("http://"), timeout=2)
        try:
            connection.request("GET", "/readyz")
            answer = connection.getresponse()
            if answer.status != 200:
                return False, False
            worker = json.loads(answer.read())["worker"]
        except (OSError, http.client.HTTPException, ValueError):
            return False, False
        finally:
            connection.close()
        age = time.monotonic() - self.children[-1].started
        return True, bool(worker["seen"]) and worker["seconds_ago"] <= age

    def _look_after_database(self) -> None:
        assert self.database is not None
        if self.database_due is None and not self.database.is_alive():
            delay = self.database_back_off.after_death(time.monotonic() - self.database_started)
            self.database_due = time.monotonic() + delay
            self.tell("child_restarts", name="postgres", how="", seconds=delay)
        if self.database_due is not None and time.monotonic() >= self.database_due:
            self._restart_database()

    def _restart_database(self) -> None:
        before = self.database
        try:
            self.start_database()
        except CannotStart as refused:
            delay = self.database_back_off.after_death(0)
            self.database_due = time.monotonic() + delay
            self.tell(refused)
            return
        self.tell("child_back", name="postgres")
        if before is not None and self.database is not None and before.app_url != self.database.app_url:
            for child in self.children:  # somebody took its loopback port meanwhile
                child.stop()
                child.environment = {**child.environment, postgres.URL: self.database.app_url}
                child.start()

    def add(self, children: list[Child]) -> None:
        """Beside web and worker, after these are ready: work that comes to an end by itself."""
        for child in children:
            trim_log(child.log)
            child.start()
        self.children += children
        self.save()

    def _let_go(self, child: Child) -> None:
        child.stop()
        self.children.remove(child)
        self.save()
        self.tell("child_finished", name=child.name, seconds=round(time.monotonic() - child.started))

    def _look_after(self, child: Child) -> None:
        if child.has_died():
            how, delay = child.bury()
            self.tell("child_restarts", name=child.name, how=how, seconds=delay)
        if child.restart_due is not None and time.monotonic() >= child.restart_due:
            child.start()
            self.save()
            self.tell("child_back", name=child.name)

    def _seconds_to_next_look(self) -> float | None:
        """Until a restart is due; while something works that ends by itself, a second at most."""
        due = [child.restart_due for child in self.children] + [self.database_due]
        waiting = [instant for instant in due if instant is not None]
        seconds = max(0.0, min(waiting) - time.monotonic()) if waiting else None
        if any(child.ends and child.process is not None for child in self.children):
            self.on_look()
            return min(1.0, seconds if seconds is not None else 1.0)
        return seconds


def describe(running: postgres.Running) -> dict[str, object]:
    number = running.version
    return {
        "version": f"{number // 10_000}.{number % 10_000}",
        "source": running.source,
        "where": running.where,
        "pgvector": running.has_vector,
    }


def web_and_worker(supervisor: Supervisor, running: postgres.Running) -> list[Child]:
    environment = steps.environment(supervisor.home, running) | {instances.MARK: supervisor.mark}
    environment.setdefault("TIERLINE_BASE_URL", supervisor.url)
    granian = [sys.executable, "-m", "granian", "--interface", "asgi", "--workers", "1"]
    granian += ["--host", supervisor.host, "--port", str(supervisor.port), "--workers-kill-timeout", "2"]
    granian += ["--backlog", str(_BACKLOG), "--backpressure", str(_BACKPRESSURE), "tierline.config.asgi:application"]
    folder = logs(supervisor.home)
    web = Child("web", granian, environment, folder / "web.log")
    return [web, *mail_listener(environment, folder), *worker_and_standby(environment, folder)]


def mail_listener(environment: Mapping[str, str], folder: Path) -> list[Child]:
    """Where the installation takes mail over SMTP or LMTP by itself."""
    if not environment.get("TIERLINE_MAIL_LISTEN"):
        return []
    return [Child("mail", [sys.executable, "-m", "tierline.config.listener"], environment, folder / "mail.log")]


def worker_and_standby(environment: Mapping[str, str], folder: Path) -> list[Child]:
    """The stand-by fires timers while a worker that died is being started."""
    return [
        Child(name, [sys.executable, "-m", f"tierline.config.{name}"], environment, folder / f"{name}.log")
        for name in ("standby", "worker")
    ]


def why_not_listen(host: str, port: int) -> OSError | None:
    """Why nobody may listen there now; None when the port is free."""
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as wrong:
        return wrong
    return None
