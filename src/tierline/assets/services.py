"""Verbs of the assets room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tierline.assets import operations, policies
from tierline.assets.operations import NewAsset
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import service


@service
def add_assets(*, actor: Actor, enterprise_id: int, rows: Sequence[NewAsset], at: datetime) -> list[int]:
    """Raises AlreadyThere, NotFound, Invalid; then none is added."""
    policies.require(actor, "asset.change", enterprise_id)
    return operations.add_assets(actor=actor, enterprise_id=enterprise_id, rows=rows, at=at)


@service
def change_asset(
    *, actor: Actor, enterprise_id: int, asset_id: int, changes: Mapping[str, Any], seen: int, at: datetime
) -> None:
    """``seen`` is the edition the caller was looking at. Raises StaleVersion, NotFound, Invalid."""
    policies.require(actor, "asset.change", enterprise_id)
    operations.change_asset(
        actor=actor, enterprise_id=enterprise_id, asset_id=asset_id, changes=changes, seen=seen, at=at
    )
