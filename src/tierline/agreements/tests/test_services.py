"""Catalogue and promises: the row, the record, and refusals that change nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tierline.accounts.operations import AlreadyThere
from tierline.accounts.tests.builders import AT, World, audit_actions, make_customers, make_world
from tierline.agreements import queries, services
from tierline.agreements.models import (
    Agreement,
    AgreementVersion,
    CalendarVersion,
    Entitlement,
    FaultClass,
    Service,
)
from tierline.agreements.operations import NewFaultClass, NewService, Whom, Wording
from tierline.agreements.tests.builders import later, make_agreement, make_contract, make_enterprise, make_service
from tierline.domain.calendars import NeverOpens, UnknownZone
from tierline.domain.errors import DomainError, Invalid, Missing, NotAllowed, NotFound
from tierline.domain.terms import Ambiguous, Backdated, CoverageEnds, EndsBeforeItStarts, TargetNotPositive, Terms
from tierline.domain.text import Unstorable
from tierline.plumbing import tenancy
from tierline.plumbing.actor import ENGINEER, REQUESTER

pytestmark = pytest.mark.django_db(transaction=True)

MODELS = (Agreement, AgreementVersion, CalendarVersion, Entitlement, FaultClass, Service)
TERMS = Terms.default().to_json()


def rows(world: World) -> dict[str, list[Any]]:
    """Everything of this room that the world's people can see, and its record."""
    with tenancy.reading(world.system):
        found: dict[str, list[Any]] = {m.__name__: list(m.objects.order_by("id").values()) for m in MODELS}
    return found | {"audit": audit_actions(world, "")}


def refuses(world: World, error: type[DomainError], act: Callable[[], object]) -> None:
    before = rows(world)
    with pytest.raises(error) as refused:
        act()
    assert type(refused.value) is error
    assert rows(world) == before


def test_setting_up_ships_a_calendar_a_service_and_promises_for_everyone() -> None:
    world, version = make_enterprise()
    with tenancy.reading(world.system):
        assert [s.code for s in queries.services(world.enterprise_id)] == ["general"]
        assert queries.versions_for(world.enterprise_id, [queries.Wanted()], at=AT) == [version]
        assert queries.calendar(world.enterprise_id, "office")["zone"] == "Asia/Shanghai"
    assert audit_actions(world, "agreement:") == ["agreement.published", "agreement.entitled"]
    assert audit_actions(world, "service:") == ["service.added"]
    assert audit_actions(world, "calendar:") == ["calendar.published"]


def test_imported_tickets_of_long_ago_find_the_shipped_promises() -> None:
    world, version = make_enterprise()
    with tenancy.reading(world.system):
        assert queries.versions_for(world.enterprise_id, [queries.Wanted()], at=AT - timedelta(days=4000)) == [version]


SHIPPED = [
    # kind, P1, P2, P3, P4 in minutes of the calendar; office days have 8 hours
    ("grading", 10, 10, 10, 10),
    ("first_response", 15, 30, 240, 480),
    ("update_cadence", 30, 120, 480, None),
    ("l2_plan", 30, 120, 120, 120),
    ("l3_start", 60, 240, 240, 240),
    ("restore", 120, 480, 3 * 480, 5 * 480),
    ("resolve", 24 * 60, 72 * 60, 5 * 480, 10 * 480),
]


