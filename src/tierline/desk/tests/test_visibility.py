"""Who knows of which ticket: one rule, asked by everyone who is not supposed to."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from tests.support.world import World, acting, make_guest, make_world
from tierline.accounts import queries as queries_of_accounts
from tierline.accounts import services as accounts
from tierline.desk import queries, services
from tierline.desk.models import Ticket
from tierline.desk.tests.builders import after, do, make_ticket
from tierline.domain.errors import NotFound
from tierline.plumbing import tenancy
from tierline.plumbing.actor import Actor

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return make_world()


def sees(actor: Actor, ticket_id: int) -> bool:
    with tenancy.reading(actor):
        try:
            queries.ticket(actor, ticket_id)
        except NotFound:
            return False
        listed = queries.page(actor, queries.Filter()).tickets
        assert ticket_id in {t.id for t in listed}
        return True


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("l1", True),
        ("l2", True),
        ("manager", True),
        ("auditor", True),
        ("admin", True),
        ("requester", True),
        ("colleague", False),
        ("department", False),
    ],
)
def test_at_home(world: World, who: str, expected: bool) -> None:
    assert sees(world.home.people[who], make_ticket(world.home).id) is expected


def test_strangers_see_nothing_and_can_do_nothing(world: World) -> None:
    ticket = make_ticket(world.home)
    strangers = [*world.neighbour.people.values(), *world.abroad.people.values()]
    for stranger in strangers:
        assert not sees(stranger, ticket.id)
        with pytest.raises(NotFound):
            do(services.reply_to_tickets, stranger, ticket, 5, text="x")
    assert sees(world.both, ticket.id)


def test_a_department_sees_the_tickets_that_ask_it(world: World) -> None:
    ticket = do(services.claim_tickets, world.home.people["l1"], make_ticket(world.home), 1)
    do(services.open_task, world.home.people["l1"], ticket, 2, department="rnd", title="看看")
    assert sees(world.home.people["department"], ticket.id)


def test_a_guest_sees_one_ticket(world: World) -> None:
    one, other = make_ticket(world.home), make_ticket(world.home)
    guest = make_guest(world.home, one.id)
    assert (sees(guest, one.id), sees(guest, other.id)) == (True, False)


def test_what_is_internal_stays_inside(world: World) -> None:
    l1 = world.home.people["l1"]
    ticket = do(services.claim_tickets, l1, make_ticket(world.home), 1)
    ticket = do(services.note_on_tickets, l1, ticket, 2, text="客户密码是 hunter2")
    requester = world.home.people["requester"]
    with tenancy.reading(requester):
        row = queries.ticket(requester, ticket.id)
        told = queries.events(requester, row)
        kinds = {r.kind for r in queries.readings(requester, row, at=after(3))}
    assert [e.type for e in told] == ["opened"]
    assert "hunter2" not in str(told)
    assert "grading" not in kinds and "first_response" in kinds


def test_an_ended_assignment_ends_the_reach_at_that_instant(world: World) -> None:
    ticket = make_ticket(world.home)
    l1 = world.home.people["l1"]
    with tenancy.reading(world.home.system):
        [row] = queries_of_accounts.assignments([l1.person_id or 0])
    accounts.end_assignment(actor=world.home.system, assignment_id=row.id, at=after(5))
    assert l1.person_id is not None
    before, afterwards = (acting(l1.provider_id, l1.person_id, at=after(m)) for m in (4, 5))
    assert (sees(before, ticket.id), sees(afterwards, ticket.id)) == (True, False)


def test_the_database_itself_shows_a_scope_only_its_own(world: World) -> None:
    """Raw SQL, no manager in between: row-level security alone."""
    make_ticket(world.home)
    make_ticket(world.neighbour)
    make_ticket(world.abroad)
    tables = ("desk_ticket", "desk_ticketevent", "audit_entry", "accounts_person", "accounts_enterprise")
    for place in (world.home, world.neighbour, world.abroad):
        with tenancy.scoped(place.provider_id, (place.enterprise_id,)), connection.cursor() as cursor:
            for table in tables:
                column = "id" if table == "accounts_enterprise" else "enterprise_id"
                cursor.execute(f"SELECT DISTINCT provider_id, {column} FROM {table} WHERE {column} IS NOT NULL")
                assert cursor.fetchall() == [(place.provider_id, place.enterprise_id)], table
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone() == (0,), table


def test_history_cannot_be_changed_by_the_role_the_product_runs_as(world: World) -> None:

    make_ticket(world.home)
    for statement in ("UPDATE desk_ticketevent SET seq = 9", "DELETE FROM desk_ticketevent", "DELETE FROM audit_entry",
                      "UPDATE audit_entry SET action = 'x'", "DELETE FROM desk_ticket"):  # fmt: skip
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_reference_cannot_leave_its_enterprise(world: World) -> None:

    ticket = make_ticket(world.home)
    foreign = world.neighbour.people["requester"].person_id
    with pytest.raises(IntegrityError), tenancy.scoped(ticket.provider_id, (ticket.enterprise_id,), durable=True):
        Ticket.objects.filter(id=ticket.id).update(requester_id=foreign)
