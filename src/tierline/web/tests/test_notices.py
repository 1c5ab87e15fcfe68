"""The notice centre and the preferences page, as a browser without script meets them, in both languages."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.receiver import Receiver, receiving, run_jobs
from tests.support.world import Place, make_place, make_provider
from tierline.desk import services as desk
from tierline.desk.tests.builders import make_ticket
from tierline.domain.notices import Kind
from tierline.notices import services
from tierline.notices.tests.builders import (
    forget_jobs,
    messages,
    notices,
    preferences,
    tell,
)
from tierline.plumbing import clock
from tierline.plumbing.actor import Actor
from tierline.web.stream import _may_know
from tierline.web.tests.builders import Browser

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def outbox(tmp_path: Path, settings: Any) -> Path:
    settings.MAIL = {**settings.MAIL, "host": "", "outbox": tmp_path / "outbox"}
    return tmp_path / "outbox"


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.OUTWARD_LOOPBACK = True
    with receiving() as listening:
        yield listening


@pytest.fixture
def place(db: None, outbox: Path) -> Place:
    """At the hour that it is: the pages ask the real clock."""
    at = clock.now() - timedelta(hours=1)
    return make_place(make_provider("provider", at=at), "home", staff=("l1", "l2", "manager", "admin"), at=at)


def claimed(place: Place, subject: str = "银企直连不通") -> Any:
    now = clock.now()
    ticket = make_ticket(place, at=now - timedelta(minutes=30), subject=subject)
    [ticket] = desk.claim_tickets(actor=place.people["l1"], seen={ticket.id: ticket.version}, at=now)
    forget_jobs()
    return ticket


def english(browser: Browser) -> Browser:
    browser.client.cookies["tierline_lang"] = "en"
    return browser


def test_the_centre_shows_ones_own_and_reading_empties_it(place: Place) -> None:
    ticket, other = claimed(place), claimed(place, "另一件事")
    tell(place, ticket.id, event_id="e1", at=clock.now(), facts={"clock": "resolve"})
    tell(place, other.id, event_id="e2", at=clock.now(), kind=Kind.VERIFIED)
    browser = Browser(place.people["l1"])
    page = browser.get("/notices")
    assert ticket.number in page and "已超时：解决" in page and other.number not in page
    assert 'class="bell__n" aria-hidden="true">2<' in page
    assert other.number in browser.get("/notices?show=know")
    assert other.number in browser.get("/notices?show=all")
    stranger = Browser(place.people["l2"])
    assert ticket.number not in stranger.get("/notices?show=all") and "bell__n" not in stranger.page
    browser.get("/notices")
    browser.submit("/notices/read")
    assert "没有" in browser.page and "bell__n" not in browser.page
    assert ticket.number in browser.get("/notices?show=all")


def test_opening_the_ticket_reads_that_one(place: Place) -> None:
    ticket = claimed(place)
    tell(place, ticket.id, event_id="e1", at=clock.now())
    (notice,) = notices(place, place.people["l1"])
    stranger = Browser(place.people["l2"])
    stranger.get(f"/notices/{notice.id}/open")
    assert stranger.status == 404 and notices(place, place.people["l1"])[0].read_at is None
    browser = Browser(place.people["l1"])
    browser.get(f"/notices/{notice.id}/open")
    assert (browser.status, browser.path) == (200, f"/tickets/{ticket.number}")
    assert notices(place, place.people["l1"])[0].read_at is not None


@pytest.mark.parametrize("way", ["/tickets/{}", "/tickets/{}/clocks", "/tickets/{}/note"])
def test_opening_the_ticket_by_any_way_reads_what_was_told_of_it(place: Place, way: str) -> None:
    ticket, other = claimed(place), claimed(place, "另一件事")
    tell(place, ticket.id, event_id="e1", at=clock.now())
    tell(place, other.id, event_id="e2", at=clock.now())
    browser = Browser(place.people["l1"])
    browser.get(f"/tickets/{ticket.number}?live=1")
    assert len([n for n in notices(place, place.people["l1"]) if n.read_at is None]) == 2
    page = browser.get(way.format(ticket.number))
    assert browser.status == 200 and 'class="bell__n" aria-hidden="true">1<' in page
    assert [n.ticket_id for n in notices(place, place.people["l1"]) if n.read_at is None] == [other.id]


def test_a_warning_that_is_no_longer_current_says_so(place: Place) -> None:
    ticket = claimed(place)
    facts = {"clock": "first_response", "party": "", "cycle": 1, "step": "warn"}
    tell(place, ticket.id, event_id="e1", at=clock.now(), kind=Kind.WARNING, facts=facts)
    l1 = place.people["l1"]
    desk.reply_to_tickets(actor=l1, seen={ticket.id: ticket.version}, text="正在处理", at=clock.now())
    run_jobs()
    browser = Browser(l1)
    assert "bell__n" not in browser.get("/notices")
    assert "已不再有效" in browser.get("/notices?show=all")
    assert "no longer current" in english(browser).get("/notices?show=all")


def test_the_pages_speak_english(place: Place) -> None:
    browser = english(Browser(place.people["l1"]))
    assert "No notifications yet" not in browser.get("/notices")
    assert "Nothing needs you" in browser.page
    assert "Quiet hours" in browser.get("/notices/preferences")


@pytest.mark.parametrize("name", ["requester", "colleague"])
def test_a_requester_has_no_notice_centre(place: Place, name: str) -> None:
    browser = Browser()
    browser.sign_in(place.people[name], f"/p/{place.slug}/signin")
    for path in ("/notices", "/notices/preferences"):
        browser.get(path)
        assert browser.status == 403


def filled(**told: Any) -> dict[str, Any]:
    shipped = {f"{k}.{c}": "now" for k in Kind for c in ("app", "email", "hook")}
    times = {"quiet_from": "23:00", "quiet_until": "06:45", "daily_at": "08:15"}
    return {**shipped, **times, "budget": "7", "is_quiet": "on", "rhythm": "daily", **told}


def test_preferences_are_kept_and_shown_again(place: Place) -> None:
    browser = Browser(place.people["l1"])
    browser.get("/notices/preferences")
    page = browser.submit("/notices/preferences", **filled(**{"reply.email": "digest", "verified.app": "off"}))
    assert "已保存" in page and 'value="06:45"' in page
    (row,) = preferences(place)
    assert (row.budget, row.is_quiet, row.quiet_from, row.quiet_until, row.rhythm, row.daily_at) == (
        7, True, 23 * 60, 6 * 60 + 45, "daily", 8 * 60 + 15,
    )  # fmt: skip
    assert (row.wishes["reply"]["email"], row.wishes["verified"]["app"], row.wishes["page"]["app"]) == (
        "digest",
        "off",
        "now",
    )


WRONG = [
    ("quiet hours that never end", {"quiet_from": "08:00", "quiet_until": "08:00"}),
    ("no budget at all", {"budget": "0"}),
    ("a budget beyond reason", {"budget": "100000"}),
    ("no time", {"daily_at": "25:00"}),
    ("another rhythm", {"rhythm": "yearly"}),
    ("an unknown wish", {"reply.email": "loudly"}),
]


@pytest.mark.parametrize("told", [row[1] for row in WRONG], ids=[row[0] for row in WRONG])
def test_wrong_preferences_come_back_with_422_and_change_nothing(place: Place, told: dict[str, str]) -> None:
    browser = Browser(place.people["l1"])
    browser.get("/notices/preferences")
    browser.submit("/notices/preferences", **filled(**told))
    assert browser.status == 422
    assert preferences(place) == []


def test_a_hook_is_added_tried_repeated_and_removed(place: Place, receiver: Receiver) -> None:
    browser = Browser(place.people["l1"])
    browser.get("/notices/preferences")
    page = browser.submit("/notices/hooks", url=receiver.url, label="值班群")
    assert "值班群" in page and "whsec_" in page
    receiver.answers = [404]
    browser.submit(next(a for a in _actions(browser.page) if a.endswith("/trial") and "hooks" in a))
    run_jobs()
    page = browser.get("/notices/preferences")
    assert "失败" in page and "answered 404" in page
    browser.submit(next(a for a in _actions(browser.page) if a.endswith("/repeat")))
    run_jobs()
    assert "已送达" in browser.get("/notices/preferences") and len(receiver.calls) == 2
    assert len({headers["Tierline-Delivery"] for headers, _ in receiver.calls}) == 1
    browser.submit(next(a for a in _actions(browser.page) if a.endswith("/remove")))
    assert "whsec_" not in browser.page


def test_an_address_of_our_own_network_is_refused_with_a_sentence(place: Place) -> None:
    browser = Browser(place.people["l1"])
    browser.get("/notices/preferences")
    page = browser.submit("/notices/hooks", url="https://169.254.169.254/", label="")
    assert browser.status == 422 and "不能使用这个地址" in page


def test_a_test_mail_arrives(place: Place, outbox: Path) -> None:
    browser = Browser(place.people["l1"])
    browser.get("/notices/preferences")
    browser.submit("/notices/preferences/trial")
    run_jobs()
    assert [m.state for m in messages(place, place.people["l1"])] == ["sent"]
    assert len(list(outbox.glob("notice-*.eml"))) == 1


def test_who_could_not_be_told_is_on_the_managers_page(place: Place) -> None:
    ticket = claimed(place)
    news = services.News("e", Kind.BREACH, ticket.id, clock.now(), person_id=0)
    services.tell(actor=place.system, news=news, at=clock.now())
    assert "没有人可通知" in Browser(place.people["manager"]).get("/notices")
    assert "没有人可通知" not in Browser(place.people["l1"]).get("/notices")


def test_the_live_event_is_for_its_person_only(place: Place) -> None:
    l1, l2 = place.people["l1"], place.people["l2"]
    change = {
        "what": "notice",
        "provider_id": place.provider_id,
        "enterprise_id": place.enterprise_id,
        "id": l1.person_id,
        "version": 1,
    }

    def knows(actor: Actor) -> bool:
        return asyncio.run(_may_know(actor, change))

    assert (knows(l1), knows(l2), knows(place.people["manager"])) == (True, False, False)


def _actions(page: str) -> list[str]:
    return [part.partition('"')[0] for part in page.split('action="')[1:]]
