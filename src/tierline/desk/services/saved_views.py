"""Keeping, naming, ordering and dropping views of the queue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Max

from tierline.audit.operations import Act, record
from tierline.desk import policies
from tierline.desk.models import SavedView
from tierline.domain.errors import DomainError, NotFound
from tierline.domain.text import clean
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import service

NAME_LIMIT = 60
OWN_LIMIT = 30

Asked = Mapping[str, Sequence[str]]


class TooManyViews(DomainError):
    """A person keeps so many and no more."""

    code = "too_many_views"


@service
def save_view(
    *, actor: Actor, name: str, asked: Asked, at: datetime, enterprise_id: int | None = None, is_shared: bool = False
) -> int:
    """Keep what the queue shows under a name; its id. A name that the person has already is changed to show this."""
    policies.require(actor, "view.share" if is_shared else "view.keep")
    assert actor.person_id is not None  # the rights are people's
    words = clean(name, field="name", limit=NAME_LIMIT).strip()
    if enterprise_id is not None and enterprise_id not in actor.enterprises:
        raise NotFound(what="enterprise")
    own = SavedView.objects.filter(owner_id=actor.person_id)
    told: dict[str, Any] = {
        "asked": dict(asked),
        "enterprise_id": enterprise_id,
        "is_shared": is_shared,
        "saved_at": at,
    }
    row = own.filter(name=words).first()
    if row is None:
        if own.count() >= OWN_LIMIT:
            raise TooManyViews(limit=OWN_LIMIT)
        last = own.aggregate(last=Max("position"))["last"]
        row = SavedView(provider_id=actor.provider_id, owner_id=actor.person_id, name=words, **told)
        row.position = 0 if last is None else last + 1
        row.save(force_insert=True)
    else:
        _change(row, **told)
    _record(actor, "view.saved", row, at)
    return int(row.id)


@service
def change_view(
    *,
    actor: Actor,
    view_id: int,
    at: datetime,
    name: str | None = None,
    is_shared: bool | None = None,
    is_default: bool | None = None,
) -> None:
    """Rename, share or keep to oneself, open the queue with it. The owner's; a shared one a manager's too."""
    row = _changeable(actor, view_id)
    told: dict[str, Any] = {}
    if name is not None:
        told["name"] = clean(name, field="name", limit=NAME_LIMIT).strip()
    if is_shared is not None:
        policies.require(actor, "view.share" if is_shared else "view.keep")
        told["is_shared"] = is_shared
    if is_default is not None:
        if is_default:
            SavedView.objects.filter(owner_id=row.owner_id, is_default=True).update(is_default=False)
        told["is_default"] = is_default
    _change(row, **told)
    _record(actor, "view.changed", row, at)


@service
def order_views(*, actor: Actor, view_ids: Sequence[int], at: datetime) -> None:
    """The person's own views in this order; those not named come after."""
    policies.require(actor, "view.keep")
    own = list(SavedView.objects.filter(owner_id=actor.person_id).order_by("position", "id"))
    place = {view_id: n for n, view_id in enumerate(view_ids)}
    for position, row in enumerate(sorted(own, key=lambda v: place.get(v.id, len(place)))):
        if row.position != position:
            _change(row, position=position)


@service
def delete_view(*, actor: Actor, view_id: int, at: datetime) -> None:
    row = _changeable(actor, view_id)
    _record(actor, "view.deleted", row, at)
    SavedView.objects.filter(id=row.id).delete()


def _changeable(actor: Actor, view_id: int) -> SavedView:
    """Raises NotFound for another person's, as for none."""
    policies.require(actor, "view.keep")
    row = SavedView.objects.select_for_update().filter(id=view_id).first()
    if row is None or not policies.may_change_view(actor, row.owner_id, is_shared=row.is_shared):
        raise NotFound(what="view")
    found: SavedView = row
    return found


def _change(row: SavedView, **told: Any) -> None:
    if told:
        for name, value in told.items():
            setattr(row, name, value)
        row.save(update_fields=list(told))


def _record(actor: Actor, action: str, row: SavedView, at: datetime) -> None:
    record(actor, [Act(f"view:{row.id}", action, row.enterprise_id, {"shared": row.is_shared})], at=at)
