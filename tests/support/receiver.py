"""The other side of a web hook, and what a worker would do now: for tests without a running product."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from django.db import connection

from tierline.domain.errors import DomainError
from tierline.plumbing import jobs


@dataclass
class Receiver:
    """``answers`` are its next statuses, 204 after them; ``says`` is the body of each."""

    port: int = 0
    calls: list[tuple[Mapping[str, str], bytes]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    says: bytes = b""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def told(self) -> list[dict[str, Any]]:
        return [notice for _, body in self.calls for notice in json.loads(body)["notices"]]


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.calls.append((dict(self.headers), body))
            self.send_response(receiver.answers.pop(0) if receiver.answers else 204)
            self.send_header("Content-Length", str(len(receiver.says)))
            self.end_headers()
            self.wfile.write(receiver.says)

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()


def run_jobs() -> list[str]:
    """What a worker would do now, and what that defers; the refusals. A job that failed is done no more."""
    refused = []
    while True:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs WHERE status = 'todo' RETURNING id, args")
            rows = sorted(cursor.fetchall())
        if not rows:
            return refused
        for _, text in rows:
            args = json.loads(text)
            try:
                jobs.resolve(args["call"])(**args["facts"])
            except DomainError as error:
                refused.append(error.code)
