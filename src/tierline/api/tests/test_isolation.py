"""Who may not look learns nothing: another provider, another enterprise, another requester, an ended assignment."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.world import World, acting, assign, make_guest, make_key
from tierline.accounts import services as accounts
from tierline.api.tests.caller import Caller, new_ticket
from tierline.api.v1 import api
from tierline.plumbing import clock
from tierline.plumbing.actor import ENGINEER

Call = Callable[..., Caller]
Rows = Callable[[], dict[str, str]]

STRANGERS = [
    ("l1", "neighbour"),
    ("requester", "neighbour"),
    ("l1", "abroad"),
    ("requester", "abroad"),
    ("colleague", "home"),
]

# A body each verb would take, so that nothing but the reach can be the reason.
BODIES: dict[str, dict[str, Any]] = {
    "replies": {"text": "x"},
    "notes": {"text": "x"},
    "classify": {"service": "general", "fault_class": "x"},
    "prioritise": {"impact": "minor", "urgency": "low", "reason": "misread"},
    "assign": {"assignee": 1},
    "wait": {"on": "third_party", "reason": "x"},
    "escalate": {
        "to": "L2",
        "package": {
            "symptoms": "x",
            "impact": "x",
            "steps_tried": [{"step": "x", "result": "x"}],
            "evidence": ["x"],
            "question": "x",
        },
    },
    "hand-back": {"reason": "other", "text": "x"},
    "tasks": {"department": "rnd", "title": "x"},
    "tasks/{number}/finish": {"result": "x"},
    "calls": {"direction": "in", "two_way": True, "text": "x"},
    "rca": {"report": "x"},
    "restore": {"evidence": ["x"]},
    "resolve": {"cause": "x", "resolution": "x"},
    "verify": {"accepted": True},
    "archive": {"knowledge": "none", "reason": "x"},
    "reopen": {"reason": "x"},
    "merge": {"into": 999_999_999},
    "split": {"from_event": 1, "subject": "x"},
    "link": {"kind": "problem", "target": "PB-1"},
}


def operations() -> list[tuple[str, str]]:
    """(method, path below /api/v1) of every operation on one ticket, from the document itself."""
    paths = api.get_openapi_schema(path_prefix="/api/v1/")["paths"]
    return sorted(
        (method, path.removeprefix("/api/v1"))
        for path, known in paths.items()
        if "{ticket}" in path
        for method in known
    )


@pytest.fixture(scope="module")
def ticket(world: World) -> Any:
    l1 = Caller(world.home.keys["l1"])
    ticket = l1.act(l1.open(requester={"email": world.home.people["requester"].email}), "claim")
    return l1.act(ticket, "tasks", department="rnd", title="查日志")


@pytest.mark.parametrize(("name", "place"), STRANGERS, ids=[f"{place} {name}" for name, place in STRANGERS])
def test_a_stranger_finds_no_ticket_by_any_route(call: Call, rows: Rows, ticket: Any, name: str, place: str) -> None:
    stranger, before, asked = call(name, place), rows(), 0
    for method, path in operations():
        for name_of_it in (str(ticket["id"]), ticket["number"]):
            # A number counts per provider: abroad, the same one may be that provider's own ticket.
            if place == "abroad" and name_of_it == ticket["number"]:
                continue
            real = re.sub(r"\{number\}", "1", path.replace("{ticket}", name_of_it))
            body = {"version": ticket["version"], **BODIES.get(path.removeprefix("/tickets/{ticket}/"), {})}
            answer = stranger.get(real) if method == "get" else stranger.post(real, body)
            assert (answer.code, answer.status) == ("not_found", 404), (method, real, answer.body)
            asked += 1
    assert asked >= 24
    assert rows() == before
    listed = stranger.get("/tickets?limit=200").json["tickets"]
    assert ticket["id"] not in {t["id"] for t in listed}


def test_every_verb_of_the_table_was_really_tried() -> None:
    verbs = {path.removeprefix("/tickets/{ticket}/") for method, path in operations() if method == "post"}
    assert verbs - set(BODIES) == {"claim", "resume", "accept", "unmerge"}


def test_a_ticket_of_another_enterprise_is_no_target(call: Call, world: World, ticket: Any, rows: Rows) -> None:
    elsewhere = call("l1", "neighbour").open()
    both, before = Caller(world.both_key), rows()
    for verb, field in (("merge", {"into": elsewhere["id"]}), ("link", {"kind": "related", "target": elsewhere["id"]})):
        blind = call().post(f"/tickets/{ticket['id']}/{verb}", {"version": ticket["version"], **field})
        assert blind.code == "not_found"
        seeing = both.post(f"/tickets/{ticket['id']}/{verb}", {"version": ticket["version"], **field})
        assert seeing.code == "invalid"
    assert rows() == before


def test_filters_do_not_tell_outsiders_which_names_exist(call: Call, world: World, ticket: Any) -> None:
    guest = make_guest(world.home, call().open()["id"])
    outsiders = [call("requester"), call("department"), Caller(make_key(world.home.system, guest.person_id or 0))]
    names = [
        f"customer={name}" for name in ("乙公司", "没有这家", str(world.home.customers["乙公司"]), "999999999")
    ] + [
        f"assignee={name}" for name in (world.home.people["l2"].email, world.abroad.people["l1"].email, "no@x.example")
    ]
    for outsider in outsiders:
        for name in names:
            answer = outsider.get(f"/tickets?{name}")
            assert (answer.status, answer.json) == (200, {"tickets": [], "next_cursor": None}), name
    own = call("requester").get("/tickets?customer=甲公司&limit=200").json["tickets"]
    assert ticket["id"] in {t["id"] for t in own}


def test_an_ended_assignment_ends_the_reach_of_a_key_at_once(world: World) -> None:
    home, now = world.home, clock.now()
    person = accounts.add_person(actor=home.system, role=ENGINEER, email="leaver@provider.example", name="x", at=now)
    assignment = assign(home.system, home.enterprise_id, person, 1, at=now)
    leaver = Caller(make_key(home.system, person, at=now))
    ticket = leaver.open()
    accounts.end_assignment(actor=home.system, assignment_id=assignment, at=clock.now())
    assert leaver.get(f"/tickets/{ticket['id']}").code == "not_found"
    assert leaver.get("/tickets").json["tickets"] == []
    assert leaver.post("/tickets", new_ticket()).code == "not_found"


def test_a_guest_sees_the_one_ticket(call: Call, world: World) -> None:
    mine, other = call().open(), call().open()
    guest = make_guest(world.home, mine["id"])
    assert guest.person_id is not None
    key = Caller(make_key(world.home.system, guest.person_id))
    assert [t["id"] for t in key.get("/tickets").json["tickets"]] == [mine["id"]]
    assert key.get(f"/tickets/{other['id']}").code == "not_found"
    assert key.post(f"/tickets/{mine['id']}/claim", {"version": 1}).code == "not_allowed"


def test_a_department_sees_the_tickets_it_was_asked_about(call: Call, world: World, ticket: Any) -> None:
    asked, other = call("department").get(f"/tickets/{ticket['id']}"), call().open()
    assert asked.status == 200
    assert [t["department"] for t in asked.json["tasks"]] == ["rnd"]
    assert call("department").get(f"/tickets/{other['id']}").code == "not_found"


@pytest.mark.parametrize("name", ["auditor", "admin"])
def test_who_only_looks_changes_nothing(call: Call, rows: Rows, ticket: Any, name: str) -> None:
    before = rows()
    assert call(name).get(f"/tickets/{ticket['id']}").status == 200
    answer = call(name).post(f"/tickets/{ticket['id']}/claim", {"version": ticket["version"]})
    assert (answer.code, answer.status) == ("not_allowed", 403)
    assert rows() == before


def test_the_reach_of_the_builders_is_what_their_names_say(world: World) -> None:
    assert world.both.enterprises == (world.home.enterprise_id, world.neighbour.enterprise_id)
    assert acting(world.home.provider_id, world.home.people["l2"].person_id or 0, at=clock.now()).tiers == {
        world.home.enterprise_id: 2
    }
