"""A reference to another room gives that room no way back up, and deletes nothing by itself."""

from collections.abc import Iterable, Iterator

from django.apps import apps
from django.db import models
from django.db.models.deletion import PROTECT

from tests.arch.tree import PACKAGE

# model.field -> why something else than PROTECT is right there
OTHER_DELETIONS: dict[str, str] = {}


def ours() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith(f"{PACKAGE}.")]


def violations(found: Iterable[type[models.Model]]) -> Iterator[str]:
    for model in found:
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
            if field.is_relation:
                yield from _faults(f"{model._meta.label}.{field.name}", model, field)


def _faults(name: str, model: type[models.Model], field: models.Field) -> Iterator[str]:
    remote = field.remote_field
    if field.many_to_many:
        yield f"{name} makes a table without a scope: write the table as a model"
        return
    if _room(remote.model) != model._meta.app_label and remote.related_name != "+":
        yield f"{name} gives {_room(remote.model)} a way up: related_name='+'"
    if remote.on_delete is not PROTECT and name not in OTHER_DELETIONS:
        yield f"{name} deletes by itself: on_delete=PROTECT, or a reason in OTHER_DELETIONS"


def _room(target: type[models.Model] | str) -> str:
    return target.partition(".")[0] if isinstance(target, str) else target._meta.app_label


def test_references_protect_and_give_no_way_up() -> None:
    assert not list(violations(ours()))


def test_every_listed_exception_is_there() -> None:
    fields = {f"{model._meta.label}.{field.name}" for model in ours() for field in model._meta.local_fields}
    assert set(OTHER_DELETIONS) <= fields
