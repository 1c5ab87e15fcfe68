"""Tags, conditions, pages and the number of calls a key may make."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tierline.api.tests.caller import Caller, new_ticket
from tierline.domain.allowance import SECOND, Rate, take
from tierline.plumbing.throttle import Table

Call = Callable[..., Caller]


def test_what_a_reader_has_already_is_not_sent_again(call: Call) -> None:
    l1 = call()
    ticket = l1.open()
    for path in (
        f"/tickets/{ticket['id']}",
        f"/tickets/{ticket['id']}/events",
        f"/tickets/{ticket['id']}/clocks",
        f"/tickets?q={ticket['number']}",
        f"/tickets?q={ticket['number']}&clocks=true",
        "/problems",
    ):
        first = l1.get(path)
        assert first.status == 200, path
        again = l1.get(path, If_None_Match=first.headers["ETag"])
        assert (again.status, again.body, again.headers["ETag"]) == (304, b"", first.headers["ETag"]), path
        assert l1.get(path, If_None_Match='"other"').status == 200
    before = l1.get(f"/tickets/{ticket['id']}").headers["ETag"]
    l1.act(ticket, "claim")
    assert l1.get(f"/tickets/{ticket['id']}", If_None_Match=before).status == 200


def test_a_write_may_name_the_tag_it_looked_at(call: Call) -> None:
    l1 = call()
    ticket = l1.open()
    tag = l1.get(f"/tickets/{ticket['id']}").headers["ETag"]
    claim = f"/tickets/{ticket['id']}/claim"
    other = l1.post(claim, {"version": 1}, If_Match='"7"')
    assert (other.status, other.code) == (412, "precondition_failed")
    assert l1.post(claim, {"version": 1}, If_Match="nonsense").code == "invalid"
    assert l1.post(claim, {"version": 1}, If_Match=tag).status == 200
    late = l1.post(claim, {"version": 1}, If_Match=tag)
    assert (late.status, late.code) == (412, "precondition_failed")
    without = l1.post(claim, {"version": 1})
    assert (without.status, without.code) == (409, "stale_version")


def test_events_come_in_pages(call: Call) -> None:
    l1 = call()
    ticket = l1.open()
    for text in "abc":
        ticket = l1.act(ticket, "notes", text=text)
    whole = l1.get(f"/tickets/{ticket['id']}/events").json
    assert whole["next_cursor"] is None
    found, cursor = [], ""
    while cursor is not None:
        page = l1.get(f"/tickets/{ticket['id']}/events?limit=2&cursor={cursor}").json
        found += page["events"]
        cursor = page["next_cursor"]
    assert found == whole["events"]
    assert l1.get(f"/tickets/{ticket['id']}/events?cursor=x").code == "invalid"


def test_acts_are_judged_one_by_one(call: Call) -> None:
    l1 = call()
    one, two = l1.open(), l1.open()
    acts = [
        {"ticket": one["id"], "verb": "claim", "version": 1},
        {"ticket": two["number"], "verb": "notes", "version": 9, "text": "x"},
        {"ticket": one["id"], "verb": "replies", "version": 2, "text": "您好"},
        {"ticket": one["id"], "verb": "sell", "version": 3},
        {"ticket": "TK-999999", "verb": "claim", "version": 1},
        {"ticket": two["id"], "verb": "wait", "version": 1},
        "nonsense",
    ]
    results = l1.post("/tickets/acts", {"acts": acts}).json["results"]
    assert [r["status"] for r in results] == [200, 409, 200, 422, 404, 422, 422]
    assert results[0]["ticket"]["version"] == results[2]["ticket"]["version"] == 3
    assert l1.get(f"/tickets/{two['id']}").json["version"] == 1


def test_all_or_none_means_none(call: Call, rows: Callable[[], dict[str, str]]) -> None:
    l1 = call()
    one, two = l1.open(), l1.open()
    before = rows()
    acts: list[dict[str, Any]] = [
        {"ticket": one["id"], "verb": "claim", "version": 1},
        {"ticket": two["id"], "verb": "claim", "version": 5},
    ]
    refused = l1.post("/tickets/acts", {"acts": acts, "all_or_none": True})
    assert (refused.status, refused.code, refused.json["facts"]["index"]) == (422, "batch_refused", 1)
    assert refused.json["facts"]["cause"] == "stale_version"
    assert rows() == before
    acts[1]["version"] = 1
    done = l1.post("/tickets/acts", {"acts": acts, "all_or_none": True}, once="both")
    assert [r["ticket"]["state"] for r in done.json["results"]] == ["open", "open"]
    assert l1.post("/tickets/acts", {"acts": acts, "all_or_none": True}, once="both").body == done.body


def test_a_key_that_calls_too_often_is_told_when_to_come_back(call: Call, settings: Any) -> None:
    settings.API_CALLS_PER_MINUTE, settings.API_BURST = 1, 3
    l2 = call("l3", "home")
    answers = [l2.get("/tickets?limit=1") for _ in range(5)]
    assert [a.status for a in answers] == [200, 200, 200, 429, 429]
    assert [a.headers["RateLimit-Remaining"] for a in answers[:3]] == ["2", "1", "0"]
    last = answers[-1]
    assert (last.code, last.headers["RateLimit-Limit"], last.headers["RateLimit-Policy"]) == (
        "rate_limited",
        "3",
        "3;w=180",
    )
    assert 50 <= int(last.headers["Retry-After"]) <= 60
    assert call("l2").get("/tickets?limit=1").status == 200
    assert call("l2").post("/tickets", new_ticket()).headers["RateLimit-Remaining"] == "1"


def test_an_unknown_key_uses_up_nobodys_calls() -> None:
    answer = Caller("tl_nobody").get("/tickets")
    assert answer.status == 401
    assert "RateLimit-Limit" not in answer.headers


ROWS = [
    ("the first call leaves the burst without one", 0, 0, True, 2),
    ("the last of the burst leaves none", 2 * SECOND, 0, True, 0),
    ("one more is refused", 3 * SECOND, 0, False, 0),
    ("and allowed exactly one interval later", 3 * SECOND, 1 * SECOND, True, 0),
    ("a nanosecond before it is not", 3 * SECOND, SECOND - 1, False, 0),
    ("a bucket of another clock is untouched", 10**18, 0, True, 2),
]


@pytest.mark.parametrize(("full_at", "at", "allowed", "left"), [r[1:] for r in ROWS], ids=[r[0] for r in ROWS])
def test_a_bucket(full_at: int, at: int, allowed: bool, left: int) -> None:
    taken = take(Rate(per_minute=60, burst=3), full_at, at=at)
    assert (taken.is_allowed, taken.remaining) == (allowed, left)
    assert bool(taken.wait) is not allowed


def test_processes_share_one_count(tmp_path: Any) -> None:
    first, second = Table(tmp_path / "calls"), Table(tmp_path / "calls")
    rate, key = Rate(per_minute=60, burst=10), b"a key of somebody"
    allowed = [table.take(key, rate, at=0).is_allowed for _ in range(10) for table in (first, second)]
    assert allowed == [True] * 10 + [False] * 10
    assert first.take(b"another key", rate, at=0).is_allowed
    first.close()
    second.close()
