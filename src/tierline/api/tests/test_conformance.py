"""Every operation of the document, called with what the document allows and with what it does not.

1,000 cases in the suite, 20,000 under TIERLINE_BARS=1: no answer is a server's error, and each is as the
document says. Half of the calls that name a ticket or a webhook name one that is there, at its version.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.transport.wsgi import WSGI_TRANSPORT

from tests.support.world import World
from tierline.api.tests.caller import Caller
from tierline.api.v1 import api
from tierline.plumbing import clock

Call = Callable[..., Caller]

CASES = 20_000 if os.environ.get("TIERLINE_BARS") == "1" else 1_000
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# Items of a batch are judged one by one, so one that breaks the schema is answered inside of a 200.
LENIENT = ("/batch", "/acts")
DOCUMENT = schemathesis.openapi.from_dict(api.get_openapi_schema())
OPERATIONS = {f"{found.ok().method} {found.ok().path}": found.ok() for found in DOCUMENT.get_all_operations()}
EACH = -(-CASES // (2 * len(OPERATIONS)))


@pytest.fixture(scope="module")
def known(world: World) -> dict[str, Any]:
    """Somebody's ticket, webhook and file, so that calls lead somewhere."""
    l1, boss = (Caller(world.home.keys[name]) for name in ("l1", "manager"))
    ticket = l1.open()
    file = l1.upload(b"x").json
    return {"ticket": ticket["id"], "attachment": file["id"], "boss": boss}


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["as said", "otherwise"])
@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_answers_as_the_document_says(
    name: str, mode: GenerationMode, world: World, known: dict[str, Any]
) -> None:
    operation, app = OPERATIONS[name], WSGIHandler()
    keys = [world.home.keys[who] for who in ("manager", "l1", "l2", "requester")]

    @settings(
        max_examples=EACH,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), key=st.sampled_from(keys), real=st.booleans())
    def answers(case: Any, key: str, real: bool) -> None:
        if real:
            _point(case, known)
        response = WSGI_TRANSPORT.send(case, app=app, headers={"Authorization": f"Bearer {key}"})
        strict = mode is GenerationMode.NEGATIVE and not real and not operation.path.endswith(LENIENT)
        taken = strict and response.status_code < 400
        case.validate_response(response, checks=[*CHECKS, *([negative_data_rejection] if taken else [])])

    answers()


def _point(case: Any, known: dict[str, Any]) -> None:
    """At a ticket and a file that are there, at the version that it has."""
    for name in ("ticket", "attachment"):
        if name in (case.path_parameters or {}):
            case.path_parameters[name] = known[name]
    if "ticket" in (case.path_parameters or {}) and isinstance(case.body, dict) and "version" in case.body:
        case.body["version"] = known["boss"].get(f"/tickets/{known['ticket']}").json["version"]


METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


@pytest.mark.parametrize("path", sorted({operation.path for operation in OPERATIONS.values()}))
def test_a_method_that_an_address_does_not_know_is_named(path: str, call: Call) -> None:
    """405 with what it does know."""
    known = {o.method.upper() for o in OPERATIONS.values() if o.path == path}
    address = path.removeprefix("/api/v1").replace("{number}", "1")
    for name in ("ticket", "webhook", "delivery", "attachment", "code"):
        address = address.replace(f"{{{name}}}", "1")
    for method in METHODS:
        if method in known:
            continue
        answer = call()._send(method, address, "", {})
        assert (answer.status, answer.code) == (405, "method_not_allowed"), (method, path)
        assert set(answer.headers["Allow"].replace(" ", "").split(",")) >= known


def test_odd_contents_are_refused_by_name(call: Call) -> None:
    rows = [
        (b"\xff\xfe", "application/json", 400, "malformed"),
        (b'{"text": "\\ud800"}', "application/json", 422, "unstorable_text"),
        (b'{"text": "a\\u0000b"}', "application/json", 422, "unstorable_text"),
        (b"[" * 100_000, "application/json", 400, "malformed"),
        (b'{"text": NaN}', "application/json", 400, "malformed"),
        (b'{"text": ' + b"9" * 5000 + b"}", "application/json", 400, "malformed"),
        (b"text=1", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        (b"<a/>", "text/xml; charset=nonsense", 415, "unsupported_media_type"),
        (b"", "application/json", 422, "missing"),
    ]
    for body, kind, status, code in rows:
        answer = call().post("/tickets", body, **{"Content-Type": kind})
        assert (answer.status, answer.code) == (status, code), body[:40]
    assert clock.now()
