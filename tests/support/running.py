"""The whole product as its users run it: ``tierline up`` in a home of its own, under a clock that tests move."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, TypeVar

import httpx

from tests.support import database
from tests.support.clock import Clock
from tests.support.world import AT
from tierline.plumbing import postgres

TIERLINE = Path(sys.executable).with_name("tierline")
PATIENCE = 120.0
T = TypeVar("T")


class Refused(AssertionError):
    """An answer that was not the expected one; ``body`` is the problem."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__(f"{answer.status_code} {answer.text[:600]}")
        self.status, self.body = answer.status_code, answer.json()


class Person:
    """Somebody with an API key. Every write carries a fresh idempotency key."""

    def __init__(self, url: str, key: str) -> None:
        self.http = httpx.Client(base_url=f"{url}/api/v1", headers={"Authorization": f"Bearer {key}"}, timeout=60)

    def __enter__(self) -> Person:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def get(self, path: str, **params: Any) -> Any:
        return self._read(self.http.get(path, params=params))

    def post(self, path: str, body: dict[str, Any] | None = None, *, key: str = "") -> Any:
        headers = {"Idempotency-Key": key or uuid.uuid4().hex}
        return self._read(self.http.post(path, json=body or {}, headers=headers))

    def do(self, ticket: dict[str, Any], verb: str, **told: Any) -> dict[str, Any]:
        """One verb on the ticket as the caller last saw it; the ticket as it is then."""
        answer: dict[str, Any] = self.post(f"/tickets/{ticket['id']}/{verb}", {"version": ticket["version"], **told})
        return answer

    def ticket(self, ticket: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = self.get(f"/tickets/{ticket['id']}")
        return answer

    @staticmethod
    def _read(answer: httpx.Response) -> Any:
        if answer.status_code >= 300:
            raise Refused(answer)
        return answer.json()


class Product:
    """``days``: of the demo's history; without any only its people, its knowledge and what goes on now are there."""

    def __init__(self, home: Path, port: int, clock: Clock, days: int = 0) -> None:
        self.days = days
        self.home, self.port, self.clock = home, port, clock
        self.url = f"http://127.0.0.1:{port}"
        outside = (postgres.URL, postgres.OWNER_URL, "DJANGO_SETTINGS_MODULE")
        self.env = {name: value for name, value in os.environ.items() if name not in outside}
        self.env |= {"TIERLINE_HOME": str(home), "TIERLINE_TEST_CLOCK": str(clock.file), "LANG": "C.UTF-8"}
        self.process: subprocess.Popen[str] | None = None
        self.people: list[Person] = []

    def up(self) -> None:
        self.process = subprocess.Popen(
            [TIERLINE, "up", "--demo", "--demo-days", str(self.days), "--port", str(self.port)],
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.process.stdout is not None
        said = []
        for line in self.process.stdout:
            said.append(line)
            if self.url in line:
                return
        raise AssertionError("".join(said))

    def down(self) -> None:
        for person in self.people:
            person.http.close()
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.communicate(timeout=60)

    def run(self, *command: str, stdin: bytes | None = None, expect: int | None = 0) -> str:
        done = subprocess.run([TIERLINE, *command], env=self.env, input=stdin, capture_output=True, check=False)
        assert expect is None or done.returncode == expect, (
            command,
            done.returncode,
            done.stdout.decode(),
            done.stderr.decode(),
        )
        return done.stdout.decode()

    def status(self) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self.run("status", "--json"))
        return answer

    def person(self, name: str) -> Person:
        email = self.status()["demo_users"][name]
        person = Person(self.url, json.loads(self.run("keys", "create", "--user", email, "--json"))["key"])
        self.people.append(person)
        return person

    def mail(self, message: EmailMessage | bytes) -> str:
        """Hand a mail to the product as a mail server would; what it says became of it."""
        raw = message if isinstance(message, bytes) else bytes(message)
        return self.run("mail", "receive", "-", "--json", stdin=raw)

    def sent(self) -> list[EmailMessage]:
        files = sorted((self.home / "outbox").rglob("*.eml"))
        return [message_from_bytes(f.read_bytes(), policy=policy.default) for f in files]


def eventually(look: Callable[[], T | None], *, what: str) -> T:
    """What a look at the running product finds, within two minutes: the looks themselves pass the time."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if found := look():
            return found
    raise AssertionError(f"never happened: {what}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def product(days: int = 0) -> Iterator[Product]:
    """``days`` of the demo's history are being filled in while it runs."""
    home = database.throwaway_home()
    running = Product(home, free_port(), Clock(home / "clock", AT), days)
    (home / "clock").chmod(0o644)
    try:
        running.up()
        yield running
    finally:
        running.down()
        database.remove(home)
