"""A token endpoint (RFC 6749) and the introspection that a mail server asks, in one small HTTP server."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs


@dataclass(slots=True)
class Tokens:
    """Each refresh token is good once; ``expire`` ends every access token that is out."""

    user: str
    url: str = ""
    refresh: str = "refresh-0"
    lasts: int = 3600
    good: set[str] = field(default_factory=set)
    asked: list[dict[str, str]] = field(default_factory=list)
    given: int = 0

    def expire(self) -> None:
        self.good.clear()

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, object]]:
        self.asked.append(form)
        if form.get("grant_type") != "refresh_token" or form.get("refresh_token") != self.refresh:
            return 400, {"error": "invalid_grant", "error_description": f"bad {form.get('refresh_token')}"}
        self.given += 1
        access, self.refresh = f"access-{self.given}", f"refresh-{self.given}"
        self.good.add(access)
        return 200, {
            "access_token": access,
            "refresh_token": self.refresh,
            "expires_in": self.lasts,
            "token_type": "Bearer",
        }

    def introspected(self, bearer: str) -> tuple[int, dict[str, object]]:
        if bearer in self.good:
            return 200, {"active": True, "username": self.user}
        return 200, {"active": False}


@contextmanager
def serving(user: str) -> Iterator[Tokens]:
    tokens = Tokens(user)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            self._answer(*tokens.token({name: values[0] for name, values in parse_qs(body).items()}))

        def do_GET(self) -> None:
            self._answer(*tokens.introspected(self.headers.get("Authorization", "").removeprefix("Bearer ")))

        def _answer(self, status: int, told: dict[str, object]) -> None:
            body = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    tokens.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield tokens
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
