"""What stands in the asset ledger?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tierline.assets.models import Asset
from tierline.domain.errors import NotFound


@dataclass(frozen=True, slots=True)
class AssetRow:
    id: int
    enterprise_id: int
    tag: str
    name: str
    product: str
    version: str
    serial: str
    customer_id: int | None
    site_id: int | None
    keeper_id: int | None
    state: str
    edition: int


def assets_by_tag(enterprise_id: int, tags: Iterable[str]) -> Mapping[str, AssetRow]:
    """A tag that is not in the ledger has no entry. Retired ones have: an old device may still ask for help."""
    return {a.tag: _row(a) for a in Asset.objects.filter(enterprise_id=enterprise_id, tag__in=set(tags))}


def assets_by_id(ids: Iterable[int | None]) -> Mapping[int, AssetRow]:
    return {a.id: _row(a) for a in Asset.objects.filter(id__in={i for i in ids if i is not None})}


def asset(asset_id: int) -> AssetRow:
    """Raises NotFound."""
    found = Asset.objects.filter(id=asset_id).first()
    if found is None:
        raise NotFound(what="asset")
    return _row(found)


def assets_of_customer(customer_id: int, *, after: str = "", limit: int = 50) -> list[AssetRow]:
    """By tag, those behind ``after``."""
    rows = Asset.objects.filter(customer_id=customer_id, tag__gt=after)
    return [_row(a) for a in rows.order_by("tag")[:limit]]


def asset_page(enterprise_id: int, *, after: str = "", limit: int = 50) -> list[AssetRow]:
    rows = Asset.objects.filter(enterprise_id=enterprise_id, tag__gt=after)
    return [_row(a) for a in rows.order_by("tag")[:limit]]


def _row(a: Asset) -> AssetRow:
    return AssetRow(
        a.id,
        a.enterprise_id,
        a.tag,
        a.name,
        a.product,
        a.version,
        a.serial,
        a.customer_id,
        a.site_id,
        a.keeper_id,
        a.state,
        a.edition,
    )
