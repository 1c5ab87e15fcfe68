"""Nobody finds by search what the one visibility rule forbids: every party, every kind of thing, every audience."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from django.db import transaction

from tierline.accounts.tests.builders import AT, World, make_world
from tierline.knowledge import queries
from tierline.knowledge.operations import Entry, put
from tierline.knowledge.policies import AUDIENCES, KINDS, Reach
from tierline.plumbing import tenancy
from tierline.plumbing.actor import (
    ADMIN,
    AUDITOR,
    CLIENT,
    DEPARTMENT,
    ENGINEER,
    GUEST,
    MANAGER,
    REQUESTER,
    Actor,
)

pytestmark = pytest.mark.django_db(transaction=True)

CANARY = "canary-77"
# Everything that could be there, in one's own enterprise and in a neighbour's of the same provider.
THINGS = list(itertools.product(("own", "neighbour"), KINDS, AUDIENCES))


def parties(world: World, neighbour: World) -> dict[str, Actor]:
    """``neighbour``: reaches both enterprises by their keys, but works in the first only."""
    engineer, own = world.engineer(), (world.enterprise_id,)
    customer = replace(engineer, tiers={}, own_enterprise_id=world.enterprise_id)
    both = (world.enterprise_id, neighbour.enterprise_id)
    return {
        "engineer": engineer,
        "manager": world.actor(MANAGER),
        "auditor": world.actor(AUDITOR),
        "auditor of the enterprise": replace(customer, role=AUDITOR),
        "admin": replace(engineer, role=ADMIN, tiers={}, enterprises=own),
        "the enterprise's manager": replace(customer, role=CLIENT),
        "requester": replace(customer, role=REQUESTER),
        "department": replace(customer, role=DEPARTMENT),
        "guest": replace(customer, role=GUEST),
        "engineer who only works in one of two": replace(engineer, role=ENGINEER, enterprises=both),
    }


PARTIES = (
    "engineer", "manager", "auditor", "auditor of the enterprise", "admin", "the enterprise's manager", "requester",
    "department", "guest", "engineer who only works in one of two",
)  # fmt: skip


def allowed(party: str, whose: str, kind: str, audience: str) -> bool:
    """Written anew from the product's promises, not from the rule."""
    if whose != "own":
        return False
    if party in ("requester", "department", "guest", "the enterprise's manager"):
        return kind == "article" and audience != "internal"
    return not (party == "admin" and kind == "ticket")


def fill(world: World, neighbour: World) -> None:
    for house in (world, neighbour):
        with tenancy.scoped(house.provider_id, [house.enterprise_id]):
            put(
                Entry(
                    house.enterprise_id, kind, n, f"X-{house.enterprise_id}-{n}", CANARY, "密文", AT, audience=audience
                )
                for n, (kind, audience) in enumerate(itertools.product(KINDS, AUDIENCES), start=1)
            )


def found(reach: Reach, actor: Actor, neighbour: World, text: str = CANARY) -> set[tuple[str, str, str]]:
    with tenancy.reading(actor):
        hits = queries.find(reach, text, limit=1000)
    return {("neighbour" if h.enterprise_id == neighbour.enterprise_id else "own", h.kind, h.audience) for h in hits}


@pytest.mark.parametrize("party", PARTIES)
def test_search_finds_exactly_what_the_party_may_see(party: str) -> None:
    world = make_world()
    neighbour = make_world(provider_id=world.provider_id)
    fill(world, neighbour)
    actor = parties(world, neighbour)[party]
    expected = {thing for thing in THINGS if allowed(party, *thing)}
    for text in (CANARY, "canary", "canary-7", "canery-77"):  # whole, a part, the beginning of a code, misspelt
        assert found(queries.visible(actor), actor, neighbour, text) <= expected
    assert found(queries.visible(actor), actor, neighbour) == expected


def test_without_the_filter_the_check_fails() -> None:
    """What a requester's search would find with the team's reach: the check above would see it."""
    world = make_world()
    neighbour = make_world(provider_id=world.provider_id)
    fill(world, neighbour)
    requester = parties(world, neighbour)["requester"]
    unfiltered = Reach((world.enterprise_id, neighbour.enterprise_id), KINDS, AUDIENCES)
    leaked = found(unfiltered, requester, neighbour)
    assert leaked > {thing for thing in THINGS if allowed("requester", *thing)}
    # The database still keeps what is out of the scope's enterprises.
    assert {whose for whose, _, _ in leaked} == {"own"}


def test_what_is_not_committed_is_not_found_and_what_is_rolled_back_never_was() -> None:
    world = make_world()
    with pytest.raises(ZeroDivisionError), tenancy.scoped(world.provider_id, [world.enterprise_id]):
        put([Entry(world.enterprise_id, "ticket", 1, "TK-1", CANARY, "正文", AT)])
        raise ZeroDivisionError
    assert found(queries.visible(world.manager), world.manager, world) == set()


def test_an_entry_is_written_inside_a_transaction_only() -> None:
    assert not transaction.get_connection().in_atomic_block
    with pytest.raises(RuntimeError):
        put([Entry(1, "ticket", 1, "TK-1", CANARY, "", AT)])
