"""Every table is scoped, by its model and by the database, or stands on a short list with the reason."""

from collections.abc import Iterable, Iterator

import pytest
from django.db import models

from tests.arch.test_foreign_keys import ours
from tierline.plumbing import tenancy

# Rows of ids, digests and instants, or the tenant itself.
GLOBAL = {
    "accounts.Provider": "is the scope",
    "accounts.SignInFailure": "counts digests of addresses before anyone is known",
    "plumbing.Heartbeat": "says that a process lives",
    "plumbing.Timer": "ids and instants; the sweeper opens the scope before it reads an event",
}


def violations(found: Iterable[type[models.Model]]) -> Iterator[str]:
    for model in found:
        if model._meta.label in GLOBAL:
            continue
        names = {field.attname for field in model._meta.local_fields}
        if "provider_id" not in names:
            yield f"{model._meta.label} has no provider_id and is not on the global list"
        for manager in model._meta.managers:
            if not _refuses(manager):
                yield f"{model._meta.label}.{manager.name} answers without a scope"


def _refuses(manager: models.Manager) -> bool:
    try:
        manager.get_queryset()
    except tenancy.Unscoped:
        return True
    return False


def test_every_model_is_scoped() -> None:
    assert not list(violations(ours()))


@pytest.mark.parametrize("label", sorted(GLOBAL))
def test_a_global_table_is_there_and_carries_no_words(label: str) -> None:
    model = {m._meta.label: m for m in ours()}[label]
    if label != "accounts.Provider":
        assert not [f.name for f in model._meta.local_fields if isinstance(f, models.TextField | models.JSONField)]
