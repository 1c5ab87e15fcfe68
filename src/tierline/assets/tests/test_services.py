"""The asset ledger: the row, the record, and refusals that change nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from tierline.accounts import services as accounts
from tierline.accounts.operations import AlreadyThere
from tierline.accounts.tests.builders import AT, World, audit_actions, make_customers, make_world
from tierline.assets import queries, services
from tierline.assets.models import Asset
from tierline.assets.operations import NewAsset
from tierline.domain.errors import DomainError, Invalid, Missing, NotAllowed, NotFound, StaleVersion
from tierline.domain.text import TooLong, Unstorable
from tierline.plumbing import tenancy
from tierline.plumbing.actor import AUDITOR, REQUESTER

pytestmark = pytest.mark.django_db(transaction=True)


def rows(world: World) -> list[Any]:
    with tenancy.reading(world.system):
        found = list(Asset.objects.order_by("id").values())
    return [*found, *audit_actions(world, "")]


def refuses(world: World, error: type[DomainError], act: Callable[[], object]) -> None:
    before = rows(world)
    with pytest.raises(error) as refused:
        act()
    assert type(refused.value) is error
    assert rows(world) == before


def add(world: World, *batch: NewAsset) -> list[int]:
    return services.add_assets(actor=world.manager, enterprise_id=world.enterprise_id, rows=batch, at=AT)


def change(world: World, asset_id: int, *, seen: int = 1, **changes: Any) -> None:
    services.change_asset(
        actor=world.manager, enterprise_id=world.enterprise_id, asset_id=asset_id, changes=changes, seen=seen, at=AT
    )


def keeper(world: World) -> int:
    return accounts.add_person(
        actor=world.system, role=REQUESTER, email="k@b.example", name="保管", enterprise_id=world.enterprise_id, at=AT
    )


def test_assets_are_found_by_tag_id_and_end_customer() -> None:
    world = make_world()
    (customer,) = make_customers(world, "甲")
    kept_by = keeper(world)
    first, second = add(
        world,
        NewAsset("PC-002", "财务前台", "ThinkCentre", "M70", "SN1", customer, None, kept_by),
        NewAsset("PC-001", "仓库"),
    )
    with tenancy.reading(world.system):
        row = queries.assets_by_tag(world.enterprise_id, ["PC-002", "none"])
        assert list(row) == ["PC-002"]
        assert row["PC-002"] == queries.asset(first) == queries.assets_by_id([first, None])[first]
        assert (row["PC-002"].customer_id, row["PC-002"].keeper_id, row["PC-002"].state) == (
            customer,
            kept_by,
            "in_use",
        )
        assert [a.id for a in queries.assets_of_customer(customer)] == [first]
        assert [a.id for a in queries.asset_page(world.enterprise_id)] == [second, first]
        assert [a.id for a in queries.asset_page(world.enterprise_id, after="PC-001", limit=1)] == [first]
        with pytest.raises(NotFound):
            queries.asset(-1)
    assert audit_actions(world, "asset:") == ["asset.added", "asset.added"]


def test_a_tag_may_stand_in_two_enterprises() -> None:
    world = make_world()
    add(world, NewAsset("PC-001", "仓库"))
    assert add(make_world(provider_id=world.provider_id), NewAsset("PC-001", "仓库"))


BAD = [
    # what it shows, second asset of the batch, error
    ("a tag that is there", NewAsset("PC-001", "仓库"), AlreadyThere),
    ("a tag twice in the batch", NewAsset("PC-900", "仓库"), AlreadyThere),
    ("no tag", NewAsset("  ", "仓库"), Missing),
    ("no name", NewAsset("PC-3", ""), Missing),
    ("a tag of 61 characters", NewAsset("9" * 61, "仓库"), TooLong),
    ("a NUL in the serial number", NewAsset("PC-3", "仓库", serial="\x00"), Unstorable),
    ("a lone surrogate in the name", NewAsset("PC-3", "\ud800"), Unstorable),
    ("a state that is none", NewAsset("PC-3", "仓库", state="lost"), Invalid),
    ("an end customer that is not there", NewAsset("PC-3", "仓库", customer_id=-1), NotFound),
    ("a keeper that is not there", NewAsset("PC-3", "仓库", keeper_id=-1), NotFound),
    ("a site without its end customer", NewAsset("PC-3", "仓库", site_id=1), NotFound),
]


@pytest.mark.parametrize(("row", "error"), [r[1:] for r in BAD], ids=[r[0] for r in BAD])
def test_one_bad_asset_stops_its_whole_batch(row: NewAsset, error: type[DomainError]) -> None:
    world = make_world()
    add(world, NewAsset("PC-001", "仓库"))
    refuses(world, error, lambda: add(world, NewAsset("PC-900", "好"), row))


def test_a_neighbour_s_end_customer_is_not_there() -> None:
    world = make_world()
    neighbour = make_world(provider_id=world.provider_id)
    (customer,) = make_customers(neighbour, "乙")
    refuses(world, NotFound, lambda: add(world, NewAsset("PC-3", "仓库", customer_id=customer)))


def test_a_change_is_written_and_on_the_record() -> None:
    world = make_world()
    (asset,) = add(world, NewAsset("PC-001", "仓库", version="1.0"))
    change(world, asset, version="1.1", state="repair")
    with tenancy.reading(world.system):
        row = queries.asset(asset)
    assert (row.version, row.state, row.name, row.edition) == ("1.1", "repair", "仓库", 2)
    assert audit_actions(world, f"asset:{asset}") == ["asset.added", "asset.changed"]


BAD_CHANGES = [
    # what it shows, changes, seen, error
    ("someone was faster", {"name": "前台"}, 0, StaleVersion),
    ("the tag stays", {"tag": "PC-2"}, 1, Invalid),
    ("a field that is none", {"colour": "red"}, 1, Invalid),
    ("nothing to change", {}, 1, Invalid),
    ("no name", {"name": " "}, 1, Missing),
    ("a state that is none", {"state": "lost"}, 1, Invalid),
    ("an end customer that is not there", {"customer_id": -1}, 1, NotFound),
]


@pytest.mark.parametrize(("changes", "seen", "error"), [r[1:] for r in BAD_CHANGES], ids=[r[0] for r in BAD_CHANGES])
def test_a_bad_change_changes_nothing(changes: dict[str, Any], seen: int, error: type[DomainError]) -> None:
    world = make_world()
    (asset,) = add(world, NewAsset("PC-001", "仓库"))
    refuses(world, error, lambda: change(world, asset, seen=seen, **changes))


def test_an_asset_that_is_not_there_is_not_changed() -> None:
    world = make_world()
    refuses(world, NotFound, lambda: change(world, -1, name="前台"))


@pytest.mark.parametrize("role", [REQUESTER, AUDITOR])
def test_who_may_not_change_the_ledger(role: str) -> None:
    world = make_world()
    (asset,) = add(world, NewAsset("PC-001", "仓库"))
    named: dict[str, Any] = {"actor": world.actor(role), "enterprise_id": world.enterprise_id, "at": AT}
    refuses(world, NotAllowed, lambda: services.add_assets(**named, rows=[NewAsset("PC-2", "仓库")]))
    refuses(world, NotAllowed, lambda: services.change_asset(**named, asset_id=asset, changes={"name": "x"}, seen=1))


def test_only_the_own_scope_sees_the_ledger() -> None:
    world = make_world()
    (asset,) = add(world, NewAsset("PC-001", "仓库"))

    def count() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM assets_asset")
            return int(cursor.fetchone()[0])

    with tenancy.reading(world.system):
        assert count() == 1
    for outsider in (make_world(), make_world(provider_id=world.provider_id)):
        with tenancy.reading(outsider.system):
            assert count() == 0
            assert queries.assets_by_tag(world.enterprise_id, ["PC-001"]) == {}
            assert queries.assets_by_id([asset]) == {}
        refuses(
            world,
            NotAllowed,
            lambda actor=outsider.manager: services.add_assets(
                actor=actor, enterprise_id=world.enterprise_id, rows=[NewAsset("PC-2", "仓库")], at=AT
            ),
        )
    with transaction.atomic():
        assert count() == 0
