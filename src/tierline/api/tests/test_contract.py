"""The contract to the letter: what each call takes, answers, and does to the ticket."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.world import World
from tierline.api import schemas
from tierline.api.tests.caller import Caller, new_ticket

Call = Callable[..., Caller]

PACKAGE = {
    "symptoms": "付款返回超时",
    "impact": "全部付款停止",
    "steps_tried": [{"step": "重启前置机", "result": "无效"}],
    "evidence": ["日志第 3 行"],
    "question": "网关是否变更",
}


def test_a_new_ticket_has_the_contracts_fields(call: Call, world: World) -> None:
    ticket = call().open()
    schemas.Ticket.model_validate(ticket)
    shown = {name: ticket[name] for name in ("state", "priority", "priority_reason", "tier", "assignee", "version")}
    assert shown == {
        "state": "new",
        "priority": "P2",
        "priority_reason": "significant x high = P2",
        "tier": 1,
        "assignee": None,
        "version": 1,
    }
    assert ticket["number"].startswith("TK-")
    assert "claim" in ticket["allowed_moves"] and "resolve" not in ticket["allowed_moves"]
    assert ticket["customer"] == {"id": world.home.customers["甲公司"], "name": "甲公司", "grade": "standard"}
    response = next(c for c in ticket["clocks"] if c["kind"] == "first_response")
    assert (response["state"], response["consumed_seconds"], response["target_seconds"]) == ("running", 0, 1800)
    assert response["due_at"].endswith("Z") and ticket["opened_at"].endswith("Z")


def test_a_ticket_is_found_by_id_and_by_number(call: Call) -> None:
    ticket = call().open()
    by_id, by_number = (call().get(f"/tickets/{ticket[name]}").json for name in ("id", "number"))
    assert by_id["id"] == by_number["id"] == ticket["id"]
    assert call().get(f"/tickets/{ticket['number'].lower()}").json["id"] == ticket["id"]


def test_the_work_from_claim_to_archive(call: Call, world: World) -> None:
    """受理-排障-验证-归档 through three tiers, by nothing but the API."""
    l1, l2, l3, asker = call("l1"), call("l2"), call("l3"), call("requester")
    address = world.home.people["requester"].email
    ticket = l1.open(requester={"email": address}, impact=None, urgency=None)
    ticket = l1.act(ticket, "classify", service="general", fault_class="payment")
    assert (ticket["service"], ticket["fault_class"]) == ("general", "payment")
    ticket = l1.act(ticket, "prioritise", impact="extensive", urgency="high", reason="first")
    assert (ticket["priority"], ticket["priority_reason"]) == ("P1", "extensive x high = P1")
    ticket = l1.act(ticket, "claim")
    assert (ticket["state"], ticket["assignee"]["email"]) == ("open", world.home.people["l1"].email)
    ticket = l1.act(ticket, "replies", text="请问何时开始？")
    ticket = l1.act(ticket, "wait", on="customer", reason="等待答复", until="2099-01-01T08:00:00+08:00")
    assert (ticket["state"], ticket["waiting_until"]) == ("waiting", "2099-01-01T00:00:00Z")
    ticket = l1.act(ticket, "resume")
    ticket = l1.act(ticket, "notes", text="怀疑网关证书", kind="note")
    ticket = l1.act(ticket, "escalate", to="L2", package=PACKAGE)
    assert (ticket["tier"], ticket["pending_tier"]) == (1, 2)
    ticket = l2.act(ticket, "accept")
    assert (ticket["tier"], ticket["pending_tier"]) == (2, None)
    ticket = l2.act(ticket, "tasks", department="rnd", title="查网关变更", due_in_minutes=60, blocking=True)
    assert ticket["tasks"][0] | {"opened_at": 0, "due_at": 0} == {
        "number": 1,
        "department": "rnd",
        "supplier": None,
        "title": "查网关变更",
        "blocking": True,
        "opened_at": 0,
        "due_at": 0,
        "finished_at": None,
        "result": None,
    }
    ticket = call("department").act(ticket, "tasks/1/finish", result="昨夜换过证书")
    ticket = l2.act(ticket, "notes", text="回退证书", kind="plan", summary="我们将回退证书")
    ticket = l2.act(ticket, "escalate", to="L3", package=PACKAGE)
    ticket = l3.act(ticket, "hand-back", reason="known_solution", text="见处理记录")
    ticket = l2.act(ticket, "escalate", to="L3", package=PACKAGE)
    ticket = l3.act(ticket, "accept")
    ticket = l3.act(ticket, "restore", evidence=["付款成功流水"])
    ticket = l3.act(ticket, "resolve", cause="certificate", resolution="回退并更新证书链")
    assert ticket["state"] == "resolved" and ticket["cause"] == "certificate"
    ticket = asker.act(ticket, "verify", accepted=True, comment="可以付款了")
    assert ticket["state"] == "verified" and "cause" in ticket
    ticket = l3.act(ticket, "archive", knowledge="none", reason="一次性变更")
    assert ticket["state"] == "archived"
    ticket = l1.act(ticket, "reopen", reason="又出现")
    assert (ticket["state"], ticket["reopen_count"]) == ("open", 1)


def test_assign_takes_an_id_or_an_address(call: Call, world: World) -> None:
    l1, other = call(), world.home.people["l2"]
    ticket = l1.act(l1.open(), "assign", assignee=other.email.upper())
    assert ticket["assignee"]["id"] == other.person_id
    ticket = l1.act(ticket, "assign", assignee=world.home.people["l1"].person_id)
    assert ticket["assignee"]["id"] == world.home.people["l1"].person_id


def test_merge_and_unmerge(call: Call) -> None:
    l1 = call()
    first, second = l1.open(), l1.open()
    merged = l1.act(second, "merge", into=first["number"])
    assert merged["merged_into"] == first["id"]
    assert {c["state"] for c in merged["clocks"]} <= {"idle", "met", "dismissed"}
    assert l1.act(merged, "unmerge")["merged_into"] is None


def test_split_answers_with_the_new_ticket(call: Call) -> None:
    l1 = call()
    ticket = l1.open()
    made = l1.act(ticket, "split", from_event=1, subject="另一件事")
    assert made["id"] != ticket["id"]
    assert (made["split_from"], made["subject"], made["state"]) == (ticket["id"], "另一件事", "new")
    schemas.Ticket.model_validate(made)


@pytest.mark.parametrize("name", ["id", "number"])
def test_link_takes_an_id_or_a_number(call: Call, name: str) -> None:
    l1 = call()
    first, second = l1.open(), l1.open()
    l1.act(first, "link", kind="related", target=second[name])
    told = call().get(f"/tickets/{first['id']}/events").json["events"]
    assert told[-1]["payload"]["target"] == second["number"]


def test_what_happened_is_told_to_each_side(call: Call, world: World) -> None:
    l1 = call()
    ticket = l1.act(l1.open(requester={"email": world.home.people["requester"].email}), "claim")
    ticket = l1.act(ticket, "notes", text="只给自己人")
    l1.act(ticket, "replies", text="正在处理")
    inside, outside = (call(who).get(f"/tickets/{ticket['id']}/events").json for who in ("l1", "requester"))
    schemas.Events.model_validate(inside)
    assert [e["type"] for e in inside["events"]] == ["opened", "assigned", "note", "public_message"]
    assert [e["type"] for e in outside["events"]] == ["opened", "public_message"]
    assert inside["events"][1]["actor"]["name"] == world.home.people["l1"].name
    assert [e["words"].get("text") for e in outside["events"]] == ["今天上午起银企直连无法付款。", "正在处理"]


def test_the_requester_sees_the_customers_clocks_only(call: Call, world: World) -> None:
    ticket = call().open(requester={"email": world.home.people["requester"].email})
    inside, outside = (call(who).get(f"/tickets/{ticket['id']}/clocks").json for who in ("l1", "requester"))
    schemas.Clocks.model_validate(inside)
    assert {c["kind"] for c in inside["clocks"]} - {c["kind"] for c in outside["clocks"]} == {"grading"}
    assert "first_response" in {c["kind"] for c in outside["clocks"]}


def test_a_batch_answers_item_by_item(call: Call, world: World) -> None:
    items = [
        new_ticket(),
        new_ticket(text="\ud800"),
        new_ticket(customer="没有这家"),
        new_ticket(enterprise=world.neighbour.slug),
        "no ticket",
        new_ticket(impact="huge"),
        new_ticket(subject="最后一件"),
    ]
    answer = call().post("/tickets/batch", {"tickets": items})
    schemas.BatchAnswer.model_validate(answer.json)
    results = answer.json["results"]
    assert answer.status == 200
    assert [r["status"] for r in results] == [201, 422, 404, 404, 422, 422, 201]
    assert [r["error"]["code"] for r in results[1:6]] == [
        "unstorable_text",
        "not_found",
        "not_found",
        "invalid",
        "invalid",
    ]
    assert results[6]["ticket"]["subject"] == "最后一件"
    assert results[0]["ticket"]["clocks"]


def test_a_batch_takes_a_thousand_and_no_more(call: Call) -> None:
    thousand = call().post("/tickets/batch", {"tickets": [new_ticket()] * 1000})
    assert {r["status"] for r in thousand.json["results"]} == {201}
    assert call().post("/tickets/batch", {"tickets": [0] * 1001}).code == "too_many"


def test_pages_hold_every_ticket_once(call: Call, world: World) -> None:
    l1 = call("l1", "neighbour")
    made = {l1.open()["id"] for _ in range(7)}
    for view in ("recent", "queue"):
        seen: list[int] = []
        cursor = ""
        while True:
            page = l1.get(f"/tickets?view={view}&limit=3&cursor={cursor}").json
            schemas.Page.model_validate(page)
            seen += [t["id"] for t in page["tickets"]]
            cursor = page["next_cursor"]
            if not cursor:
                break
        assert sorted(seen) == sorted(made)


FILTERS = [
    ("by state", "state=open", True),
    ("by another state", "state=new", False),
    ("by tier", "tier=1", True),
    ("by tier as people say it", "tier=L2", False),
    ("by priority", "priority=P1", True),
    ("by another priority", "priority=P3", False),
    ("by assignee's id", "assignee={assignee}", True),
    ("by assignee's address", "assignee={address}", True),
    ("by oneself", "assignee=me", True),
    ("by end customer's id", "customer={customer}", True),
    ("by end customer's name", "customer=乙公司", True),
    ("by another end customer", "customer=甲公司", False),
    ("by words of the subject", "q=紫外", True),
    ("by number", "q={number}", True),
    ("by enterprise", "enterprise={slug}", True),
    ("by several", "state=open&priority=P1&tier=1", True),
]


@pytest.mark.parametrize(("query", "is_there"), [row[1:] for row in FILTERS], ids=[row[0] for row in FILTERS])
def test_a_list_is_narrowed(call: Call, world: World, query: str, is_there: bool) -> None:
    l1 = call()
    ticket = l1.act(l1.open(subject="紫外灯", customer="乙公司", impact="extensive"), "claim")
    asked = query.format(
        assignee=ticket["assignee"]["id"],
        address=ticket["assignee"]["email"],
        customer=world.home.customers["乙公司"],
        number=ticket["number"],
        slug=world.home.slug,
    )
    found = l1.get(f"/tickets?limit=200&{asked}")
    assert found.status == 200, found.body
    assert (ticket["id"] in {t["id"] for t in found.json["tickets"]}) is is_there


def test_a_list_carries_clocks_when_asked(call: Call) -> None:
    call().open()
    plain, full = (call().get(f"/tickets?limit=1{more}").json["tickets"][0] for more in ("", "&clocks=true"))
    assert "clocks" not in plain
    assert full["clocks"]


def test_a_requester_opens_for_oneself(call: Call, world: World) -> None:
    asker = call("requester")
    ticket = asker.post("/tickets", {"text": "打印机坏了"}).json
    assert ticket["requester"]["id"] == world.home.people["requester"].person_id
    assert ticket["subject"] == "打印机坏了"
    assert asker.post("/tickets", new_ticket()).code == "not_allowed"


def test_who_reaches_several_enterprises_names_one(world: World) -> None:
    both = Caller(world.both_key)
    assert both.post("/tickets", new_ticket()).code == "enterprise_required"
    by_slug = both.open(enterprise=world.neighbour.slug)
    by_id = both.open(enterprise=world.neighbour.enterprise_id)
    assert by_slug["enterprise"] == by_id["enterprise"] == world.neighbour.enterprise_id
