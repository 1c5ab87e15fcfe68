"""Drafts, contracts and the promises behind ours: what is written, what becomes of it, what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from tierline.accounts.operations import AlreadyThere
from tierline.accounts.tests.builders import AT, World, audit_actions
from tierline.agreements import queries, services
from tierline.agreements.operations import Drafted, NewContract, NewParty, Whom
from tierline.agreements.operations.contracts import ContractEndsBeforeItStarts
from tierline.agreements.operations.entitlements import OutlivesContract
from tierline.agreements.operations.parties import NotOwed
from tierline.agreements.queries import coverage, drafts, shelf
from tierline.agreements.tests.builders import later, make_contract, make_enterprise, make_service
from tierline.domain.errors import DomainError, Invalid, Missing, NotAllowed, NotFound, StaleVersion
from tierline.domain.terms import Kind, TargetNotPositive, Terms, UnknownCalendar, hours, minutes
from tierline.plumbing import tenancy
from tierline.plumbing.actor import AUDITOR, ENGINEER

pytestmark = pytest.mark.django_db(transaction=True)

OFFICE = dict.fromkeys(("P1", "P2", "P3", "P4"), "office")


@pytest.fixture
def world() -> World:
    return make_enterprise()[0]


def named(world: World, **more: Any) -> dict[str, Any]:
    return {"actor": world.manager, "enterprise_id": world.enterprise_id, "at": AT, **more}


def standard(world: World) -> shelf.Promise:
    with tenancy.reading(world.system):
        return next(p for p in shelf.promises(world.enterprise_id) if p.code == "standard")


def party(world: World, kind: str, code: str, targets: dict[str, Any], calendar_of: dict[str, str] = OFFICE) -> int:
    party_id = services.add_party(**named(world), row=NewParty(kind, code, code, code))
    services.publish_party(**named(world), party_id=party_id, calendar_of=calendar_of, targets=targets)
    return party_id


def next_version(world: World, *, days: int = 1) -> Terms:
    """Publishes a draft as it is begun, and gives what came of it."""
    at = later(days=days)
    draft_id = services.start_draft(**named(world, at=at), agreement_id=standard(world).id)
    version = services.publish_draft(**named(world, at=at), draft_id=draft_id, seen_version=1)
    with tenancy.reading(world.system):
        return queries.terms([version])[version]


def test_the_next_version_carries_what_stands_behind_it(world: World) -> None:
    party(world, "tier", "L2", {"hand_off_accept": {"P2": {"minutes": 20}}})
    party(world, "department", "rnd", {"task": {"P1": {"hours": 4}}})
    party(world, "supplier", "bank", {"supplier": {"P1": {"hours": 8}}}, {**OFFICE, "P1": "always"})
    terms = next_version(world)
    accept = terms.promise(Kind.HAND_OFF_ACCEPT, "P2", 2)
    assert accept is not None and accept.micros == minutes(20).micros
    assert accept.calendar.id == "office"
    assert terms.promise(Kind.HAND_OFF_ACCEPT, "P2", 3) is None
    task = terms.party_promise(Kind.TASK, "rnd", "P1")
    assert task is not None and (task.calendar.id, task.micros) == ("office", hours(4).micros)
    supplier = terms.party_promise(Kind.SUPPLIER, "bank", "P1")
    assert supplier is not None and supplier.calendar.is_continuous
    assert terms.party_promise(Kind.TASK, "ops", "P1") is None


def test_a_changed_promise_reaches_the_version_after_it_and_not_the_one_before(world: World) -> None:
    tier = party(world, "tier", "L2", {"hand_off_accept": {"P2": {"minutes": 20}}})
    before = next_version(world, days=1)
    services.publish_party(
        **named(world, at=later(days=2)),
        party_id=tier,
        calendar_of=OFFICE,
        targets={"hand_off_accept": {"P2": {"minutes": 10}}},
    )
    with tenancy.reading(world.system):
        row, version = shelf.party(tier), standard(world).wordings[0]
        assert coverage.is_behind(version, row)
    after = next_version(world, days=3)
    said = [t.promise(Kind.HAND_OFF_ACCEPT, "P2", 2) for t in (before, after)]
    assert [p.micros if p else None for p in said] == [minutes(20).micros, minutes(10).micros]


def test_what_the_agreement_itself_promises_goes_before_the_tier(world: World) -> None:
    party(world, "tier", "L2", {"l2_plan": {"P1": {"hours": 9}}}, {**OFFICE, "P1": "always"})
    plan = next_version(world).promise(Kind.L2_PLAN, "P1", 2)
    assert plan is not None and plan.micros == minutes(30).micros


def test_a_retired_party_is_left_out_of_the_next_version(world: World) -> None:
    gone = party(world, "department", "rnd", {"task": {"P1": {"hours": 4}}})
    services.retire_party(**named(world), party_id=gone)
    assert next_version(world).party_promise(Kind.TASK, "rnd", "P1") is None
    with pytest.raises(AlreadyThere):
        services.retire_party(**named(world), party_id=gone)


BAD_PROMISES = [
    # what it shows, kind of party, code, calendars, targets, error
    ("a clock of another", "supplier", "bank", OFFICE, {"task": {"P1": {"hours": 1}}}, NotOwed),
    ("the plan of the other tier", "tier", "L3", OFFICE, {"l2_plan": {"P1": {"hours": 1}}}, NotOwed),
    ("no target at all", "department", "rnd", OFFICE, {}, Missing),
    ("a target of nothing", "department", "rnd", OFFICE, {"task": {"P1": {"hours": 0}}}, TargetNotPositive),
    ("an unknown calendar", "department", "rnd", {"P1": "moon"}, {"task": {"P1": {"hours": 1}}}, UnknownCalendar),
    ("no calendar for it", "department", "rnd", {"P2": "office"}, {"task": {"P1": {"hours": 1}}}, UnknownCalendar),
]


@pytest.mark.parametrize(
    ("kind", "code", "calendar_of", "targets", "error"), [r[1:] for r in BAD_PROMISES], ids=[r[0] for r in BAD_PROMISES]
)
def test_a_promise_that_nobody_could_keep_is_refused(
    world: World, kind: str, code: str, calendar_of: dict[str, str], targets: Any, error: type[DomainError]
) -> None:
    with pytest.raises(error):
        party(world, kind, code, targets, calendar_of)
    with tenancy.reading(world.system):
        assert [p.wordings for p in shelf.parties(world.enterprise_id)] == [()]


@pytest.mark.parametrize(("kind", "code"), [("tier", "L4"), ("team", "x")], ids=["a fourth tier", "a kind of party"])
def test_a_party_that_is_none_is_refused(world: World, kind: str, code: str) -> None:
    with pytest.raises(Invalid):
        services.add_party(**named(world), row=NewParty(kind, code, "x", "x"))


def test_a_party_is_there_once(world: World) -> None:
    services.add_party(**named(world), row=NewParty("supplier", "bank", "银行", "Bank"))
    with pytest.raises(AlreadyThere):
        services.add_party(**named(world), row=NewParty("supplier", "bank", "银行", "Bank"))


def test_a_contract_and_what_it_entitles_to_end_together(world: World) -> None:
    service_id = make_service(world)
    contract = make_contract(world, "CT-1", ends_at=later(days=90))
    services.entitle(**named(world), agreement="standard", whom=[Whom("CT-1", service_id)], starts_at=AT)
    with tenancy.reading(world.system):
        assert [e.ends_at for e in shelf.entitlements(world.enterprise_id, contract="CT-1")] == [later(days=90)]
    services.set_contract_end(**named(world), contract_id=contract, ends_at=later(days=30))
    with tenancy.reading(world.system):
        assert [e.ends_at for e in shelf.entitlements(world.enterprise_id, contract="CT-1")] == [later(days=30)]
    assert audit_actions(world, f"contract:{contract}") == ["contract.added", "contract.end_set"]


BAD_TIMES = [
    # what it shows, the entitlement's beginning and end; the contract holds for 90 days from AT
    ("it begins before the contract", later(days=-1), later(days=1)),
    ("it ends after the contract", AT, later(days=91)),
    ("it begins when the contract ends", later(days=90), None),
]


@pytest.mark.parametrize(("starts_at", "ends_at"), [r[1:] for r in BAD_TIMES], ids=[r[0] for r in BAD_TIMES])
def test_an_entitlement_outside_its_contract_is_refused(world: World, starts_at: Any, ends_at: Any) -> None:
    service_id = make_service(world)
    make_contract(world, "CT-1", ends_at=later(days=90))
    with pytest.raises(OutlivesContract):
        services.entitle(
            **named(world),
            agreement="standard",
            whom=[Whom("CT-1", service_id)],
            starts_at=starts_at,
            ends_at=ends_at,
        )


def test_an_unknown_or_impossible_contract_is_refused(world: World) -> None:
    service_id = make_service(world)
    with pytest.raises(NotFound):
        services.entitle(**named(world), agreement="standard", whom=[Whom("CT-9", service_id)], starts_at=AT)
    with pytest.raises(ContractEndsBeforeItStarts):
        services.add_contract(**named(world), row=NewContract("CT-2", "x", "x", AT, AT))


def test_one_draft_at_a_time_and_a_dropped_one_makes_room(world: World) -> None:
    agreement_id = standard(world).id
    first = services.start_draft(**named(world), agreement_id=agreement_id)
    with pytest.raises(AlreadyThere):
        services.start_draft(**named(world), agreement_id=agreement_id)
    services.drop_draft(**named(world), draft_id=first)
    second = services.start_draft(**named(world), agreement_id=agreement_id)
    with tenancy.reading(world.system):
        assert [drafts.draft(i).state for i in (first, second)] == ["dropped", "open"]


def test_a_draft_is_published_as_it_was_seen_or_not_at_all(world: World) -> None:
    draft_id = services.start_draft(**named(world), agreement_id=standard(world).id)
    with tenancy.reading(world.system):
        body = drafts.draft(draft_id).body
    services.save_draft(**named(world), draft_id=draft_id, seen_version=1, drafted=Drafted(body, reason="r"))
    with pytest.raises(StaleVersion):
        services.publish_draft(**named(world), draft_id=draft_id, seen_version=1)
    services.publish_draft(**named(world, at=later(days=1)), draft_id=draft_id, seen_version=2)
    with pytest.raises(NotFound):
        services.publish_draft(**named(world, at=later(days=2)), draft_id=draft_id, seen_version=3)
    assert [w.number for w in standard(world).wordings] == [2, 1]


def test_the_same_draft_read_by_another_room(world: World) -> None:
    draft_id = services.start_draft(**named(world), agreement_id=standard(world).id)
    with tenancy.reading(world.system):
        row = queries.draft(draft_id)
        assert (row.agreement_id, row.based_on) == (standard(world).id, standard(world).wordings[0].id)
        assert queries.drafted_terms(draft_id).promise(Kind.RESTORE, "P1") is not None


@pytest.mark.parametrize("role", [ENGINEER, AUDITOR])
def test_who_may_not_write_contracts_parties_and_drafts(world: World, role: str) -> None:
    given = named(world, actor=world.actor(role))
    acts = [
        lambda: services.start_draft(**given, agreement_id=standard(world).id),
        lambda: services.create_agreement(**given, code="x", name_zh="x", name_en="x"),
        lambda: services.add_contract(**given, row=NewContract("C", "x", "x", AT)),
        lambda: services.add_party(**given, row=NewParty("supplier", "b", "x", "x")),
        lambda: services.drop_draft(**given, draft_id=1),
    ]
    for act in acts:
        with pytest.raises(NotAllowed):
            act()


def test_the_reasons_given_agree_with_the_selection(world: World) -> None:
    service_id = make_service(world)
    services.create_agreement(**named(world), code="gold", name_zh="金", name_en="Gold")
    with tenancy.reading(world.system):
        gold = next(p for p in shelf.promises(world.enterprise_id) if p.code == "gold")
    assert gold.draft is not None
    services.publish_draft(**named(world), draft_id=gold.draft.id, seen_version=1)
    services.entitle(**named(world), agreement="gold", whom=[Whom(grade="gold")], starts_at=AT)
    services.entitle(
        **named(world), agreement="gold", whom=[Whom(service_id=service_id)], starts_at=AT, ends_at=later(days=5)
    )
    asked = [(s, g, at) for s in (None, service_id) for g in ("gold", "") for at in (AT, later(days=5))]
    with tenancy.reading(world.system):
        rows, promises = shelf.entitlements(world.enterprise_id), shelf.promises(world.enterprise_id)
        for service, grade, at in asked:
            found = coverage.explain(rows, promises, service_id=service, customer_id=None, grade=grade, at=at)
            wanted = queries.Wanted(service, None, grade)
            (chosen,) = queries.versions_for(world.enterprise_id, [wanted], at=at)
            assert found[0].wording is not None
            assert (found[0].fit, found[0].wording.id) == ("chosen", chosen)
            assert [c.fit for c in found].count("chosen") == 1
