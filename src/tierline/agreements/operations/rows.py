"""Putting rows in, and refusing what is there already or not the enterprise's."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError, models, transaction

from tierline.accounts.operations import AlreadyThere
from tierline.agreements.models import Service
from tierline.domain.errors import NotFound


def insert(rows: Sequence[models.Model], *, what: str, codes: Sequence[str]) -> None:
    """The unique index decides, also between two writers at the same instant."""
    try:
        with transaction.atomic():
            for row in rows[:1]:
                type(row)._default_manager.bulk_create(rows)
    except IntegrityError:
        raise AlreadyThere(what=what, codes=list(codes)) from None


def service_of(enterprise_id: int, service_id: int) -> Service:
    found = Service.objects.filter(enterprise_id=enterprise_id, id=service_id).first()
    if found is None:
        raise NotFound(what="service", id=service_id)
    return found
