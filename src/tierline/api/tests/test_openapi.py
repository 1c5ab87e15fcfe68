"""The document names every call of the contract, and answers are as it says."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.support.world import World
from tierline.api.tests.caller import Caller, new_ticket

Call = Callable[..., Caller]

# The contract, line by line: path -> the body's fields, required ones with a star.
CONTRACT = {
    "/tickets": "text* subject requester enterprise customer service asset impact urgency channel attachments answers form_version",
    "/tickets/batch": "tickets*",
    "/tickets/acts": "acts* all_or_none",
    "/tickets/{ticket}/replies": "version* text* attachments",
    "/tickets/{ticket}/notes": "version* text* kind summary",
    "/tickets/{ticket}/calls": "version* direction* two_way* text* happened_at",
    "/tickets/{ticket}/rca": "version* report*",
    "/tickets/{ticket}/classify": "version* service* fault_class*",
    "/tickets/{ticket}/prioritise": "version* impact* urgency* reason*",
    "/tickets/{ticket}/assign": "version* assignee*",
    "/tickets/{ticket}/claim": "version*",
    "/tickets/{ticket}/wait": "version* on* reason* until",
    "/tickets/{ticket}/resume": "version*",
    "/tickets/{ticket}/escalate": "version* to* package",
    "/tickets/{ticket}/accept": "version*",
    "/tickets/{ticket}/hand-back": "version* reason* text*",
    "/tickets/{ticket}/tasks": "version* department supplier title* due_in_minutes blocking",
    "/tickets/{ticket}/tasks/{number}/finish": "version* result*",
    "/tickets/{ticket}/restore": "version* evidence*",
    "/tickets/{ticket}/resolve": "version* cause* resolution* known_error article reply",
    "/tickets/{ticket}/verify": "version* accepted* comment evidence",
    "/tickets/{ticket}/archive": "version* knowledge* reason",
    "/tickets/{ticket}/reopen": "version* reason*",
    "/tickets/{ticket}/merge": "version* into*",
    "/tickets/{ticket}/unmerge": "version*",
    "/tickets/{ticket}/split": "version* from_event* subject*",
    "/tickets/{ticket}/link": "version* kind* target*",
    "/problems": "title* cause ticket tickets enterprise",
    "/known-errors": "problem* symptom* workaround* cause article enterprise",
    "/webhooks": "url* label types internal words enterprise",
    "/webhooks/{webhook}/pause": "",
    "/webhooks/{webhook}/resume": "",
    "/webhooks/{webhook}/secret": "",
    "/webhooks/{webhook}/test": "",
    "/webhooks/{webhook}/replay": "since* until*",
    "/webhooks/{webhook}/deliveries/{delivery}/redeliver": "",
}
READS = {
    "/tickets",
    "/tickets/{ticket}",
    "/tickets/{ticket}/events",
    "/tickets/{ticket}/clocks",
    "/attachments/{attachment}",
    "/problems",
    "/problems/{number}",
    "/known-errors",
    "/articles",
    "/articles/{number}",
    "/webhooks",
    "/webhooks/{webhook}",
    "/webhooks/{webhook}/deliveries",
    "/services",
    "/services/{code}/form",
    "/webhooks/{webhook}/deliveries/{delivery}",
}


@pytest.fixture(scope="module")
def document(world: World) -> dict:
    answer = Client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    return answer.json()


def at(document: dict, path: str) -> dict:
    return document["paths"][f"/api/v1{path}"]


@pytest.mark.parametrize("path", CONTRACT)
def test_a_write_takes_the_contracts_fields(document: dict, path: str) -> None:
    body = at(document, path)["post"]["requestBody"]["content"]["application/json"]["schema"]
    schema = document["components"]["schemas"][body["$ref"].rpartition("/")[2]]
    fields = {f"{name}*" if name in schema.get("required", []) else name for name in schema["properties"]}
    assert fields == set(CONTRACT[path].split())
    assert schema["additionalProperties"] is False


def test_nothing_else_is_offered(document: dict) -> None:
    offered = {(path, method) for path, known in document["paths"].items() for method in known}
    writes = {(f"/api/v1{path}", "post") for path in (*CONTRACT, "/attachments")}
    writes |= {("/api/v1/webhooks/{webhook}", method) for method in ("patch", "delete")}
    assert offered == writes | {(f"/api/v1{path}", "get") for path in READS}


def test_every_call_names_its_problems_and_every_write_its_key(document: dict) -> None:
    for path, known in document["paths"].items():
        for method, call in known.items():
            assert {"401", "404", "422", "500"} <= set(call["responses"]), path
            assert "application/problem+json" in call["responses"]["422"]["content"]
            keys = [p for p in call["parameters"] if p["name"] == "Idempotency-Key"]
            assert bool(keys) is (method != "get"), path
            assert not any(key["required"] for key in keys), path


def test_every_reference_leads_somewhere(document: dict) -> None:
    def references(part: object) -> set[str]:
        if isinstance(part, dict):
            own = {part["$ref"]} if isinstance(part.get("$ref"), str) else set()
            return own.union(*map(references, part.values()))
        return set().union(*map(references, part)) if isinstance(part, list) else set()

    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert references(document) <= known


def test_a_list_costs_the_same_for_one_ticket_and_for_fifty(call: Call) -> None:
    l1 = call("l1", "neighbour")
    counts = []
    for more in (1, 49):
        l1.post("/tickets/batch", {"tickets": [new_ticket()] * more})
        for clocks in ("", "&clocks=true"):
            with CaptureQueriesContext(connection) as asked:
                l1.get(f"/tickets?limit=50{clocks}")
            counts.append(len(asked))
    assert counts[:2] == counts[2:]
    assert counts[0] <= 12
