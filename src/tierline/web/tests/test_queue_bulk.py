"""Verbs on several tickets: who allows it is done, who refuses says why, and it can be taken back."""

import json
import re

import pytest

from tests.support.clock import Clock, clock  # noqa: F401 - a fixture
from tests.support.world import World, make_world
from tierline.desk import queries, services
from tierline.plumbing import tenancy
from tierline.web.tests.builders import Browser, fresh, make_ticket

pytestmark = pytest.mark.django_db(transaction=True)


def seen(*tickets) -> list[str]:
    return [f"{t.id}:{t.version}" for t in tickets]


def post(browser: Browser, action: str, **fields) -> dict:
    """As the page's script does it: the answer as JSON."""
    hidden = browser.form("/queue/bulk")
    response = browser.client.post(action, {**hidden, **fields}, headers={"Accept": "application/json"})
    browser.status = response.status_code
    return json.loads(response.content)


def two(world: World, at) -> tuple:
    return make_ticket(world.home, at=at), make_ticket(world.home, at=at)


def test_the_one_that_a_colleague_changed_is_refused_and_the_other_claimed(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    one, other = two(world, clock.at)
    browser = Browser(world.home.people["l1"])
    browser.get("/queue")
    services.note_on_tickets(actor=world.home.people["l2"], seen={other.id: other.version}, text="看过", at=clock.at)
    page = browser.submit("/queue/bulk", verb="claim", seen=seen(one, other))
    assert browser.status == 200
    assert fresh(world.home, one).assignee_id == world.home.people["l1"].person_id
    assert fresh(world.home, other).assignee_id is None
    assert "已受理 1 张" in page
    assert re.search(rf">{other.number}</a> <span class=\"sub\">[^<]+<", browser.page)


def test_none_of_them_is_told_as_the_conflict_that_it_is(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    one, _ = two(world, clock.at)
    browser = Browser(world.home.people["l1"])
    browser.get("/queue")
    services.note_on_tickets(actor=world.home.people["l2"], seen={one.id: one.version}, text="看过", at=clock.at)
    told = post(browser, "/queue/bulk", verb="claim", seen=seen(one))
    assert browser.status == 409
    assert told["rows"] == {}
    assert [r["number"] for r in told["refused"]] == [one.number]
    assert told["undo"] == []


def test_a_verb_asks_first_and_then_does_it(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    one, other = two(world, clock.at)
    l2 = world.home.people["l2"]
    browser = Browser(world.home.people["l1"])
    browser.get("/queue")
    page = browser.submit("/queue/bulk", verb="assign", seen=seen(one, other))
    assert f'name="assignee" value="{l2.person_id}"' in page
    assert fresh(world.home, one).assignee_id is None
    browser.submit("/queue/bulk", assignee=str(l2.person_id), seen=seen(one, other))
    assert {fresh(world.home, t).assignee_id for t in (one, other)} == {l2.person_id}


def test_only_who_can_have_a_ticket_is_offered_and_for_how_many(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    here, there = make_ticket(world.home, at=clock.at), make_ticket(world.neighbour, at=clock.at)
    browser = Browser(world.both)
    browser.get("/queue")
    page = browser.submit("/queue/bulk", verb="assign", seen=seen(here, there))
    offered = {int(i) for i in re.findall(r'name="assignee" value="(\d+)"', page)}
    home, neighbour = world.home.people, world.neighbour.people
    assert {world.both.person_id, home["l1"].person_id, home["l3"].person_id, neighbour["l1"].person_id} <= offered
    assert not {home["manager"].person_id, home["auditor"].person_id, world.abroad.people["l1"].person_id} & offered
    assert page.count("能接 1/2") == len(offered) - 1


def test_grading_several_by_a_cell_of_the_matrix(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    one, other = two(world, clock.at)
    browser = Browser(world.home.people["l1"])
    browser.get("/queue")
    page = browser.submit("/queue/bulk", verb="prioritise", seen=seen(one, other))
    assert 'value="extensive|critical"' in page
    told = post(
        browser, "/queue/bulk", verb="prioritise", step="do", grade="minor|low", reason="first", seen=seen(one, other)
    )
    assert {fresh(world.home, t).priority for t in (one, other)} == {"P4"}
    assert set(told["rows"]) == {str(one.id), str(other.id)}


def test_what_was_typed_wrong_is_asked_again_and_nothing_is_done(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    one, _ = two(world, clock.at)
    browser = Browser(world.home.people["l1"])
    browser.get("/queue")
    services.claim_tickets(actor=world.home.people["l1"], seen={one.id: one.version}, at=clock.at)
    now = fresh(world.home, one)
    for fields in ({"on": "date", "reason": "等"}, {"on": "customer", "reason": " "}):
        page = browser.submit("/queue/bulk", verb="wait", step="do", seen=seen(now), **fields)
        assert browser.status == 422
        assert 'data-act="wait"' in page
    assert fresh(world.home, one).state == "open"


def test_undo_takes_the_whole_act_back(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    one, other = two(world, clock.at)
    browser = Browser(world.home.people["l1"])
    browser.get("/queue")
    told = post(browser, "/queue/bulk", verb="claim", seen=seen(one, other))
    assert len(told["undo"]) == 2
    told = post(browser, "/queue/undo", seen=told["undo"])
    assert told["refused"] == []
    assert {fresh(world.home, t).assignee_id for t in (one, other)} == {None}
    assert {fresh(world.home, t).state for t in (one, other)} == {"new"}


def test_undo_works_without_script(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    one, _ = two(world, clock.at)
    browser = Browser(world.home.people["l1"])
    browser.get("/queue")
    browser.submit("/queue/bulk", verb="claim", seen=seen(one))
    browser.submit("/queue/undo")
    assert fresh(world.home, one).assignee_id is None


def test_undo_after_ten_seconds_is_refused_in_words(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    one, _ = two(world, clock.at)
    browser = Browser(world.home.people["l1"])
    browser.get("/queue")
    told = post(browser, "/queue/bulk", verb="claim", seen=seen(one))
    clock.forward(seconds=11)
    told = post(browser, "/queue/undo", seen=told["undo"])
    assert "10 秒" in told["refused"][0]["why"]
    assert fresh(world.home, one).assignee_id is not None


def test_release_gives_back_and_says_who_had_it(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    one, other = two(world, clock.at)
    l1 = world.home.people["l1"]
    services.claim_tickets(actor=l1, seen={one.id: one.version}, at=clock.at)
    browser = Browser(l1)
    browser.get("/queue")
    told = post(browser, "/queue/bulk", verb="release", seen=seen(fresh(world.home, one), other))
    assert fresh(world.home, one).assignee_id is None
    assert [r["number"] for r in told["refused"]] == [other.number]
    with tenancy.reading(l1):
        last = queries.events(l1, queries.ticket(l1, one.id))[-1]
    assert last.payload["was"] == l1.person_id


@pytest.mark.parametrize("verb", ["claim", "assign", "resume"])
def test_an_auditor_looks_and_changes_nothing(clock: Clock, verb: str) -> None:  # noqa: F811
    world = make_world()
    one, _ = two(world, clock.at)
    browser = Browser(world.home.people["auditor"])
    page = browser.get("/queue")
    assert one.number in page
    assert 'id="bulk"' not in page
    assert 'class="cb"' not in page
    browser.submit("/queue/bulk", verb=verb, seen=seen(one))
    assert browser.status == 403
    assert fresh(world.home, one).version == one.version


def test_a_stranger_to_the_ticket_gets_no_hint_of_it(clock: Clock) -> None:  # noqa: F811
    world = make_world()
    make_ticket(world.home, at=clock.at)
    foreign = make_ticket(world.abroad, at=clock.at)
    browser = Browser(world.home.people["l1"])
    browser.get("/queue")
    told = post(browser, "/queue/bulk", verb="claim", seen=seen(foreign))
    assert browser.status == 404
    assert told["refused"][0]["number"] == "—"
    assert fresh(world.abroad, foreign).assignee_id is None


@pytest.mark.parametrize("given", ["", "x", "1:", "9" * 40 + ":1", "1:1\x00"])
def test_nonsense_selects_nothing(clock: Clock, given: str) -> None:  # noqa: F811
    world = make_world()
    browser = Browser(world.home.people["l1"])
    make_ticket(world.home, at=clock.at)
    browser.get("/queue")
    browser.submit("/queue/bulk", verb="claim", seen=given)
    assert browser.status == 200
