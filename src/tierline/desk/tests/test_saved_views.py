"""Saved views: one's own in one's own order, shared ones for colleagues, none that speaks of an enterprise out of reach."""

from __future__ import annotations

import pytest

from tests.support.world import World, make_world
from tierline.desk import services
from tierline.desk.queries import saved_views
from tierline.desk.services.saved_views import OWN_LIMIT
from tierline.desk.tests.builders import after
from tierline.domain.errors import DomainError
from tierline.plumbing import tenancy
from tierline.plumbing.actor import Actor

pytestmark = pytest.mark.django_db(transaction=True)

ASKED = {"view": ["queue"], "priority": ["P1", "P2"]}


@pytest.fixture
def world() -> World:
    return make_world()


def save(actor: Actor, name: str, **told) -> int:
    return services.save_view(actor=actor, name=name, asked=told.pop("asked", ASKED), at=after(1), **told)


def names(actor: Actor) -> list[str]:
    with tenancy.reading(actor):
        return [v.name for v in saved_views.views(actor)]


def test_own_first_then_what_colleagues_share(world: World) -> None:
    l1, l2 = world.home.people["l1"], world.home.people["l2"]
    save(l2, "只给自己")
    save(l2, "给大家", is_shared=True)
    save(l1, "我的")
    assert names(l1) == ["我的", "给大家"]
    assert names(world.abroad.people["l1"]) == []


def test_a_name_taken_again_shows_the_new_choice(world: World) -> None:
    l1 = world.home.people["l1"]
    first = save(l1, " 紧急 ")
    assert save(l1, "紧急", asked={"view": ["mine"]}) == first
    with tenancy.reading(l1):
        assert saved_views.view(l1, first).href == f"/queue?view=mine&saved={first}"


def test_one_of_another_enterprise_is_closed_to_who_does_not_reach_it(world: World) -> None:
    save(world.both, "邻家", enterprise_id=world.neighbour.enterprise_id, is_shared=True)
    save(world.both, "两家", is_shared=True)
    assert names(world.home.people["l1"]) == ["两家"]
    assert set(names(world.neighbour.people["l1"])) == {"两家", "邻家"}


def test_one_default_and_an_order_of_ones_own(world: World) -> None:
    l1 = world.home.people["l1"]
    ids = [save(l1, name) for name in "甲乙丙"]
    services.change_view(actor=l1, view_id=ids[0], is_default=True, at=after(2))
    services.change_view(actor=l1, view_id=ids[2], is_default=True, at=after(3))
    services.order_views(actor=l1, view_ids=[ids[2], ids[0]], at=after(4))
    with tenancy.reading(l1):
        assert [(v.name, v.is_default) for v in saved_views.views(l1)] == [("丙", True), ("甲", False), ("乙", False)]


def test_renamed_and_dropped_by_the_owner_and_a_shared_one_by_a_manager(world: World) -> None:
    l1, manager = world.home.people["l1"], world.home.people["manager"]
    own, shared = save(l1, "自己的"), save(l1, "共享的", is_shared=True)
    services.change_view(actor=l1, view_id=own, name="改过", at=after(2))
    services.change_view(actor=manager, view_id=shared, name="由经理改名", at=after(2))
    assert names(l1) == ["改过", "由经理改名"]
    services.delete_view(actor=manager, view_id=shared, at=after(3))
    assert names(l1) == ["改过"]


def change(world: World, who: str, is_shared: bool) -> None:
    view = save(world.home.people["l1"], "视图", is_shared=is_shared)
    services.change_view(actor=world.home.people[who], view_id=view, name="改", at=after(2))


# what it shows, the attempt, code
REFUSED = [
    ("a colleague's own", lambda w: change(w, "manager", False), "not_found"),
    ("a colleague's shared one", lambda w: change(w, "l2", True), "not_found"),
    ("a requester keeps none", lambda w: save(w.home.people["requester"], "x"), "not_allowed"),
    ("an auditor shares none", lambda w: save(w.home.people["auditor"], "x", is_shared=True), "not_allowed"),
    ("no name", lambda w: save(w.home.people["l1"], "  "), "missing"),
    ("a long name", lambda w: save(w.home.people["l1"], "长" * 61), "too_long"),
    ("an enterprise out of reach", lambda w: save(w.home.people["l1"], "x", enterprise_id=w.neighbour.enterprise_id), "not_found"),
    ("too many", lambda w: [save(w.home.people["l1"], f"{n}") for n in range(OWN_LIMIT + 1)], "too_many_views"),
]  # fmt: skip


@pytest.mark.parametrize(("attempt", "code"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_refused(world: World, attempt, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        attempt(world)
    assert refused.value.code == code


def test_a_view_is_counted_off_the_open_tickets(world: World) -> None:
    l1 = world.home.people["l1"]
    save(l1, "P1")
    save(l1, "找词", asked={"q": ["流水"]})
    with tenancy.reading(l1):
        counts, views = saved_views.counted(l1, at=after(1))
    assert counts["queue"] == 0
    assert [(v.name, n) for v, n in views] == [("P1", 0), ("找词", None)]
