"""Writing the asset ledger inside another's transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from tierline.accounts import queries as accounts
from tierline.accounts.operations import AlreadyThere
from tierline.assets.models import Asset
from tierline.audit.operations import Act, record
from tierline.domain.errors import Invalid, NotFound, StaleVersion
from tierline.domain.text import clean
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import require_transaction

STATES = ("in_use", "spare", "repair", "retired")
_LIMITS = {"tag": 60, "name": 200, "product": 200, "version": 100, "serial": 100}
_REQUIRED = ("tag", "name")
_LINKS = ("customer_id", "site_id", "keeper_id")


@dataclass(frozen=True, slots=True)
class NewAsset:
    tag: str
    name: str
    product: str = ""
    version: str = ""
    serial: str = ""
    customer_id: int | None = None
    site_id: int | None = None
    keeper_id: int | None = None
    state: str = "in_use"


def add_assets(*, actor: Actor, enterprise_id: int, rows: Sequence[NewAsset], at: datetime) -> list[int]:
    """Their ids in the given order. Raises AlreadyThere, NotFound, Invalid; then none is added."""
    require_transaction()
    given = [_checked(asdict(row)) for row in rows]
    _require_known(enterprise_id, given)
    made = [
        Asset(provider_id=actor.provider_id, enterprise_id=enterprise_id, created_at=at, changed_at=at, **fields)
        for fields in given
    ]
    tags = [a.tag for a in made]
    try:
        with transaction.atomic():
            Asset.objects.bulk_create(made)
    except IntegrityError:
        raise AlreadyThere(what="asset", tags=sorted(_taken(enterprise_id, tags))) from None
    record(actor, [Act(f"asset:{a.id}", "asset.added", enterprise_id, {"tag": a.tag}) for a in made], at=at)
    return [a.id for a in made]


def change_asset(
    *, actor: Actor, enterprise_id: int, asset_id: int, changes: Mapping[str, Any], seen: int, at: datetime
) -> None:
    """``changes`` names fields of NewAsset; the tag stays what it is. Raises StaleVersion, NotFound, Invalid."""
    require_transaction()
    unknown = set(changes) - (set(_LIMITS) - {"tag"}) - set(_LINKS) - {"state"}
    if unknown or not changes:
        raise Invalid(field="changes", unknown=sorted(unknown))
    row = Asset.objects.filter(enterprise_id=enterprise_id, id=asset_id).first()
    if row is None:
        raise NotFound(what="asset")
    fields = _checked(changes)
    _require_known(enterprise_id, [{name: getattr(row, name) for name in _LINKS} | fields])
    claimed = Asset.objects.filter(id=row.id, edition=seen).update(**fields, edition=seen + 1, changed_at=at)
    if not claimed:
        raise StaleVersion(asset=row.tag, seen=seen, latest=row.edition)
    facts = {"fields": sorted(fields), "edition": seen + 1}
    record(actor, [Act(f"asset:{row.id}", "asset.changed", enterprise_id, facts)], at=at)


def _checked(fields: Mapping[str, Any]) -> dict[str, Any]:
    tidy = dict(fields)
    for name, limit in _LIMITS.items():
        if name in tidy:
            tidy[name] = clean(tidy[name], field=name, limit=limit, required=name in _REQUIRED).strip()
    if tidy.get("state", STATES[0]) not in STATES:
        raise Invalid(field="state", value=tidy["state"], allowed=list(STATES))
    return tidy


def _require_known(enterprise_id: int, given: Sequence[Mapping[str, Any]]) -> None:
    """End customers, sites and keepers are the enterprise's own, and a site is its end customer's."""
    customers = {g["customer_id"] for g in given if g.get("customer_id") is not None}
    known = {c.id for c in accounts.customers(customers).values() if c.enterprise_id == enterprise_id}
    if customers - known:
        raise NotFound(what="customer", ids=sorted(customers - known))
    keepers = {g["keeper_id"] for g in given if g.get("keeper_id") is not None}
    people = {p.id for p in accounts.people(keepers).values() if p.enterprise_id == enterprise_id}
    if keepers - people:
        raise NotFound(what="person", ids=sorted(keepers - people))
    sites = {c: {s.id for s in accounts.sites(c)} for c in {g["customer_id"] for g in given if g.get("site_id")} if c}
    for g in given:
        if g.get("site_id") is not None and g["site_id"] not in sites.get(g.get("customer_id"), set()):
            raise NotFound(what="site", ids=[g["site_id"]])


def _taken(enterprise_id: int, tags: Sequence[str]) -> set[str]:
    twice = {tag for tag, times in Counter(tags).items() if times > 1}
    there = Asset.objects.filter(enterprise_id=enterprise_id, tag__in=set(tags)).values_list("tag", flat=True)
    return twice | set(there)
