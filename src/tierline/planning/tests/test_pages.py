"""The pages of planning: the right call is made, a wrong question is 422, both languages render, strangers see nothing."""

from typing import Any

import pytest
from django.test import Client

from tests.support.clock import Clock, clock
from tests.support.world import PASSWORD, World, make_world
from tierline.agreements import services as promises
from tierline.desk import services as desk
from tierline.desk.tests.builders import after, do, make_ticket
from tierline.planning import services
from tierline.planning.models import Rebase
from tierline.planning.tests.builders import agreement_of, make_draft, preview_of, run_jobs
from tierline.plumbing import tenancy
from tierline.plumbing.actor import Actor

__all__ = ["clock"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(clock: Clock) -> World:
    made = make_world()
    clock.set(after(120))
    return made


def browser(actor: Actor, language: str = "zh-hans") -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE=language)
    client.post("/signin", {"email": actor.email, "password": PASSWORD})
    client.cookies["tierline_language"] = language
    return client


def broken(world: World) -> tuple[Any, int]:
    """A ticket answered after 20 minutes, and a draft that promises 15."""
    ticket = make_ticket(world.home)
    do(desk.reply_to_tickets, world.home.people["l1"], ticket, 20, text="您好")
    return ticket, make_draft(world.home, first_response={"P2": {"minutes": 15}})


def test_from_the_question_to_both_ledgers(world: World) -> None:
    ticket, draft = broken(world)
    client = browser(world.home.people["manager"])
    address = f"/agreements/{agreement_of(world.home)}/drafts/{draft}/preview"
    assert client.get(address).status_code == 200
    answer = client.post(address, {"days": "30"})
    assert answer.status_code == 302
    page = client.get(answer["Location"]).content.decode()
    assert 'hx-trigger="every 2s"' in page
    assert ticket.number not in page
    run_jobs()
    page = client.get(answer["Location"]).content.decode()
    assert 'hx-trigger="every 2s"' not in page
    assert f"/previews/{answer['Location'].rsplit('/', 1)[1]}/tickets/{ticket.number}" in page
    both = client.get(f"{answer['Location']}/tickets/{ticket.number}").content.decode()
    assert both.count("ledger__sum") >= 2
    assert client.get(address)["Location"] == answer["Location"]


@pytest.mark.parametrize("days", ["0", "367", "x", ""])
def test_a_question_that_makes_no_sense_is_422(world: World, days: str) -> None:
    _, draft = broken(world)
    client = browser(world.home.people["manager"])
    address = f"/agreements/{agreement_of(world.home)}/drafts/{draft}/preview"
    assert client.post(address, {"days": days}).status_code == 422


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "会超时"), ("en", "would breach")])
def test_both_languages(world: World, language: str, word: str) -> None:
    ticket, draft = broken(world)
    manager = world.home.people["manager"]
    found = services.preview_draft(actor=manager, draft_id=draft, days=30, at=after(120))
    run_jobs()
    client = browser(manager, language)
    client.post("/preferences", {"language": language})
    for address in (f"/previews/{found}", f"/previews/{found}?part=body&what=breaks&kind=first_response"):
        page = client.get(address).content.decode()
        assert word in page
        assert ticket.number in page
        assert "page.preview" not in page
    assert "page." not in client.get(f"/previews/{found}/tickets/{ticket.number}").content.decode().split("<main")[1]


def test_a_rebase_through_the_pages(world: World) -> None:
    from_before = make_ticket(world.home)
    draft = make_draft(world.home, resolve={"P2": {"hours": 10}})
    publish(world, draft)
    client = browser(world.home.people["manager"])
    address = f"/agreements/{agreement_of(world.home)}/rebase"
    assert "v2" in client.get(address).content.decode()
    looked = client.post(address)["Location"]
    run_jobs()
    page = client.get(looked).content.decode()
    assert f'action="{looked}/confirm"' in page
    assert from_before.number in page
    assert client.post(f"{looked}/confirm").status_code == 302
    run_jobs()
    done = client.get(looked).content.decode()
    assert f'action="{looked}/confirm"' not in done
    assert "1 / 1" in done


@pytest.mark.parametrize("who", ["l1", "requester", "department"])
def test_others_are_refused(world: World, who: str) -> None:
    _, draft = broken(world)
    manager = world.home.people["manager"]
    found = services.preview_draft(actor=manager, draft_id=draft, days=30, at=after(120))
    run_jobs()
    client = browser(world.home.people[who])
    for address in (f"/previews/{found}", f"/agreements/{agreement_of(world.home)}/rebase"):
        assert client.get(address).status_code in (302, 403, 404)
    assert client.post(f"/previews/{found}/stop").status_code in (302, 403, 404)
    assert preview_of(manager, found).state == "done"


def test_an_auditor_reads_and_changes_nothing(world: World) -> None:
    _, draft = broken(world)
    found = services.preview_draft(actor=world.home.people["manager"], draft_id=draft, days=30, at=after(120))
    run_jobs()
    client = browser(world.home.people["auditor"])
    assert client.get(f"/previews/{found}").status_code == 200
    assert client.post(f"/previews/{found}/resume").status_code == 403
    address = f"/agreements/{agreement_of(world.home)}/drafts/{draft}/preview?again=1"
    assert client.post(address, {"days": "30"}).status_code == 403


def test_a_preview_that_was_put_away_leads_to_its_successor(world: World) -> None:
    _, draft = broken(world)
    manager = world.home.people["manager"]
    first, second = (
        services.preview_draft(actor=manager, draft_id=draft, days=30, at=after(minute)) for minute in (120, 121)
    )
    client = browser(manager)
    assert client.get(f"/previews/{first}")["Location"] == f"/previews/{second}"
    assert client.get(f"/previews/{first}?part=body")["Location"] == f"/previews/{second}?part=body"


def test_a_rebase_that_broke_says_why(world: World) -> None:
    make_ticket(world.home)
    publish(world, make_draft(world.home, resolve={"P2": {"hours": 10}}))
    client = browser(world.home.people["manager"])
    looked = client.post(f"/agreements/{agreement_of(world.home)}/rebase")["Location"]
    run_jobs()
    client.post(f"{looked}/confirm")
    write(world, versions=5)
    with pytest.raises(TypeError):
        run_jobs()
    page = client.get(looked).content.decode()
    assert "内部错误" in page
    assert f'action="{looked}/continue"' in page


def write(world: World, **columns: Any) -> None:
    with tenancy.reading(world.home.system):
        Rebase.objects.update(**columns)


def publish(world: World, draft: int) -> None:
    promises.publish_draft(
        actor=world.home.people["manager"],
        enterprise_id=world.home.enterprise_id,
        draft_id=draft,
        seen_version=2,
        at=after(1),
    )
