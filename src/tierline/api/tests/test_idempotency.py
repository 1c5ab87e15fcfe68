"""A write sent twice is done once; its answer is the same bytes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from tests.support.world import World
from tierline.api.tests.caller import Caller, new_ticket

Call = Callable[..., Caller]
Rows = Callable[[], dict[str, str]]


def test_the_same_write_is_done_once_and_answered_twice(call: Call, rows: Rows) -> None:
    first = call().post("/tickets", new_ticket(), once="open-1")
    before = rows()
    second = call().post("/tickets", new_ticket(), once="open-1")
    assert (second.status, second.body) == (first.status, first.body) == (201, first.body)
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert rows() == before


def test_a_verb_is_remembered_though_its_version_is_stale_by_then(call: Call) -> None:
    ticket = call().open()
    first, second = (
        call().post(f"/tickets/{ticket['id']}/claim", {"version": 1}, once=f"claim-{ticket['id']}") for _ in range(2)
    )
    assert (second.status, second.body) == (200, first.body)


def test_without_a_key_a_write_is_done_each_time_and_not_remembered(call: Call, rows: Rows) -> None:
    before = rows()["plumbing_answered"]
    first, second = (call().post("/tickets", new_ticket(), once="") for _ in range(2))
    assert (first.status, second.status) == (201, 201)
    assert first.json["id"] != second.json["id"]
    claimed = call().post(f"/tickets/{first.json['id']}/claim", {"version": 1}, once="")
    assert (claimed.status, claimed.json["version"]) == (200, 2)
    assert call().upload(b"x", once="").status == 201
    assert rows()["plumbing_answered"] == before


def test_a_refused_write_without_a_key_leaves_nothing(call: Call, rows: Rows) -> None:
    before = rows()
    unknown = {"email": "never.seen@customer.example", "name": "x"}
    assert call().post("/tickets", new_ticket(customer="没有这家", requester=unknown), once="").status == 404
    assert rows() == before


def test_another_request_under_the_same_key_is_refused(call: Call, rows: Rows) -> None:
    ticket = call().open()
    call().post("/tickets", new_ticket(), once="open-2")
    before = rows()
    for path, body in (
        ("/tickets", new_ticket(subject="别的")),
        ("/tickets/batch", {"tickets": [new_ticket()]}),
        (f"/tickets/{ticket['id']}/claim", {"version": 1}),
    ):
        answer = call().post(path, body, once="open-2")
        assert (answer.code, answer.status) == ("idempotency_key_reused", 422)
    assert rows() == before


def test_a_key_is_its_owners_own(call: Call) -> None:
    first, second = (call(name).post("/tickets", new_ticket(), once="open-3") for name in ("l1", "l2"))
    assert first.json["id"] != second.json["id"]


def test_a_refused_write_does_not_use_its_key_up(call: Call) -> None:
    assert call().post("/tickets", new_ticket(customer="没有这家"), once="open-4").status == 404
    assert call().post("/tickets", new_ticket(), once="open-4").status == 201


def test_a_batch_with_bad_items_is_answered_twice_too(call: Call) -> None:
    batch = {"tickets": [new_ticket(), new_ticket(text=" ")]}
    first, second = (call().post("/tickets/batch", batch, once="batch-1") for _ in range(2))
    assert [r["status"] for r in first.json["results"]] == [201, 422]
    assert second.body == first.body


def test_fifty_at_once_make_one_ticket(world: World) -> None:
    """Whoever loses the race is told so or gets the winner's answer; nobody makes a second ticket."""

    def send(_: int) -> tuple[int, bytes]:
        try:
            answer = Caller(world.home.keys["l1"]).post("/tickets", new_ticket(subject="同一件"), once="race")
            return answer.status, answer.body if answer.status == 201 else answer.code.encode()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = Counter(pool.map(send, range(50)))
    assert {status for status, _ in answers} <= {201, 409}
    assert len({body for status, body in answers if status == 201}) == 1
    assert {body for status, body in answers if status == 409} <= {b"idempotency_in_progress"}
    found = Caller(world.home.keys["l1"]).get("/tickets?q=同一件&limit=200").json["tickets"]
    assert len(found) == 1
