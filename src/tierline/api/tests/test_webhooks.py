"""Webhooks over REST: set up, changed, tried, read page by page; strangers find nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.receiver import Receiver, receiving, run_jobs
from tierline.api.tests.caller import Answer, Caller

Call = Callable[..., Caller]


@pytest.fixture
def receiver(settings: Any) -> Any:
    settings.OUTWARD_LOOPBACK = True
    with receiving() as listening:
        yield listening


def send(caller: Caller, method: str, path: str, body: str = "") -> Answer:
    return caller._send(method, path, body, {})


def made(caller: Caller, receiver: Receiver, **told: Any) -> Any:
    answer = caller.post("/webhooks", {"url": receiver.url, "internal": True, **told})
    assert answer.status == 201, answer.body
    return answer.json


def test_a_webhook_from_its_making_to_its_end(call: Call, receiver: Receiver) -> None:
    boss = call("manager")
    run_jobs()
    hook = made(boss, receiver, types=["ticket.opened"], label="看板")
    assert hook["secret"].startswith("whsec_")
    path = f"/webhooks/{hook['id']}"
    shown = boss.get(path)
    assert "secret" not in shown.json and shown.json["label"] == "看板"
    assert [h["id"] for h in boss.get("/webhooks").json["webhooks"]] == [hook["id"]]
    call("l1").open()
    boss.post(f"{path}/test")
    run_jobs()
    log = boss.get(f"{path}/deliveries").json["deliveries"]
    assert {(d["type"], d["state"], d["status"]) for d in log} == {
        ("ping", "sent", 204),
        ("ticket.opened", "sent", 204),
    }
    page = boss.get(f"{path}/deliveries?limit=1").json
    rest = boss.get(f"{path}/deliveries?limit=1&cursor={page['next_cursor']}").json
    assert [page["deliveries"][0]["id"], rest["deliveries"][0]["id"]] == [d["id"] for d in log]
    assert boss.get(f"{path}/deliveries?state=lost").code == "invalid"
    again = boss.post(f"{path}/deliveries/{log[0]['id']}/redeliver")
    assert (again.status, again.json["key"], again.json["state"]) == (202, log[0]["key"], "queued")
    for verb, state in (("pause", "paused"), ("resume", "active")):
        assert boss.post(f"{path}/{verb}").json["state"] == state
    assert boss.post(f"{path}/secret").json["secret"] != hook["secret"]
    seen = boss.get(path).json["version"]
    changed = send(boss, "PATCH", path, f'{{"version": {seen}, "types": []}}')
    assert (changed.status, changed.json["types"], changed.json["label"]) == (200, [], "看板")
    assert send(boss, "PATCH", path, f'{{"version": {seen}, "label": "x"}}').code == "stale_version"
    run_jobs()
    span = {"since": "2020-01-01T00:00:00Z", "until": "2099-01-01T00:00:00Z"}
    assert boss.post(f"{path}/replay", span).json["deliveries"] >= 1
    assert send(boss, "DELETE", path).json == {"removed": hook["id"]}
    assert boss.get(path).status == 404


def test_who_may_not_finds_or_does_nothing(call: Call, receiver: Receiver) -> None:
    hook = made(call("manager"), receiver)
    for name in ("l1", "requester", "department"):
        assert call(name).get("/webhooks").status == 403
        assert call(name).post("/webhooks", {"url": receiver.url}).status == 403
        assert call(name).get(f"/webhooks/{hook['id']}").status == 403
    assert call("auditor").get(f"/webhooks/{hook['id']}").status == 200
    assert call("auditor").post(f"/webhooks/{hook['id']}/pause").status == 403
    assert call("l1", "abroad").get(f"/webhooks/{hook['id']}").status == 403


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "https://2130706433/", "https://[::ffff:10.0.0.1]/", "ftp://example.com/", "\x00"]
)
def test_an_address_that_must_not_be_called(call: Call, url: str) -> None:
    answer = call("manager").post("/webhooks", {"url": url})
    assert (answer.status, answer.code in ("address_refused", "unstorable_text")) == (422, True)
