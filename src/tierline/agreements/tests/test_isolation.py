"""Another provider's or enterprise's scope sees nothing, and published versions stay as they are."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from tierline.accounts.tests.builders import AT, World, make_world
from tierline.agreements import queries, services
from tierline.agreements.operations import NewFaultClass, NewParty
from tierline.agreements.queries import shelf
from tierline.agreements.tests.builders import make_contract, make_enterprise
from tierline.domain.errors import NotFound
from tierline.plumbing import tenancy

pytestmark = pytest.mark.django_db(transaction=True)

TABLES = ["service", "faultclass", "calendarversion", "agreement", "agreementversion", "entitlement", "contract"]
TABLES += ["party", "partyversion", "agreementdraft"]


def full() -> tuple[World, int]:
    world, version = make_enterprise()
    with tenancy.reading(world.system):
        (general,) = queries.services(world.enterprise_id)
    row = NewFaultClass("login", "登录", "Sign-in")
    services.add_fault_classes(
        actor=world.manager, enterprise_id=world.enterprise_id, service_id=general.id, rows=[row], at=AT
    )
    make_contract(world)
    named = {"actor": world.manager, "enterprise_id": world.enterprise_id, "at": AT}
    party = services.add_party(**named, row=NewParty("supplier", "bank", "银行", "Bank"))
    services.publish_party(
        **named, party_id=party, calendar_of={"P1": "always"}, targets={"supplier": {"P1": {"hours": 1}}}
    )
    with tenancy.reading(world.system):
        (standard,) = shelf.promises(world.enterprise_id)
    services.start_draft(**named, agreement_id=standard.id)
    return world, version


def count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM agreements_{table}")
        (found,) = cursor.fetchone()
    return int(found)


@pytest.mark.parametrize("table", TABLES)
def test_only_the_own_scope_sees_rows(table: str) -> None:
    world, _ = full()
    stranger, neighbour = make_world(), make_world(provider_id=world.provider_id)
    with tenancy.reading(world.system):
        assert count(table) == 1
    for outsider in (stranger, neighbour):
        with tenancy.reading(outsider.system):
            assert count(table) == 0
    with transaction.atomic():
        assert count(table) == 0


@pytest.mark.parametrize("statement", ["UPDATE agreements_{} SET number = 9", "DELETE FROM agreements_{}"])
@pytest.mark.parametrize("table", ["agreementversion", "calendarversion", "partyversion"])
def test_the_database_itself_keeps_published_versions(statement: str, table: str) -> None:
    world, _ = full()
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        tenancy.reading(world.system),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))


def test_terms_remembered_for_one_scope_are_not_given_to_another() -> None:
    world, version = full()
    with tenancy.reading(world.system):
        assert queries.terms([version])[version].id == version
    stranger, neighbour = make_world(), make_world(provider_id=world.provider_id)
    for outsider in (stranger, neighbour):
        with tenancy.reading(outsider.system), pytest.raises(NotFound):
            queries.terms([version])


def test_terms_are_read_from_the_database_once() -> None:
    world, version = full()
    with tenancy.reading(world.system):
        first = queries.terms([version])
        assert queries.terms([version])[version] is first[version]
