"""A program that talks to the API over Django's test client, and a picture of every row in the database."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from psycopg import sql

_keys = itertools.count(1)

_DIGEST = "SELECT {}, count(*)::text || md5(coalesce(string_agg(t::text, '' ORDER BY t::text), '')) FROM {} t"
# Rows that a refused request may write: none of them is a ticket's.
_ASIDE = frozenset({"django_session", "plumbing_heartbeat"})


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Any
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str | None:
        """The problem's code; None for an answer that is no problem."""
        return self.json["code"] if self.headers["Content-Type"] == "application/problem+json" else None


@dataclass(frozen=True)
class Caller:
    key: str
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def get(self, path: str, **headers: str) -> Answer:
        return self._send("GET", path, "", headers)

    def post(self, path: str, body: Any = None, *, once: str | None = None, **headers: str) -> Answer:
        """``body``: an object sent as JSON, or text as it is. ``once``: the idempotency key, fresh unless given, none if empty."""
        sent = body if isinstance(body, str | bytes) else json.dumps(body if body is not None else {})
        return self._send("POST", path, sent, {**_key(once), **headers})

    def upload(self, content: bytes, name: str = "a.txt", *, once: str | None = None, **form: str) -> Answer:
        response = self.client.post(
            "/api/v1/attachments",
            {"file": SimpleUploadedFile(name, content), **form},
            headers=self._signed(_key(once)),
        )
        return Answer(response.status_code, response.headers, response.content)

    def open(self, **changes: Any) -> Any:
        answer = self.post("/tickets", new_ticket(**changes))
        assert answer.status == 201, answer.body
        return answer.json

    def act(self, ticket: Any, verb: str, **fields: Any) -> Any:
        """The ticket after the verb, at the version it has."""
        answer = self.post(f"/tickets/{ticket['id']}/{verb}", {"version": ticket["version"], **fields})
        assert answer.status == 200, answer.body
        return answer.json

    def _send(self, method: str, path: str, body: str | bytes, headers: dict[str, str]) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        kind = named.pop("Content-Type", "application/json")
        response = self.client.generic(method, f"/api/v1{path}", body, content_type=kind, headers=self._signed(named))
        return Answer(response.status_code, response.headers, response.content)

    def _signed(self, headers: dict[str, str]) -> dict[str, str]:
        return {**({"Authorization": f"Bearer {self.key}"} if self.key else {}), **headers}


def _key(once: str | None) -> dict[str, str]:
    key = f"key-{next(_keys)}" if once is None else once
    return {"Idempotency-Key": key} if key else {}


def new_ticket(**changes: Any) -> dict[str, Any]:
    """A request that opens a P2 ticket."""
    return {
        "subject": "银企直连失败",
        "text": "今天上午起银企直连无法付款。",
        "requester": {"email": "finance@customer.example", "name": "王会计"},
        "customer": "甲公司",
        "impact": "significant",
        "urgency": "high",
    } | changes


def every_row(admin_url: str) -> dict[str, str]:
    """Count and digest of each table's rows, as the server's administrator sees them."""
    with psycopg.connect(admin_url) as admin:
        names = admin.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1"
        ).fetchall()
        asks = [
            sql.SQL(
                "SELECT {}, count(*)::text || md5(coalesce(string_agg(t::text, '' ORDER BY t::text), '')) FROM {} t"
            ).format(sql.Literal(name), sql.Identifier("public", name))
            for (name,) in names
            if name not in _ASIDE
        ]
        return dict(admin.execute(sql.SQL(" UNION ALL ").join(asks)).fetchall())
