"""Everything that is refused: by its name, as a problem document, and without a trace in the database."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.world import World
from tierline.api.schemas import Problem
from tierline.api.tests.caller import Answer, Caller, new_ticket
from tierline.plumbing import store

Call = Callable[..., Caller]
Rows = Callable[[], dict[str, str]]

END_OF_TIME = base64.urlsafe_b64encode(b"9999-12-31T23:59:59-23:59|5").decode()
TEN_MB = "x" * (10 * 1024 * 1024)


def refuse(answer: Answer, code: str, status: int, **facts: Any) -> None:
    assert (answer.code, answer.status) == (code, status), answer.body[:500]
    Problem.model_validate(answer.json)
    assert answer.json["facts"] | facts == answer.json["facts"]
    assert not answer.json["detail"].startswith("error."), "no wording"


def refuse_as(answer: Answer, outcome: str) -> None:
    """``outcome``: the code, and the field or thing it is about."""
    code, _, name = outcome.partition(" ")
    about = {"what" if code == "not_found" else "field": name} if name else {}
    refuse(answer, code, 404 if code == "not_found" else 422, **about)


# what it shows, verb, body without version, code, status
ILLEGAL = [
    ("a new ticket is not resolved", "resolve", {"cause": "x", "resolution": "y"}, "illegal_move", 409),
    ("a new ticket is not verified", "verify", {"accepted": True}, "illegal_move", 409),
    ("a new ticket is not archived", "archive", {"knowledge": "none", "reason": "x"}, "illegal_move", 409),
    ("a new ticket is not reopened", "reopen", {"reason": "x"}, "illegal_move", 409),
    ("what does not wait is not resumed", "resume", {}, "illegal_move", 409),
    ("what was not offered is not accepted", "accept", {}, "illegal_move", 409),
    ("what was not handed over is not handed back", "hand-back", {"reason": "other", "text": "x"}, "illegal_move", 409),
    ("a new ticket owes no report", "rca", {"report": "x"}, "illegal_move", 409),
    ("what was not merged is not unmerged", "unmerge", {}, "illegal_move", 409),
]
WHOLE = {"symptoms": "x", "impact": "x", "steps_tried": [{"step": "x", "result": "y"}], "evidence": ["x"]}
DONE = {"cause": "x", "resolution": "y"}
DATE = {"on": "date", "reason": "x"}
CALL = {"direction": "in", "two_way": True, "text": "x"}
# on a claimed ticket: what it shows, verb, body without version, code and what it is about
VALUES = [
    ("an unknown reason to wait on", "wait", {"on": "weather", "reason": "x"}, "invalid on"),
    ("a wait on the customer without a question", "wait", {"on": "customer", "reason": "x"}, "no_question_asked"),
    ("a date without the date", "wait", DATE, "missing until"),
    ("a wait until the past", "wait", {**DATE, "until": "2001-01-01T00:00:00Z"}, "invalid until"),
    ("an instant without its zone", "wait", {**DATE, "until": "2099-01-01T00:00:00"}, "invalid until"),
    ("an instant that is a number", "wait", {**DATE, "until": 4102444800}, "invalid until"),
    ("an instant that does not exist", "wait", {**DATE, "until": "2099-02-30T00:00:00Z"}, "invalid until"),
    ("a package without everything", "escalate", {"to": "L2", "package": {"symptoms": "x"}}, "incomplete_package"),
    ("no package at all", "escalate", {"to": "L2"}, "incomplete_package"),
    ("a package with something else in it", "escalate", {"to": "L2", "package": {"mood": "x"}}, "invalid package.mood"),
    ("a tier that is none", "escalate", {"to": "L4", "package": {}}, "invalid to"),
    ("an unknown service", "classify", {"service": "nothing", "fault_class": "x"}, "not_found service"),
    ("an unknown assignee", "assign", {"assignee": "nobody@provider.example"}, "not_found person"),
    ("an assignee without an assignment", "assign", {"assignee": 999999999}, "not_assignable"),
    ("an unknown impact", "prioritise", {"impact": "huge", "urgency": "high", "reason": "first"}, "invalid impact"),
    ("restored without evidence", "restore", {"evidence": []}, "missing evidence"),
    ("restored with a blank for evidence", "restore", {"evidence": [" "]}, "missing evidence"),
    ("a known error that is not there", "resolve", {**DONE, "known_error": 999999999}, "not_found"),
    ("an article that is not there", "resolve", {**DONE, "article": 999999999}, "not_found"),
    ("a known error by no number", "resolve", {**DONE, "known_error": "KE-999999"}, "not_found known_error"),
    ("a known error by no name", "resolve", {**DONE, "known_error": "no\u00b2"}, "not_found known_error"),
    ("an article by no number", "resolve", {**DONE, "article": "KB-999999"}, "not_found article"),
    ("linked to no problem", "link", {"kind": "problem", "target": "PB-999999"}, "not_found problem"),
    ("linked to no problem's id", "link", {"kind": "problem", "target": 999999999}, "not_found problem"),
    ("merged into itself", "merge", {"into": "SELF"}, "invalid into"),
    ("merged into nothing", "merge", {"into": "TK-999999999"}, "not_found ticket"),
    ("split from an event that is not there", "split", {"from_event": 99, "subject": "x"}, "not_found event"),
    ("linked to nothing", "link", {"kind": "related", "target": "TK-999999999"}, "not_found ticket"),
    ("linked in an unknown way", "link", {"kind": "sibling", "target": "TK-1"}, "invalid kind"),
    ("a task for nobody", "tasks", {"department": " ", "title": "x"}, "missing department"),
    ("a task for a supplier that is none", "tasks", {"supplier": "acme", "title": "x"}, "not_found party"),
    ("a task for two", "tasks", {"supplier": "acme", "department": "rnd", "title": "x"}, "invalid supplier"),
    ("a call in no direction", "calls", {**CALL, "direction": "up"}, "invalid direction"),
    ("a call that is to come", "calls", {**CALL, "happened_at": "2099-01-01T00:00:00Z"}, "call_to_come"),
    ("a call before the ticket", "calls", {**CALL, "happened_at": "2001-01-01T00:00:00Z"}, "call_before_ticket"),
    (
        "a task due before it starts",
        "tasks",
        {"department": "rnd", "title": "x", "due_in_minutes": 0},
        "invalid due_in_minutes",
    ),
    ("a task that is not there", "tasks/7/finish", {"result": "x"}, "not_found task"),
    ("a task without a number", "tasks/one/finish", {"result": "x"}, "invalid number"),
    ("a blank reply", "replies", {"text": " \n\t"}, "missing text"),
    ("no text", "replies", {}, "missing text"),
    ("null for text", "replies", {"text": None}, "invalid text"),
    ("a number for text", "replies", {"text": 5}, "invalid text"),
    ("a list for text", "replies", {"text": ["x"]}, "invalid text"),
    ("ten megabytes", "replies", {"text": TEN_MB}, "too_long text"),
    ("a NUL", "replies", {"text": "a\x00b"}, "unstorable_text text"),
    ("a lone surrogate", "replies", {"text": "a\ud800b"}, "unstorable_text text"),
    ("a NUL in a code", "classify", {"service": "gen\x00eral", "fault_class": "x"}, "unstorable_text service"),
    (
        "a NUL deep inside",
        "escalate",
        {"to": "L2", "package": {**WHOLE, "question": "\x00"}},
        "unstorable_text question",
    ),
    ("a field that nobody reads", "replies", {"text": "x", "txet": "y"}, "invalid txet"),
    ("a file that is not there", "replies", {"text": "x", "attachments": [999999999]}, "not_found attachment"),
    ("a number beyond every id", "replies", {"text": "x", "attachments": [2**63]}, "invalid attachments.0"),
    ("an unknown kind of note", "notes", {"text": "x", "kind": "secret"}, "invalid kind"),
    ("yes for true", "verify", {"accepted": "yes"}, "invalid accepted"),
]


@pytest.fixture(scope="module")
def ticket(world: World) -> Any:
    return Caller(world.home.keys["l1"]).open(impact=None, urgency=None)


@pytest.fixture(scope="module")
def claimed(world: World) -> Any:
    l1 = Caller(world.home.keys["l1"])
    return l1.act(l1.open(impact=None, urgency=None), "claim")


@pytest.mark.parametrize(
    ("verb", "body", "code", "status"), [row[1:] for row in ILLEGAL], ids=[row[0] for row in ILLEGAL]
)
def test_an_illegal_move_changes_nothing(
    call: Call, rows: Rows, ticket: Any, verb: str, body: dict[str, Any], code: str, status: int
) -> None:
    before = rows()
    answer = call().post(f"/tickets/{ticket['number']}/{verb}", {"version": ticket["version"], **body})
    refuse(answer, code, status, state="new")
    assert set(answer.json["facts"]["legal"]) >= set(ticket["allowed_moves"]) - {"escalate"}
    assert rows() == before


@pytest.mark.parametrize(("verb", "body", "outcome"), [row[1:] for row in VALUES], ids=[row[0] for row in VALUES])
def test_a_value_that_cannot_be_changes_nothing(
    call: Call,
    rows: Rows,
    claimed: Any,
    verb: str,
    body: dict[str, Any],
    outcome: str,
) -> None:
    before = rows()
    if body.get("into") == "SELF":
        body = {"into": claimed["id"]}
    answer = call().post(f"/tickets/{claimed['id']}/{verb}", {"version": claimed["version"], **body})
    refuse_as(answer, outcome)
    assert len(answer.body) < 5000
    assert rows() == before


OPENING = [
    ("no text", {"text": None}, "invalid text"),
    ("no requester", {"requester": None}, "missing requester"),
    ("a requester without an address", {"requester": {"name": "x"}}, "missing requester.email"),
    ("an address that is none", {"requester": {"email": "nobody"}}, "invalid email"),
    ("a NUL in the address", {"requester": {"email": "a\x00@b.example"}}, "unstorable_text"),
    ("a lone surrogate in the subject", {"subject": "\udfff"}, "unstorable_text subject"),
    ("a NUL in the end customer", {"customer": "甲\x00公司"}, "unstorable_text customer"),
    ("ten megabytes", {"text": TEN_MB}, "too_long text"),
    ("a subject of a page", {"subject": "长" * 501}, "too_long subject"),
    ("an unknown end customer", {"customer": "没有这家"}, "not_found customer"),
    ("an unknown end customer's id", {"customer": 999999999}, "not_found customer"),
    ("an unknown service", {"service": "nothing"}, "not_found service"),
    ("an unknown asset", {"asset": "A-1"}, "not_found asset"),
    ("an unknown enterprise", {"enterprise": "nowhere"}, "not_found enterprise"),
    ("an unknown impact", {"impact": "huge"}, "invalid impact"),
    ("an unknown urgency", {"urgency": "now"}, "invalid urgency"),
    ("a channel that is no code", {"channel": "carrier pigeon"}, "invalid channel"),
    ("a file that is not there", {"attachments": [999999999]}, "not_found attachment"),
    ("a field that nobody reads", {"priority": "P1"}, "invalid priority"),
]


@pytest.mark.parametrize(("changes", "outcome"), [row[1:] for row in OPENING], ids=[row[0] for row in OPENING])
def test_a_ticket_that_cannot_be_leaves_nothing(call: Call, rows: Rows, changes: dict[str, Any], outcome: str) -> None:
    before = rows()
    refuse_as(call().post("/tickets", new_ticket(**changes)), outcome)
    assert rows() == before


def test_an_end_customer_of_another_enterprise_is_unknown(call: Call, rows: Rows, world: World) -> None:
    before = rows()
    for place in (world.neighbour, world.abroad):
        answer = call().post("/tickets", new_ticket(customer=place.customers["甲公司"]))
        refuse(answer, "not_found", 404, what="customer")
    assert rows() == before


def test_a_stale_version_changes_nothing(call: Call, rows: Rows, claimed: Any) -> None:
    before = rows()
    answer = call("l2").post(f"/tickets/{claimed['id']}/replies", {"version": 1, "text": "太迟"})
    refuse(answer, "stale_version", 409, seen=1, version=claimed["version"])
    assert rows() == before


def test_a_verb_without_version_is_refused(call: Call, claimed: Any) -> None:
    refuse(call().post(f"/tickets/{claimed['id']}/replies", {"text": "x"}), "missing", 422, field="version")
    refuse(call().post(f"/tickets/{claimed['id']}/claim", ""), "missing", 422, field="body")


def test_several_faults_are_named_at_once(call: Call, claimed: Any) -> None:
    answer = call().post(f"/tickets/{claimed['id']}/replies", {"txt": 1})
    named = {(e["code"], e["field"]) for e in answer.json["facts"]["errors"]}
    assert named == {("missing", "version"), ("missing", "text"), ("invalid", "txt")}


# what it shows, body, headers, code, status
BODIES = [
    ("half an object", '{"version": 2, "text": "x"', {}, "malformed", 400),
    ("no JSON", "version=2", {}, "malformed", 400),
    ("a number that is none", '{"version": NaN}', {}, "malformed", 400),
    ("bytes that are no UTF-8", b'{"version": 2, "text": "\xff"}', {}, "malformed", 400),
    ("brackets without end", "[" * 200_000, {}, "malformed", 400),
    ("a number of 5,000 digits", '{"version": ' + "9" * 5000 + "}", {}, "malformed", 400),
    ("a list", "[]", {}, "invalid", 422),
    ("a text", '"x"', {}, "invalid", 422),
    ("null", "null", {}, "invalid", 422),
    ("a surrogate for a name", '{"version": 2, "\\ud800": 1}', {}, "unstorable_text", 422),
    ("a version that is a text", '{"version": "2", "text": "x"}', {}, "invalid", 422),
    ("a version that is true", '{"version": true, "text": "x"}', {}, "invalid", 422),
    ("a version below one", '{"version": 0, "text": "x"}', {}, "invalid", 422),
    ("another content type", "{}", {"Content_Type": "text/plain"}, "unsupported_media_type", 415),
    ("a form", "version=2", {"Content_Type": "application/x-www-form-urlencoded"}, "unsupported_media_type", 415),
    ("more than a request may weigh", '{"text": "' + "x" * 13_000_000 + '"}', {}, "too_large", 413),
    ("a blank idempotency key", '{"version": 2, "text": "x"}', {"Idempotency_Key": " "}, "invalid", 422),
    ("a key of 256 characters", '{"version": 2, "text": "x"}', {"Idempotency_Key": "k" * 256}, "invalid", 422),
]


@pytest.mark.parametrize(
    ("body", "headers", "code", "status"), [row[1:] for row in BODIES], ids=[row[0] for row in BODIES]
)
def test_a_body_that_cannot_be_read(
    call: Call, rows: Rows, claimed: Any, body: str | bytes, headers: dict[str, str], code: str, status: int
) -> None:
    before = rows()
    refuse(call().post(f"/tickets/{claimed['id']}/replies", body, **headers), code, status)
    assert rows() == before


def test_a_fault_of_ours_is_told_by_a_number_only(call: Call) -> None:
    file = call().upload(b"about to be lost").json
    store.path(hashlib.sha256(b"about to be lost").hexdigest()).unlink()
    answer = call().get(f"/attachments/{file['id']}")
    refuse(answer, "internal", 500)
    assert set(answer.json["facts"]) == {"id"}
    assert "files" not in answer.body.decode() and answer.json["facts"]["id"] in answer.json["detail"]


ROUTES = [
    ("an address that is not there", "GET", "/nothing", "not_found", 404),
    ("the root", "GET", "/", "not_found", 404),
    ("a verb that is not there", "POST", "/tickets/1/explode", "not_found", 404),
    ("a slash too many", "GET", "/tickets/", "not_found", 404),
    ("a method that is not there", "DELETE", "/tickets/1", "method_not_allowed", 405),
    ("a method nobody knows", "BREW", "/tickets", "method_not_allowed", 405),
    ("reading a verb", "GET", "/tickets/1/claim", "method_not_allowed", 405),
    ("a ticket that is not there", "GET", "/tickets/999999999", "not_found", 404),
    ("a number that is not there", "GET", "/tickets/TK-999999999", "not_found", 404),
    ("a number that is none", "GET", "/tickets/TK-%00", "not_found", 404),
    ("an id beyond every id", "GET", "/tickets/99999999999999999999999", "not_found", 404),
    ("an id in other digits", "GET", "/tickets/%D9%A1", "not_found", 404),
    ("a file that is not there", "GET", "/attachments/999999999", "not_found", 404),
    ("a page of nothing", "GET", "/tickets?limit=0", "invalid", 422),
    ("a page of everything", "GET", "/tickets?limit=201", "invalid", 422),
    ("a cursor of one's own", "GET", "/tickets?cursor=%C3%A4", "invalid", 422),
    ("a slack cursor of one's own", "GET", "/tickets?view=queue&cursor=bm9wZXw1", "invalid", 422),
    ("a cursor at the end of time", "GET", f"/tickets?view=queue&cursor={END_OF_TIME}", "invalid", 422),
    ("an unknown view", "GET", "/tickets?view=all", "invalid", 422),
    ("an unknown state", "GET", "/tickets?state=closed", "invalid", 422),
    ("an unknown tier", "GET", "/tickets?tier=4", "invalid", 422),
    ("a filter that nobody reads", "GET", "/tickets?colour=red", "invalid", 422),
    ("a NUL in a search", "GET", "/tickets?q=%00", "unstorable_text", 422),
    ("an unknown assignee", "GET", "/tickets?assignee=nobody@x.example", "not_found", 404),
]


@pytest.mark.parametrize(
    ("method", "path", "code", "status"), [row[1:] for row in ROUTES], ids=[row[0] for row in ROUTES]
)
def test_an_address_that_leads_nowhere(call: Call, method: str, path: str, code: str, status: int) -> None:
    answer = call()._send(method, path, "", {})
    refuse(answer, code, status)
    if status == 405:
        assert answer.headers["Allow"]


@pytest.mark.parametrize(
    ("asked", "language", "word"),
    [
        ("en-GB,en;q=0.9", "en", "Reload"),
        ("zh-TW", "zh-Hans", "刷新"),
        ("", "zh-Hans", "刷新"),
        ("fr, en;q=0.5", "en", "Reload"),
    ],
)
def test_a_refusal_speaks_the_callers_language(call: Call, claimed: Any, asked: str, language: str, word: str) -> None:
    headers = {"Accept_Language": asked} if asked else {}
    answer = call().post(f"/tickets/{claimed['id']}/claim", {"version": 1}, **headers)
    assert answer.headers["Content-Language"] == language
    assert word in answer.json["detail"]
