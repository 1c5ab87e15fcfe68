"""The agreements' pages: what a reader sees, what a manager changes, what is refused with what was typed."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from tests.support.world import World, make_world
from tierline.agreements import services
from tierline.agreements.operations import NewContract, NewParty
from tierline.agreements.queries import coverage, shelf
from tierline.domain.terms import hours
from tierline.plumbing import clock, tenancy
from tierline.web.tests.builders import Browser
from tierline.web.tests.filled import send

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return make_world(at=clock.now())


@pytest.fixture
def manager(world: World) -> Browser:
    return Browser(world.home.people["manager"])


def standard(world: World) -> shelf.Promise:
    with tenancy.reading(world.home.system):
        return next(p for p in shelf.promises(world.home.enterprise_id) if p.code == "standard")


def by(world: World, role: str = "manager", **more: Any) -> dict[str, Any]:
    return {"actor": world.home.people[role], "enterprise_id": world.home.enterprise_id, "at": clock.now(), **more}


def furnish(world: World) -> dict[str, int]:
    """One of everything; the ids."""
    now = clock.now()
    contract = services.add_contract(
        **by(world), row=NewContract("CT-2027-0001", "年度合同", "Year", now, now + timedelta(days=30))
    )
    tier = services.add_party(**by(world), row=NewParty("tier", "L2", "二线", "Second line"))
    supplier = services.add_party(**by(world), row=NewParty("supplier", "bank", "银行", "Bank", contact="Li"))
    services.publish_party(
        **by(world),
        party_id=tier,
        calendar_of=dict.fromkeys(("P1", "P2", "P3", "P4"), "office"),
        targets={"hand_off_accept": {"P2": {"minutes": 20}}},
    )
    services.start_draft(**by(world), agreement_id=standard(world).id)
    return {"agreement": standard(world).id, "contract": contract, "tier": tier, "supplier": supplier}


def pages(world: World, ids: dict[str, int]) -> list[str]:
    a = ids["agreement"]
    return [
        "/agreements",
        f"/agreements/{a}",
        f"/agreements/{a}/versions/1",
        f"/agreements/{a}/diff",
        f"/agreements/contracts/{ids['contract']}",
        f"/agreements/parties/{ids['tier']}",
        f"/agreements/parties/{ids['supplier']}",
        f"/agreements/which/{world.home.enterprise_id}",
        f"/agreements/which/{world.home.enterprise_id}?customer=甲公司",
    ]


def writing(world: World, ids: dict[str, int]) -> list[str]:
    a = ids["agreement"]
    return [
        "/agreements/new",
        f"/agreements/{a}/draft",
        f"/agreements/{a}/draft/publish",
        f"/agreements/{a}/entitle",
        "/agreements/contracts/new",
        "/agreements/parties/new?kind=tier",
    ]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_says_everything_in_the_readers_language(world: World, manager: Browser, language: str) -> None:
    ids = furnish(world)
    manager.client.cookies["tierline_lang"] = language
    for path in [*pages(world, ids), *writing(world, ids)]:
        shown = manager.get(path)
        assert manager.status == 200, path
        assert not re.findall(r"page\.[a-z_]+\.[a-z_]+", shown), path
        assert ("服务协议" in shown) == (language == "zh-hans"), path
        main = re.sub(
            r"<select.*?</select>|<script.*?</script>", "", shown[shown.index('<main id="main"') :], flags=re.S
        )
        if language == "en":
            assert not re.search(r"工单|协议|日历|生效", main), path


@pytest.mark.parametrize("role", ["l1", "auditor"])
def test_engineers_and_auditors_read_and_change_nothing(world: World, role: str) -> None:
    ids = furnish(world)
    browser = Browser(world.home.people[role])
    for path in pages(world, ids):
        browser.get(path)
        assert browser.status == 200, path
        main = browser.page[browser.page.index('<main id="main"') :]
        assert 'method="post"' not in main, path
        assert "/draft" not in main, path
    for path in writing(world, ids):
        browser.get(path)
        assert browser.status == 403, path


@pytest.mark.parametrize("role", ["requester", "department"])
def test_others_are_refused(world: World, role: str) -> None:
    ids = furnish(world)
    browser = Browser()
    browser.sign_in(world.home.people[role], f"/p/{world.home.slug}/signin")
    for path in [*pages(world, ids), *writing(world, ids)]:
        browser.get(path)
        assert browser.status in (403, 404), path


def test_another_enterprise_is_not_there(world: World) -> None:
    ids = furnish(world)
    browser = Browser(world.neighbour.people["l1"])
    for path in pages(world, ids)[1:]:
        browser.get(path)
        assert browser.status == 404, path


def test_a_draft_is_written_compared_and_published_without_script(world: World, manager: Browser) -> None:
    agreement = standard(world).id
    manager.get(f"/agreements/{agreement}")
    send(manager, f"/agreements/{agreement}/draft/start", "version")
    assert manager.path == f"/agreements/{agreement}/draft"
    changed = {"target-restore-P2": "6 小时", "target-next_response-P1": "1h 24x7", "reason": "年度复核"}
    send(manager, manager.path, "reopen_hours", **changed)
    assert manager.path == f"/agreements/{agreement}/draft/publish"
    assert "6 小时" in manager.page and "8 小时" in manager.page
    send(manager, manager.path, "version")
    assert manager.path == f"/agreements/{agreement}"
    newest = standard(world).wordings[0]
    assert (newest.number, newest.reason) == (2, "年度复核")
    assert newest.terms.targets["restore", "P2", None] == hours(6)  # type: ignore[index]
    assert standard(world).draft is None


def test_an_untouched_draft_promises_what_its_version_did(world: World, manager: Browser) -> None:
    agreement = standard(world).id
    manager.get(f"/agreements/{agreement}")
    send(manager, f"/agreements/{agreement}/draft/start", "version")
    send(manager, manager.path, "reopen_hours")
    assert "两者承诺相同" in manager.page


REFUSED = [
    # what it shows, fields, where it says so, part of the sentence
    ("a target of nothing", {"target-restore-P2": "0h"}, "target-restore-P2", "必须大于零"),
    ("a target below nothing", {"target-restore-P2": "-4h"}, "target-restore-P2", "必须大于零"),
    ("more than 20,000 hours", {"target-resolve-P4": "20001h 24x7"}, "target-resolve-P4", "20000"),
    ("a target nobody can read", {"target-restore-P2": "soon"}, "target-restore-P2", "15m"),
    ("a kind that P3 alone lacks", {"target-first_response-P3": ""}, "target-first_response-P3", "没有目标"),
    ("a credit on nothing", {"credit-2-kind": "task", "credit-2-times": "2"}, "", "没有目标"),
    ("a step beyond the target", {"step-0-amount": "150"}, "", "warn"),
    ("a step that nobody can read", {"step-0-amount": "bald"}, "", "warn"),
    ("a step before it starts", {"step-0-point": "before", "step-0-amount": "500000"}, "", "warn"),
    ("an end before the beginning", {"effective_from": "2099-01-02", "effective_to": "2099-01-01"}, "effective_to", ""),
    ("a beginning in the past", {"effective_from": "2020-01-01"}, "effective_from", "已过"),
    ("a share over all", {"second_person_from_percent": "101"}, "second_person_from_percent", "100"),
]


@pytest.mark.parametrize(("fields", "at", "says"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_a_refused_draft_keeps_what_was_typed(
    world: World, manager: Browser, fields: dict[str, str], at: str, says: str
) -> None:
    agreement = standard(world).id
    manager.get(f"/agreements/{agreement}")
    send(manager, f"/agreements/{agreement}/draft/start", "version")
    before = standard(world).draft
    send(manager, manager.path, "reopen_hours", **fields)
    assert manager.status == 422
    assert says in manager.page
    for value in fields.values():
        assert f'value="{value}"' in manager.page
    if at:
        assert f'id="id_{at}-error"' in manager.page
    assert standard(world).draft == before


def test_two_editors_cannot_overwrite_each_other(world: World, manager: Browser) -> None:
    agreement = standard(world).id
    manager.get(f"/agreements/{agreement}")
    send(manager, f"/agreements/{agreement}/draft/start", "version")
    other = Browser(world.home.people["admin"])
    other.get(f"/agreements/{agreement}/draft")
    send(manager, manager.path, "reopen_hours", reason="first")
    send(other, f"/agreements/{agreement}/draft", "reopen_hours", reason="second")
    assert other.status == 409
    draft = standard(world).draft
    assert draft is not None and draft.reason == "first"


def test_a_new_agreement_for_a_grade(world: World, manager: Browser) -> None:
    manager.get("/agreements/new")
    send(manager, "/agreements/new", "code", code="gold", name_zh="金牌", name_en="Gold")
    send(manager, manager.path, "reopen_hours")
    send(manager, manager.path, "version")
    path = manager.path
    manager.get(f"{path}/entitle")
    send(manager, f"{path}/entitle", "customer", grade="gold")
    assert "金牌" in manager.get(f"/agreements/which/{world.home.enterprise_id}?customer=乙公司")
    assert "适用：针对等级" in manager.page
    manager.get(f"{path}/entitle")
    send(manager, f"{path}/entitle", "customer", grade="gold")
    assert manager.status == 422 and "同样具体" in manager.page


def test_a_misspelt_customer_is_offered_the_ones_that_come_near(world: World, manager: Browser) -> None:
    shown = manager.get(f"/agreements/which/{world.home.enterprise_id}?customer=甲")
    assert manager.status == 422
    assert "没有名为" in shown and "甲公司" in shown


def test_the_overview_warns(world: World, manager: Browser) -> None:
    ids = furnish(world)
    shown = manager.get("/agreements")
    assert "合同 CT-2027-0001 于" in shown
    assert "尚未采用 L2 二线 的最新承诺" in shown
    assert "有未发布的草稿" in shown
    assert ids["agreement"]


def test_an_enterprise_without_a_default_warns_of_its_customers(world: World) -> None:
    """The services never leave one without; the question is put with no entitlement at all."""
    with tenancy.reading(world.home.system):
        home = world.home.enterprise_id
        found = coverage.warnings(home, shelf.promises(home), [], [], [], at=clock.now())
    assert [(w.kind, w.facts["customers"]) for w in found] == [("no_agreement", 2)]
