"""Problems, known errors and articles over the API, and the tickets that cite them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.world import Place, World
from tierline.api import schemas
from tierline.api.tests.caller import Caller
from tierline.knowledge import services as knowledge
from tierline.knowledge.operations import NewArticle
from tierline.plumbing import clock
from tierline.problems import services as problems

Call = Callable[..., Caller]
Rows = Callable[[], dict[str, str]]

WORKAROUND = {"symptom": "银企直连付款超时", "workaround": "改用网银制单", "cause": "证书过期"}


def publish(place: Place, audience: str, title: str = "银企直连证书更新") -> int:
    """A published article's id."""
    at, about = clock.now(), {"actor": place.system, "enterprise_id": place.enterprise_id}
    row = NewArticle(title=title, body=f"{title}：先看证书。", language="zh-hans")
    made = knowledge.draft_article(**about, row=row, at=at)
    knowledge.publish_article(**about, article_id=made, seen=1, audience=audience, at=at)
    return made


@pytest.fixture(scope="module")
def problem(world: World) -> Any:
    answer = Caller(world.home.keys["l1"]).post("/problems", {"title": "银企直连证书过期"})
    assert answer.status == 201, answer.body
    return answer.json


@pytest.fixture(scope="module")
def known(world: World, problem: Any) -> Any:
    answer = Caller(world.home.keys["l1"]).post("/known-errors", {"problem": problem["number"], **WORKAROUND})
    assert answer.status == 201, answer.body
    return answer.json


@pytest.fixture(scope="module")
def shelf(world: World) -> dict[str, int]:
    return {audience: publish(world.home, audience) for audience in ("public", "customer", "internal")}


def test_a_problem_with_its_tickets_and_what_is_known(call: Call) -> None:
    one, two = call().open(), call().open()
    body = {"title": "证书", "ticket": one["number"], "tickets": [two["id"]]}
    made = call().post("/problems", body)
    assert made.status == 201, made.body
    answer = call().post("/known-errors", {"problem": made.json["id"], **WORKAROUND})
    schemas.KnownError.model_validate(answer.json)
    for name in (made.json["number"], made.json["number"].lower(), made.json["id"]):
        read = call("auditor").get(f"/problems/{name}")
        schemas.ProblemRecord.model_validate(read.json)
        assert read.json["tickets"] == [one["id"], two["id"]]
        assert [k["number"] for k in read.json["known_errors"]] == [answer.json["number"]]
        assert read.json["cause"] == "证书过期"


def test_known_errors_are_found_by_their_words(call: Call, known: Any) -> None:
    found = call("l2").get("/known-errors?q=付款超时")
    schemas.KnownErrors.model_validate(found.json)
    assert known["number"] in [hit["known_error"]["number"] for hit in found.json["known_errors"]]


def test_a_reader_finds_the_articles_of_the_own_audience(call: Call, shelf: dict[str, int]) -> None:
    seen = {"l1": set(shelf.values()), "requester": {shelf["public"], shelf["customer"]}}
    for name, ids in seen.items():
        found = call(name).get("/articles?q=银企直连证书")
        schemas.Articles.model_validate(found.json)
        assert {hit["id"] for hit in found.json["articles"]} == ids
        for made in shelf.values():
            read = call(name).get(f"/articles/{made}")
            assert read.status == (200 if made in ids else 404)
            if read.status == 200:
                schemas.Article.model_validate(read.json)
                assert call(name).get(f"/articles/{read.json['article']['number']}").json == read.json


@pytest.mark.parametrize("name", ["requester", "colleague", "department"])
def test_causes_and_workarounds_are_not_there_for_others(
    call: Call, rows: Rows, problem: Any, known: Any, name: str
) -> None:
    before = rows()
    for path in (f"/problems/{problem['number']}", "/problems/PB-999999", "/known-errors?q=付款"):
        assert (call(name).get(path).code, call(name).get(path).status) == ("not_found", 404), path
    for named in (problem["number"], "PB-999999"):
        assert call(name).post("/known-errors", {"problem": named, **WORKAROUND}).code == "not_found"
    assert call(name).post("/problems", {"title": "x"}).code == "not_allowed"
    assert rows() == before


@pytest.mark.parametrize("place", ["neighbour", "abroad"])
def test_another_enterprise_is_not_there(
    call: Call, rows: Rows, world: World, problem: Any, known: Any, shelf: dict[str, int], place: str
) -> None:
    stranger, before = call("l1", place), rows()
    asked = [f"/problems/{problem['id']}", f"/articles/{shelf['public']}"]
    asked += [f"/{kind}?q=银企直连&enterprise={world.home.slug}" for kind in ("articles", "known-errors")]
    for path in asked:
        assert (stranger.get(path).code, stranger.get(path).status) == ("not_found", 404), path
    for where in (world.home.slug, world.home.enterprise_id):
        assert stranger.post("/problems", {"title": "x", "enterprise": where}).code == "not_found"
    assert stranger.post("/known-errors", {"problem": problem["id"], **WORKAROUND}).code == "not_found"
    assert rows() == before