@pytest.mark.parametrize(("kind", "p1", "p2", "p3", "p4"), SHIPPED, ids=[row[0] for row in SHIPPED])
def test_the_promises_that_ship(kind: Any, p1: int, p2: int, p3: int, p4: int | None) -> None:
    world, version = make_enterprise()
    with tenancy.reading(world.system):
        terms = queries.terms([version])[version]
    for priority, minutes in zip(("P1", "P2", "P3", "P4"), (p1, p2, p3, p4), strict=True):
        promise = terms.promise(kind, priority)
        assert (promise.micros // 60_000_000 if promise else None) == minutes


def test_setting_up_twice_is_refused() -> None:
    world, _ = make_enterprise()
    refuses(
        world,
        AlreadyThere,
        lambda: services.set_up_enterprise(
            actor=world.manager, enterprise_id=world.enterprise_id, zone="Asia/Shanghai", at=AT
        ),
    )


def test_an_unknown_zone_is_refused() -> None:
    world = make_world()
    refuses(
        world,
        UnknownZone,
        lambda: services.set_up_enterprise(
            actor=world.manager, enterprise_id=world.enterprise_id, zone="Asia/Nowhere", at=AT
        ),
    )


def test_a_service_and_its_fault_classes_are_in_the_catalogue() -> None:
    world, _ = make_enterprise()
    service_id = make_service(world, "bank-link")
    services.add_fault_classes(
        actor=world.manager,
        enterprise_id=world.enterprise_id,
        service_id=service_id,
        rows=[NewFaultClass("statement", "回单下载", "Statement download")],
        at=AT,
    )
    with tenancy.reading(world.system):
        assert queries.services_by_code(world.enterprise_id, ["bank-link", "none"]) == {
            "bank-link": queries.ServiceRow(service_id, "bank-link", "银企直连", "Bank link", 2, True)
        }
        assert [f.code for f in queries.fault_classes(service_id)] == ["statement"]
    assert audit_actions(world, f"service:{service_id}") == ["service.added", "fault_class.added"]


def test_a_retired_service_cannot_be_asked_for_and_keeps_its_name() -> None:
    world, _ = make_enterprise()
    service_id = make_service(world)
    services.retire_service(actor=world.manager, enterprise_id=world.enterprise_id, service_id=service_id, at=AT)
    with tenancy.reading(world.system):
        assert queries.services_by_code(world.enterprise_id, ["bank-link"]) == {}
        assert [s.code for s in queries.services(world.enterprise_id)] == ["general"]
        assert queries.services_by_id([service_id, None])[service_id].name_zh == "银企直连"
    assert audit_actions(world, f"service:{service_id}") == ["service.added", "service.retired"]
    refuses(
        world,
        AlreadyThere,
        lambda: services.retire_service(
            actor=world.manager, enterprise_id=world.enterprise_id, service_id=service_id, at=AT
        ),
    )


BAD_SERVICES = [
    # what it shows, second row of the batch, error
    ("a code that is there", NewService("general", "通用", "General"), AlreadyThere),
    ("a code that is no code", NewService("Bank Link", "银企", "Bank"), Invalid),
    ("a tier that is none", NewService("vpn", "VPN", "VPN", owner_tier=4), Invalid),
    ("no Chinese name", NewService("vpn", " ", "VPN"), Missing),
    ("a NUL in a name", NewService("vpn", "V\x00", "VPN"), Unstorable),
    ("a lone surrogate in a name", NewService("vpn", "VPN", "\ud800"), Unstorable),
]


@pytest.mark.parametrize(("row", "error"), [r[1:] for r in BAD_SERVICES], ids=[r[0] for r in BAD_SERVICES])
def test_one_bad_service_stops_its_whole_batch(row: NewService, error: type[DomainError]) -> None:
    world, _ = make_enterprise()
    batch = [NewService("good", "好", "Good"), row]
    refuses(
        world,
        error,
        lambda: services.add_services(actor=world.manager, enterprise_id=world.enterprise_id, rows=batch, at=AT),
    )


def test_a_new_version_holds_from_its_day_and_the_old_one_until_then() -> None:
    world, shipped = make_enterprise()
    second = services.publish_agreement(
        actor=world.manager,
        enterprise_id=world.enterprise_id,
        wording=Wording("standard", "标准", "Standard", TERMS, later(days=10)),
        at=AT,
    )
    with tenancy.reading(world.system):
        on = [
            queries.versions_for(world.enterprise_id, [queries.Wanted()], at=at)[0]
            for at in (AT, later(days=10) - timedelta(microseconds=1), later(days=10))
        ]
        assert [(v.number, v.agreement_code) for v in queries.versions([second]).values()] == [(2, "standard")]
        assert len(queries.versions_of(world.enterprise_id, "standard")) == 2
    assert on == [shipped, shipped, second]
    assert audit_actions(world, "agreement:")[-1] == "agreement.published"


def test_a_version_that_ends_gives_back_to_the_one_before() -> None:
    world, shipped = make_enterprise()
    promotion = make_agreement(world, "standard", effective_from=later(days=1), effective_to=later(days=2))
    with tenancy.reading(world.system):
        on = [
            queries.versions_for(world.enterprise_id, [queries.Wanted()], at=at)[0]
            for at in (AT, later(days=1), later(days=2))
        ]
    assert on == [shipped, promotion, shipped]


BAD_VERSIONS = [
    # what it shows, fields of the wording that differ, error
    ("it would begin with the version before it", {"effective_from": later(days=5)}, Ambiguous),
    ("it would begin before the version before it", {"effective_from": later(days=4)}, Ambiguous),
    ("nothing is promised backwards", {"effective_from": later(seconds=-1)}, Backdated),
    ("it would end when it begins", {"effective_to": later(days=9)}, EndsBeforeItStarts),
    ("a code that is no code", {"code": "标准"}, Invalid),
    ("a new agreement without a name", {"code": "gold", "name_en": ""}, Missing),
    ("a target of nothing", {"terms": TERMS | {"targets": {"restore": {"P1": {"minutes": 0}}}}}, TargetNotPositive),
    (
        "a calendar that never opens",
        {
            "terms": TERMS
            | {"calendars": {"office": {"zone": "UTC", "exceptions": {"2026-01-01": [["09:00", "10:00"]]}}}}
        },
        NeverOpens,
    ),
]


@pytest.mark.parametrize(("fields", "error"), [r[1:] for r in BAD_VERSIONS], ids=[r[0] for r in BAD_VERSIONS])
def test_a_version_that_no_clock_could_run_on_is_refused(fields: dict[str, Any], error: type[DomainError]) -> None:
    world, _ = make_enterprise()
    make_agreement(world, "standard", effective_from=later(days=5))
    given: dict[str, Any] = {"code": "standard", "name_zh": "标准", "name_en": "Standard", "terms": TERMS}
    wording = Wording(**{**given, "effective_from": later(days=9), **fields})
    refuses(
        world,
        error,
        lambda: services.publish_agreement(
            actor=world.manager, enterprise_id=world.enterprise_id, wording=wording, at=AT
        ),
    )


def entitle(world: World, agreement: str, *whom: Whom, **options: Any) -> list[int]:
    return services.entitle(
        actor=world.manager,
        enterprise_id=world.enterprise_id,
        agreement=agreement,
        whom=whom,
        **{"starts_at": AT, "at": AT, **options},
    )


def test_the_most_specific_agreement_is_chosen() -> None:
    world, shipped = make_enterprise()
    service_id = make_service(world)
    customer, other = make_customers(world, "甲", "乙", grade="gold")
    by_grade, by_customer, by_contract = (make_agreement(world, c) for c in ("by-grade", "by-customer", "by-contract"))
    entitle(world, "by-grade", Whom(grade="gold"))
    entitle(world, "by-customer", Whom(customer_id=customer))
    make_contract(world, "C-2026-7")
    entitle(world, "by-contract", Whom(contract="C-2026-7", service_id=service_id))
    asked = [
        (queries.Wanted(), shipped),
        (queries.Wanted(grade="standard"), shipped),
        (queries.Wanted(customer_id=other, grade="gold"), by_grade),
        (queries.Wanted(customer_id=customer, grade="gold"), by_customer),
        (queries.Wanted(service_id, customer, "gold"), by_contract),
        (queries.Wanted(service_id), by_contract),
        (queries.Wanted(), shipped),
    ]
    with tenancy.reading(world.system):
        got = queries.versions_for(world.enterprise_id, [w for w, _ in asked], at=AT)
    assert got == [version for _, version in asked]
    assert audit_actions(world, "agreement:").count("agreement.entitled") == 4


def test_an_agreement_out_of_force_leaves_the_less_specific_one() -> None:
    world, shipped = make_enterprise()
    (customer,) = make_customers(world, "甲")
    make_agreement(world, "trial", effective_to=later(days=1))
    entitle(world, "trial", Whom(customer_id=customer))
    with tenancy.reading(world.system):
        wanted = [queries.Wanted(customer_id=customer)]
        assert queries.versions_for(world.enterprise_id, wanted, at=later(days=1)) == [shipped]


def test_one_statement_answers_a_thousand_questions(django_assert_num_queries: Any) -> None:
    world, shipped = make_enterprise()
    with tenancy.reading(world.system):
        wanted = [queries.Wanted(customer_id=n, grade="gold") for n in range(1000)]
        with django_assert_num_queries(1):
            assert queries.versions_for(world.enterprise_id, wanted, at=AT) == [shipped] * 1000


def test_without_an_agreement_nothing_is_made_up() -> None:
    world = make_world()
    with tenancy.reading(world.system), pytest.raises(queries.NoAgreement):
        queries.versions_for(world.enterprise_id, [queries.Wanted()], at=AT)


BAD_ENTITLEMENTS = [
    # what it shows, agreement, whom, options, error
    ("the same end customer twice", "gold", [Whom(customer_id=1), Whom(customer_id=1)], {}, Ambiguous),
    ("a second enterprise default", "gold", [Whom()], {"starts_at": later(days=9)}, Ambiguous),
    (
        "a grade that has one for part of the time",
        "gold",
        [Whom(grade="gold")],
        {"starts_at": later(days=-9)},
        Ambiguous,
    ),
    ("an agreement that is not there", "none", [Whom(grade="silver")], {}, NotFound),
    ("an end customer that is not there", "gold", [Whom(customer_id=-1)], {}, NotFound),
    ("a service that is not there", "gold", [Whom(service_id=-1)], {}, NotFound),
    ("a contract without its service", "gold", [Whom(contract="C-1")], {}, Missing),
    ("it ends when it begins", "gold", [Whom(grade="silver")], {"ends_at": AT}, EndsBeforeItStarts),
    ("an empty grade", "gold", [Whom(grade="")], {}, Missing),
    ("an end of what holds for all", "gold", [Whom()], {"replaces": True, "ends_at": later(days=1)}, CoverageEnds),
]


@pytest.mark.parametrize(
    ("agreement", "whom", "options", "error"), [r[1:] for r in BAD_ENTITLEMENTS], ids=[r[0] for r in BAD_ENTITLEMENTS]
)
def test_an_entitlement_that_leaves_doubt_is_refused(
    agreement: str, whom: list[Whom], options: dict[str, Any], error: type[DomainError]
) -> None:
    world, _ = make_enterprise()
    (customer,) = make_customers(world, "甲")
    make_agreement(world, "gold")
    entitle(world, "gold", Whom(grade="gold"))
    known = [Whom(w.contract, w.service_id, customer if w.customer_id == 1 else w.customer_id, w.grade) for w in whom]
    refuses(world, error, lambda: entitle(world, agreement, *known, **options))


def test_a_new_default_replaces_the_old_one_from_its_instant() -> None:
    world, shipped = make_enterprise()
    gold = make_agreement(world, "gold")
    entitle(world, "gold", Whom(), starts_at=later(days=3), replaces=True)
    with tenancy.reading(world.system):
        on = [
            queries.versions_for(world.enterprise_id, [queries.Wanted()], at=at)[0]
            for at in (later(days=3) - timedelta(microseconds=1), later(days=3))
        ]
    assert on == [shipped, gold]
    assert audit_actions(world, "agreement:")[-2:] == ["agreement.entitlement_ended", "agreement.entitled"]


def test_an_ended_entitlement_gives_nothing_from_its_end() -> None:
    world, shipped = make_enterprise()
    (customer,) = make_customers(world, "甲")
    gold = make_agreement(world, "gold")
    (entitlement,) = entitle(world, "gold", Whom(customer_id=customer))
    services.end_entitlement(
        actor=world.manager,
        enterprise_id=world.enterprise_id,
        entitlement_id=entitlement,
        ends_at=later(days=1),
        at=AT,
    )
    wanted = [queries.Wanted(customer_id=customer)]
    with tenancy.reading(world.system):
        on = [
            queries.versions_for(world.enterprise_id, wanted, at=at)[0]
            for at in (later(days=1) - timedelta(microseconds=1), later(days=1))
        ]
    assert on == [gold, shipped]
    assert audit_actions(world, "agreement:")[-1] == "agreement.entitlement_ended"


def test_the_enterprise_default_cannot_end_without_another() -> None:
    world, _ = make_enterprise()
    with tenancy.reading(world.system):
        default = Entitlement.objects.get().id
    refuses(
        world,
        CoverageEnds,
        lambda: services.end_entitlement(
            actor=world.manager,
            enterprise_id=world.enterprise_id,
            entitlement_id=default,
            ends_at=later(days=1),
            at=AT,
        ),
    )


@pytest.mark.parametrize("role", [ENGINEER, REQUESTER])
def test_who_may_not_change_the_promises(role: str) -> None:
    world, _ = make_enterprise()
    actor = world.actor(role)
    wording = Wording("gold", "金", "Gold", TERMS, AT)
    named: dict[str, Any] = {"actor": actor, "enterprise_id": world.enterprise_id, "at": AT}
    row = NewService("vpn", "VPN", "VPN")
    refuses(world, NotAllowed, lambda: services.add_service(**named, row=row))
    refuses(world, NotAllowed, lambda: services.publish_agreement(**named, wording=wording))
    refuses(world, NotAllowed, lambda: services.entitle(**named, agreement="standard", whom=[Whom()], starts_at=AT))


def test_a_manager_of_another_enterprise_changes_nothing() -> None:
    world, _ = make_enterprise()
    neighbour = make_world(provider_id=world.provider_id)
    named: dict[str, Any] = {"actor": neighbour.manager, "enterprise_id": world.enterprise_id, "at": AT}
    refuses(world, NotAllowed, lambda: services.add_service(**named, row=NewService("vpn", "VPN", "VPN")))
