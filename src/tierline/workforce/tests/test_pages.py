"""The pages of people, shifts and rosters: the right call is made, what is wrong comes back, strangers see nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar

from tests.support.clock import Clock, clock
from tests.support.world import AT, PASSWORD, Place, make_place, make_provider
from tierline.accounts import queries as accounts
from tierline.plumbing import tenancy
from tierline.plumbing.actor import Actor
from tierline.workforce import queries, services
from tierline.workforce.operations import NewShift, NewSkill

__all__ = ["clock"]
pytestmark = pytest.mark.django_db(transaction=True)

LANGUAGES = ("zh-hans", "en")


@pytest.fixture
def place(clock: Clock) -> Place:
    made = make_place(make_provider("people"), "people", staff=("l1", "l2", "manager", "auditor"))
    services.add_skills(actor=made.people["manager"], rows=[NewSkill("tax", "财税", "Tax")], at=AT)
    return made


def browser(actor: Actor, language: str = "zh-hans") -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE=language)
    client.post("/signin", {"email": actor.email, "password": PASSWORD})
    client.cookies["tierline_lang"] = language
    return client


def pid(place: Place, who: str) -> int:
    found = place.people[who].person_id
    assert found is not None
    return found


def plan(place: Place, who: str, begins: float, ends: float) -> int:
    row = NewShift(pid(place, who), AT + timedelta(hours=begins), AT + timedelta(hours=ends), place.enterprise_id)
    return services.plan_shifts(actor=place.people["manager"], rows=[row], at=AT)[0]


def reach(place: Place, clock: Clock) -> tuple[int, ...]:
    found = accounts.actor(place.provider_id, pid(place, "l1"), at=clock.at, channel="web")
    assert found is not None
    return found.enterprises


def shown(answer: Any) -> str:
    text = answer.content.decode()
    assert not re.search(r">\s*(page|error|message)\.[a-z_]+\.", text), "a word without wording"
    return text


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_render_in_both_languages(place: Place, language: str) -> None:
    plan(place, "l1", -1, 4)
    manager = browser(place.people["manager"], language)
    for path in ("/people", f"/people/{pid(place, 'l1')}", "/rosters", "/dispatch", "/oncall", "/shifts"):
        answer = manager.get(path)
        assert answer.status_code == 200, path
        shown(answer)
    l1 = browser(place.people["l1"], language)
    for path in ("/oncall", "/shifts", "/rosters"):
        assert l1.get(path).status_code == 200, path


def test_skills_papers_and_assignments_are_changed_on_the_persons_page(place: Place) -> None:
    client, who = browser(place.people["manager"]), pid(place, "l1")
    page = f"/people/{who}"
    given = {
        "skill": {"skill": "tax", "level": "4", "language": "", "expires_on": "2027-06-30"},
        "credential": {"kind": "certificate", "code": "cisp", "from_on": "2026-01-01", "expires_on": "2026-04-01"},
        "profile": {"region": "上海", "languages": ["zh-hans", "en"], "cap": "48"},
    }
    for what, told in given.items():
        assert client.post(f"{page}/{what}", told).status_code == 302, what
    text = shown(client.get(page))
    assert "财税" in text
    assert "cisp" in text
    with tenancy.reading(place.system):
        assert [e.cap for e in queries.crew([place.enterprise_id], at=AT, on=AT.date()) if e.id == who] == [48]
    assert client.post(f"{page}/profile", {"cap": "1"}).status_code == 422
    assert (
        client.post(f"{page}/credential", {"kind": "undertaking", "code": "x", "from_on": "2026-01-01"}).status_code
        == 422
    )
    assert client.post(f"{page}/skill/0/end").status_code == 302
    with tenancy.reading(place.system):
        assert queries.skills_of([who])[who] == []


def test_an_assignment_ended_on_the_page_shuts_the_engineer_out(place: Place, clock: Clock) -> None:
    manager = browser(place.people["manager"])
    page = f"/people/{pid(place, 'l1')}"
    row = re.search(r"/assignment/(\d+)/end", manager.get(page).content.decode())
    assert row
    clock.forward(minutes=1)
    assert manager.post(f"{page}/assignment/{row[1]}/end").status_code == 302
    assert reach(place, clock) == ()
    again = {"enterprise": place.enterprise_id, "tier": "1", "share": "20", "first_on": "2026-03-02"}
    assert manager.post(f"{page}/assignment", again).status_code == 302
    assert reach(place, clock) == (place.enterprise_id,)


@pytest.mark.parametrize("who", ["l1", "requester", "department"])
def test_people_are_not_for_everybody(place: Place, who: str) -> None:
    client = browser(place.people[who])
    assert client.get(f"/people/{pid(place, 'l2')}").status_code == 403
    assert client.post(f"/people/{pid(place, 'l2')}/profile", {"cap": "48"}).status_code == 403


def test_an_auditor_reads_and_changes_nothing(place: Place) -> None:
    client, page = browser(place.people["auditor"]), f"/people/{pid(place, 'l1')}"
    text = client.get(page).content.decode()
    assert 'method="post" action="/people' not in text
    assert client.post(f"{page}/profile", {"cap": "48"}).status_code == 403


def test_a_roster_from_draft_to_publishing_with_a_reason(place: Place) -> None:
    client = browser(place.people["manager"])
    told = {"enterprise": place.enterprise_id, "name": "三月", "zone": "Asia/Shanghai"}
    wrong = client.post("/rosters", {**told, "first_on": "2026-03-15", "last_on": "2026-03-09"})
    assert wrong.status_code == 422
    made = client.post("/rosters", {**told, "first_on": "2026-03-09", "last_on": "2026-03-15"})
    page = made["Location"]
    line = {"kind": "shift", "tier": "1", "starts": "09:00", "ends": "18:00", "heads": "1"}
    days = {"weekdays": [f"weekday_{n}" for n in range(1, 6)]}
    assert client.post(page, {**line, **days, "person": "", "ends": "20:00"}).status_code == 302
    assert client.post(page, {**line, **days, "person": pid(place, "l1")}).status_code == 302
    assert client.post(page, {**line, "person": ""}).status_code == 422
    preview = shown(client.get(f"{page}/publish"))
    assert 'name="reason"' in preview
    assert client.post(f"{page}/publish", {"reason": ""}).status_code == 409
    assert client.post(f"{page}/publish", {"reason": "先由待命覆盖"}).status_code == 302
    assert "先由待命覆盖" in shown(client.get(page))
    day = shown(client.get("/rosters?on=2026-03-09"))
    assert "sh--gap" in day
    copied = client.post(f"{page}/copy")
    assert copied.status_code == 302
    assert "2026-03-16" in shown(client.get(copied["Location"]))
    assert browser(place.people["l1"]).get(f"{page}/publish").status_code == 403


def test_a_swap_from_my_shifts_to_who_stands_in(place: Place) -> None:
    shift = plan(place, "l1", 24, 32)
    mine, other = browser(place.people["l1"]), browser(place.people["l2"])
    told = {"person": pid(place, "l2"), "starts_at": "2026-03-03T10:00", "ends_at": "2026-03-03T18:00"}
    looked = mine.post(f"/shifts/{shift}/stand-in", {**told, "step": "look"})
    assert looked.status_code == 200
    assert 'value="do"' in looked.content.decode()
    assert mine.post(f"/shifts/{shift}/stand-in", {**told, "step": "do"}).status_code == 302
    swap = re.search(r'action="/swaps/(\d+)"', other.get("/oncall").content.decode())
    assert swap
    assert mine.post(f"/swaps/{swap[1]}", {"answer": "agree"}).status_code == 404
    assert other.post(f"/swaps/{swap[1]}", {"answer": "agree"}).status_code == 302
    with tenancy.reading(place.system):
        row = queries.next_shift(pid(place, "l2"), after=AT)
    assert row is not None
    assert row.starts_at == AT + timedelta(hours=24)


def test_leave_is_asked_for_and_settled(place: Place) -> None:
    l1, manager = browser(place.people["l1"]), browser(place.people["manager"])
    assert l1.post("/shifts/leave", {"kind": "annual", "first_on": "2026-03-10", "last_on": ""}).status_code == 422
    assert (
        l1.post("/shifts/leave", {"kind": "annual", "first_on": "2026-03-10", "last_on": "2026-03-11"}).status_code
        == 302
    )
    found = re.search(r'action="/leave/(\d+)"', manager.get("/rosters").content.decode())
    assert found
    assert l1.post(f"/leave/{found[1]}", {"answer": "approve"}).status_code == 403
    assert manager.post(f"/leave/{found[1]}", {"answer": "approve"}).status_code == 302
    assert "已批准" in l1.get("/shifts").content.decode()


def test_the_feed_is_read_by_its_address_alone_and_dies_when_it_is_renewed(place: Place) -> None:
    plan(place, "l1", 24, 32)
    l1 = browser(place.people["l1"])
    assert l1.post("/shifts/feed").status_code == 302
    address = re.search(r"(/calendar/[^\"]+\.ics)", l1.get("/shifts").content.decode())
    assert address
    answer = Client().get(address[1])
    assert answer["Content-Type"].startswith("text/calendar")
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (AT + timedelta(hours=24), AT + timedelta(hours=32))
    assert Client().get(address[1].replace(".ics", "x.ics")).status_code == 404
    l1.post("/shifts/feed")
    assert Client().get(address[1]).status_code == 404


def test_on_call_a_note_is_written_and_the_next_shift_accepts_it(place: Place) -> None:
    l1, l2 = browser(place.people["l1"]), browser(place.people["l2"])
    assert l1.post("/oncall/handover", {"enterprise": place.enterprise_id, "text": ""}).status_code == 422
    assert l1.post("/oncall/handover", {"enterprise": place.enterprise_id, "text": "18:00 追问厂商"}).status_code == 302
    page = shown(l2.get("/oncall"))
    assert "18:00 追问厂商" in page
    note = re.search(r"/oncall/handover/(\d+)/accept", page)
    assert note
    assert l2.post(f"/oncall/handover/{note[1]}/accept").status_code == 302
    assert "18:00 追问厂商" not in l2.get("/oncall").content.decode()


def test_away_and_back_on_the_phone(place: Place) -> None:
    l1 = browser(place.people["l1"])
    assert l1.post("/oncall/presence", {"presence": "away", "minutes": "30"}).status_code == 302
    assert 'value="here"' in shown(l1.get("/oncall"))
    assert l1.post("/oncall/presence", {"presence": "here"}).status_code == 302
    assert 'value="here"' not in l1.get("/oncall").content.decode()
    for who in ("requester", "auditor"):
        assert browser(place.people[who]).get("/oncall").status_code == 403


def test_the_rule_is_changed_on_its_page_and_what_makes_no_sense_comes_back(place: Place) -> None:
    client, house = browser(place.people["manager"]), place.enterprise_id
    weights = {"skill": 40, "load": 30, "continuity": 10, "language": 10, "tier": 5, "stays": 5, "sun": 0}
    told = {"mode": "push", "paused_share": 4, "overflow": 0, **weights}
    assert client.post(f"/dispatch/{house}", {**told, "skill": 41}).status_code == 422
    assert client.post(f"/dispatch/{house}", told).status_code == 302
    assert 'value="push" checked' in shown(client.get("/dispatch"))
    paper = {"kind": "undertaking", "code": "nda", "name_zh": "保密承诺书", "name_en": "NDA"}
    assert client.post(f"/dispatch/{house}/papers", paper).status_code == 302
    assert client.post(f"/dispatch/{house}/papers", paper).status_code == 422
    page = shown(client.get("/dispatch"))
    assert "保密承诺书" in page
    found = re.search(r"/dispatch/papers/(\d+)/end", page)
    assert found
    assert client.post(f"/dispatch/papers/{found[1]}/end").status_code == 302
    assert "保密承诺书" not in shown(client.get("/dispatch"))
    assert (
        client.post("/dispatch/skills", {"code": "bank", "name_zh": "银企直连", "name_en": "Bank"}).status_code == 302
    )
    assert client.post("/dispatch/skills", {"code": "Not a code"}).status_code == 422
    assert "银企直连" in shown(client.get("/dispatch"))
    l1 = browser(place.people["l1"])
    assert l1.get("/dispatch").status_code == 200
    assert l1.post(f"/dispatch/{house}", told).status_code == 403
