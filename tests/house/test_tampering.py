"""Somebody with the database's keys edits the record: the chain says where."""

from __future__ import annotations

import psycopg
import pytest

from tests.support.world import AT, Place, make_place, make_provider
from tierline.accounts.services import add_customers
from tierline.audit import queries
from tierline.audit.operations import Act, record
from tierline.audit.queries import Fault
from tierline.plumbing import postgres, tenancy

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place() -> Place:
    return make_place(make_provider("tampered"), "tampered")


def edit(server: postgres.Running, statement: str) -> int:
    assert server.admin_url is not None
    with psycopg.connect(server.admin_url) as admin:
        return admin.execute(statement).rowcount


def faults(place: Place) -> list[Fault]:
    with tenancy.reading(place.system):
        return list(queries.faults())


def chain_of_three(place: Place, server: postgres.Running) -> str:
    """Three entries on one chain: the customer's making, written twice more by the chain's own rules."""

    [customer] = add_customers(actor=place.system, enterprise_id=place.enterprise_id, rows=[{"name": "丙公司"}], at=AT)
    name = f"customer:{customer}"
    with tenancy.scoped(place.provider_id, (place.enterprise_id,), durable=True):
        record(place.system, [Act(name, "customer.renamed", place.enterprise_id, {"n": n}) for n in (1, 2)], at=AT)
    return name


@pytest.mark.parametrize(
    ("edited", "expected"),
    [
        ("UPDATE audit_entry SET action = 'nothing' WHERE chain = '{0}' AND seq = 2", [(2, "altered")]),
        ("UPDATE audit_entry SET actor_id = 7 WHERE chain = '{0}' AND seq = 1", [(1, "altered")]),
        ("UPDATE audit_entry SET at = at + interval '1 microsecond' WHERE chain = '{0}' AND seq = 3", [(3, "altered")]),
        ("UPDATE audit_entry SET facts = '{{\"n\": 9}}' WHERE chain = '{0}' AND seq = 2", [(2, "altered")]),
        ("DELETE FROM audit_entry WHERE chain = '{0}' AND seq = 2", [(3, "missing")]),
        ("DELETE FROM audit_entry WHERE chain = '{0}' AND seq = 1", [(2, "missing")]),
        ("UPDATE audit_entry SET hash = sha256('x') WHERE chain = '{0}' AND seq = 2", [(2, "altered"), (3, "broken")]),
    ],
    ids=["action", "actor", "one microsecond", "facts", "a middle entry gone", "the first gone", "a forged hash"],
)
def test_every_edit_shows(
    place: Place, database_server: postgres.Running, edited: str, expected: list[tuple[int, str]]
) -> None:
    name = chain_of_three(place, database_server)
    assert faults(place) == []
    assert edit(database_server, edited.format(name)) == 1
    assert [(f.seq, f.what) for f in faults(place) if f.chain == name] == expected
