"""Numbers of people, cards and keys: nowhere where text is derived, in the original only for whom it is for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from django.urls import URLPattern, URLResolver, get_resolver

from tests.support.clock import Clock, clock  # noqa: F401 - a fixture
from tests.support.world import AT, World, make_world
from tierline.api.tests.caller import Caller
from tierline.audit import queries as audit
from tierline.config import logs
from tierline.desk import queries, services
from tierline.desk.queries import learning, replay
from tierline.desk.tests.builders import PACKAGE, do, fresh
from tierline.knowledge import queries as knowledge
from tierline.plumbing import tenancy
from tierline.web.tests.builders import Browser, make_ticket

pytestmark = pytest.mark.django_db(transaction=True)

# Numbers made for these tests: right check digits, nobody's.
IDENTITY, CARD, MOBILE = "11010519491231002X", "6222020200112230004", "13800138000"
ADDRESS, KEY, PASSWORD = "lin.xiao@secret.example", "AKIAABCDEFGHIJKLMNOP", "Hunter22x"
PLANTED = (IDENTITY, CARD, MOBILE, ADDRESS, KEY, PASSWORD)
SAID = f"身份证 {IDENTITY}，卡号 {CARD}，电话 {MOBILE}，邮箱 {ADDRESS}，key {KEY}，密码：{PASSWORD}"
SUBJECT = f"登录不了 {MOBILE} {IDENTITY}"


@pytest.fixture
def world(clock: Clock) -> World:  # noqa: F811
    return make_world(at=AT)


@pytest.fixture
def ticket(world: World) -> Any:
    """Everything that people wrote on it has all of them in it; it is with the second line and not yet over."""
    l1, us = world.home.people["l1"], world.home.people
    made = make_ticket(world.home, at=AT, subject=SUBJECT, text=SAID)
    made = do(services.claim_tickets, l1, made, 1)
    made = do(services.reply_to_tickets, l1, made, 2, text=f"您好。{SAID}")
    made = do(services.note_on_tickets, l1, made, 3, text=SAID, kind="note")
    made = do(services.open_task, l1, made, 4, department="rnd", title=SAID[:300])
    package = {**PACKAGE, "symptoms": SAID, "evidence": [SAID], "steps_tried": [{"step": SAID, "result": SAID}]}
    made = do(services.escalate_ticket, l1, made, 5, to="L2", package=package)
    made = do(services.accept_tickets, us["l2"], made, 6)
    return fresh(world.home.system, made)


def leaks(text: str) -> list[str]:
    return [secret for secret in PLANTED if secret in text]


def addresses(number: str, ticket_id: int) -> Iterator[str]:
    """Every page and endpoint that can be asked without more than a ticket, and every search."""

    def walk(patterns: Any, before: str) -> Iterator[str]:
        for pattern in patterns:
            path = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, path)
            elif isinstance(pattern, URLPattern):
                yield path

    for path in walk(get_resolver().url_patterns, "/"):
        told = path.replace("<str:number>", number).replace("<ticket>", number).replace("\\Z", "").replace("^", "")
        if "<" not in told and "static" not in told:
            yield told
    for asked in (MOBILE, "登录不了", number):
        yield f"/queue?view=recent&q={asked}"
        yield f"/palette?q={asked}"
        yield f"/api/v1/tickets?q={asked}"
    yield f"/queue/rows?view=recent&ids={ticket_id}"
    yield f"/tickets/{number}?live=1"


@pytest.mark.parametrize("who", ["l1", "l2", "l3", "manager", "admin", "auditor", "department"])
def test_no_page_list_search_or_answer_shows_any_of_them(world: World, ticket: Any, who: str) -> None:
    browser = Browser(world.home.people[who])
    shown = 0
    for path in addresses(ticket.number, ticket.id):
        browser.client.raise_request_exception = True
        answer = browser.client.get(path)
        body = b"" if answer.streaming else answer.content
        shown += ticket.number in body.decode(errors="replace")
        # What the reader typed stands in the box of words again: that is the reader's own.
        assert not [secret for secret in leaks(body.decode(errors="replace")) if secret not in path], path
    assert shown > (0 if who in ("admin", "department") else 5), "the ticket was nowhere: nothing was tried"


def test_a_key_reads_masked_and_with_the_right_and_on_request_the_original(world: World, ticket: Any) -> None:
    caller = Caller(world.home.keys["l1"])
    for path in ("/tickets", "/tickets?clocks=true", f"/tickets/{ticket.number}", f"/tickets/{ticket.number}/events"):
        assert not leaks(caller.get(path).body.decode())
    assert caller.get(f"/tickets/{ticket.number}?original=true").json["subject"] == SUBJECT
    events = caller.get(f"/tickets/{ticket.number}/events?original=true").json["events"]
    assert events[0]["words"]["text"] == SAID
    refused = Caller(world.home.keys["auditor"]).get(f"/tickets/{ticket.number}/events?original=true")
    assert (refused.status, refused.code) == (403, "not_allowed")
    assert [len(line.facts["shown"]) > 1 for line in looks(world, ticket)] == [False, True]


def looks(world: World, ticket: Any) -> list[Any]:
    with tenancy.reading(world.home.system):
        return [x for x in audit.lines(f"ticket:{ticket.id}") if x.action == "ticket.original_shown"]


def test_each_look_at_the_original_is_on_the_record(world: World, ticket: Any) -> None:
    l2 = Browser(world.home.people["l2"])
    page = f"/tickets/{ticket.number}"
    assert "138****8000" in l2.get(page)
    assert not looks(world, ticket)
    shown = l2.submit(f"{page}/original#e-1")
    assert set(leaks(shown)) == set(PLANTED)
    assert SUBJECT in shown
    [look] = looks(world, ticket)
    assert (look.actor_id, look.facts) == (world.home.people["l2"].person_id, {"shown": [1]})
    assert not leaks(l2.get(page))
    with tenancy.reading(world.home.system):
        assert not list(replay.tampered())
        assert not list(replay.differences(world.home.system))


@pytest.mark.parametrize("who", ["auditor", "admin", "department"])
def test_without_the_right_nothing_is_shown_and_nothing_recorded(world: World, ticket: Any, who: str) -> None:
    browser = Browser(world.home.people[who])
    browser.get(f"/tickets/{ticket.number}")
    token = browser.client.cookies["csrftoken"].value if "csrftoken" in browser.client.cookies else ""
    answer = browser.client.post(f"/tickets/{ticket.number}/original", {"csrfmiddlewaretoken": token})
    assert answer.status_code in (403, 404)
    assert not leaks(answer.content.decode())
    assert not looks(world, ticket)


def test_a_requester_reads_the_own_words_as_they_were_written(world: World, ticket: Any) -> None:
    requester = Browser(world.home.people["requester"])
    assert SUBJECT in requester.get(f"/p/{world.home.slug}/")
    assert set(leaks(requester.get(f"/p/{world.home.slug}/tickets/{ticket.number}"))) == set(PLANTED)
    assert Caller(world.home.keys["requester"]).get(f"/tickets/{ticket.number}").json["subject"] == SUBJECT
    assert not looks(world, ticket)


@pytest.mark.parametrize("asked", [MOBILE, IDENTITY, MOBILE[2:], "0013800"])
def test_searching_for_a_number_does_not_confirm_it(world: World, ticket: Any, asked: str) -> None:
    for who in ("l1", "manager"):
        with tenancy.reading(world.home.people[who]):
            assert not queries.page(world.home.people[who], queries.Filter(q=asked)).tickets
        assert ticket.number not in Browser(world.home.people[who]).get(f"/queue?view=recent&q={asked}")
        assert ticket.number not in Browser(world.home.people[who]).get(f"/palette?q={asked}")


def test_what_is_learned_from_and_what_an_article_begins_with_is_masked(world: World, ticket: Any) -> None:
    l2 = world.home.people["l2"]
    done = services.finish_task(actor=l2, seen={ticket.id: ticket.version}, number=1, result=SAID, at=AT)[0]
    done = do(services.resolve_tickets, l2, done, 9, cause="unknown", resolution=SAID)
    done = do(services.verify_tickets, l2, done, 10, accepted=True, evidence=["日志"])
    done = do(services.archive_tickets, l2, done, 11, knowledge="deposit")
    with tenancy.reading(world.home.system):
        lessons = list(learning.lessons(world.home.system, world.home.enterprise_id, opened_before=done.archived_at))
        article = knowledge.article(done.article_id, audiences=knowledge.AUDIENCES)
    assert {lesson.type for lesson in lessons} >= {"opened", "public_message", "note", "resolved"}
    assert not leaks("".join(lesson.text for lesson in lessons))
    assert "138****8000" in f"{article}"
    assert not leaks(f"{article}")


def test_a_line_of_the_log_has_none_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        raise ValueError(SAID)
    except ValueError as wrong:
        line = {"event": SAID, "said": {"deep": [SAID]}, "error": wrong, "exc_info": True}
        for processor in structlog.get_config()["processors"] or [logs.masked]:
            line = processor(None, "error", line)  # type: ignore[assignment]
    assert "138****8000" in f"{line}"
    assert not leaks(f"{line}")
    assert not leaks(json.dumps(logs.masked(None, "info", {"event": SAID, "list": [SAID]})))