# what is wrong, method, path, body, code, field
BAD = [
    ("no title", "POST", "/problems", "{}", "missing", "title"),
    ("a blank title", "POST", "/problems", '{"title": " "}', "missing", "title"),
    ("a NUL", "POST", "/problems", '{"title": "a\\u0000"}', "unstorable_text", "title"),
    ("a field nobody reads", "POST", "/problems", '{"title": "x", "mood": 1}', "invalid", "mood"),
    ("a ticket that is true", "POST", "/problems", '{"title": "x", "ticket": true}', "invalid", "ticket"),
    ("no problem", "POST", "/known-errors", '{"symptom": "x", "workaround": "y"}', "missing", "problem"),
    ("no words", "GET", "/known-errors", "", "missing", "q"),
    ("a NUL in a search", "GET", "/articles?q=%00", "", "unstorable_text", "q"),
    ("a page of everything", "GET", "/articles?q=x&limit=51", "", "invalid", "limit"),
]


@pytest.mark.parametrize(
    ("method", "path", "body", "code", "field"), [row[1:] for row in BAD], ids=[row[0] for row in BAD]
)
def test_bad_values_are_named(call: Call, rows: Rows, method: str, path: str, body: str, code: str, field: str) -> None:
    before, answer = rows(), call()._send(method, path, body, {})
    assert (answer.code, answer.status, answer.json["facts"]["field"]) == (code, 422, field)
    assert rows() == before


@pytest.mark.parametrize("name", ["PB-%00", "%00", "PB-", "99999999999999999999", "%D9%A1", "x"])
def test_a_number_that_is_none_is_not_there(call: Call, name: str) -> None:
    for kind in ("problems", "articles"):
        assert (call().get(f"/{kind}/{name}").code, call().get(f"/{kind}/{name}").status) == ("not_found", 404)


def ready(l1: Caller) -> Any:
    ticket = l1.act(l1.open(), "claim")
    return l1.act(ticket, "restore", evidence=["付款成功"])


def test_a_resolution_cites_by_number_or_id(call: Call, known: Any, shelf: dict[str, int]) -> None:
    l1 = call()
    number = l1.get(f"/articles/{shelf['internal']}").json["article"]["number"]
    for error, article in ((known["number"].lower(), number), (known["id"], shelf["internal"])):
        done = l1.act(ready(l1), "resolve", cause="x", resolution="y", known_error=error, article=article)
        assert (done["known_error"], done["article"]) == (known["id"], shelf["internal"])


def test_a_resolution_cites_only_what_is_its_own_and_in_use(call: Call, rows: Rows, world: World, problem: Any) -> None:
    l1, there = call(), call("l1", "neighbour")
    theirs = there.post("/problems", {"title": "x"}).json
    foreign = there.post("/known-errors", {"problem": theirs["number"], **WORKAROUND}).json
    retired = l1.post("/known-errors", {"problem": problem["number"], **WORKAROUND}).json
    problems.retire_known_error(
        actor=world.home.system,
        enterprise_id=world.home.enterprise_id,
        known_error_id=retired["id"],
        at=clock.now(),
    )
    ticket = ready(l1)
    before = rows()
    for error in (foreign["id"], foreign["number"], retired["id"], retired["number"]):
        body = {"version": ticket["version"], "cause": "x", "resolution": "y", "known_error": error}
        answer = l1.post(f"/tickets/{ticket['id']}/resolve", body)
        assert (answer.code, answer.json["facts"]["what"]) == ("not_found", "known_error")
    for target in (theirs["id"], theirs["number"]):
        for who in (l1, Caller(world.both_key)):
            body = {"version": ticket["version"], "kind": "problem", "target": target}
            answer = who.post(f"/tickets/{ticket['id']}/link", body)
            assert (answer.code, answer.json["facts"]["what"]) == ("not_found", "problem")
    assert rows() == before


def test_a_ticket_is_linked_to_a_problem_by_number_or_id(call: Call, problem: Any) -> None:
    for target in (problem["number"].lower(), problem["id"]):
        ticket = call().open()
        call().act(ticket, "link", kind="problem", target=target)
        linked = [e for e in call().get(f"/tickets/{ticket['id']}/events").json["events"] if e["type"] == "linked"]
        assert [e["payload"]["target"] for e in linked] == [problem["number"]]


def test_a_citation_tells_a_requester_nothing(call: Call, world: World, known: Any) -> None:
    l1 = call()
    ticket = l1.act(l1.open(requester={"email": world.home.people["requester"].email}), "claim")
    for verb, field, names in (
        ("resolve", {"cause": "x", "resolution": "y"}, (known["id"], known["number"], "KE-999999")),
        ("link", {"kind": "problem"}, ("PB-1", "PB-999999")),
    ):
        for name in names:
            told = {"version": ticket["version"], **field, "known_error" if verb == "resolve" else "target": name}
            assert call("requester").post(f"/tickets/{ticket['id']}/{verb}", told).code == "not_allowed"
