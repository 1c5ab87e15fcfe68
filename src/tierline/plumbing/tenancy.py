"""Whose data is in reach: provider and enterprises, for one transaction, enforced by the database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import connection, models, transaction

from tierline.plumbing.actor import Actor


@dataclass(frozen=True, slots=True)
class Scope:
    """``person_id`` is who looks, None for the product itself: what is one person's own shows to nobody else."""

    provider_id: int
    enterprises: tuple[int, ...]
    person_id: int | None = None


class Unscoped(RuntimeError):
    """A scoped table was asked outside of a scope: a programming error, never a person's."""


_current: ContextVar[Scope | None] = ContextVar("tierline_scope", default=None)


def current() -> Scope:
    scope = _current.get()
    if scope is None:
        raise Unscoped("no provider in scope: open one with tenancy.scoped(...) or @service")
    return scope


@contextmanager
def scoped(
    provider_id: int, enterprises: Sequence[int], *, durable: bool = False, person_id: int | None = None
) -> Iterator[Scope]:
    """One transaction in which the database shows this provider and these enterprises only.

    The settings are local to the transaction, so nothing leaks to the connection's next user. A scope
    opened inside another one must not widen it, and the outer one's settings come back at the end.
    """
    outer = _current.get()
    whose = outer.person_id if outer is not None and person_id is None else person_id
    scope = Scope(provider_id, tuple(enterprises), whose)
    with transaction.atomic(durable=durable):
        _tell_database(scope)
        token = _current.set(scope)
        try:
            yield scope
        finally:
            _current.reset(token)
        if outer is not None:
            _tell_database(outer)


@contextmanager
def reading(actor: Actor) -> Iterator[Scope]:
    """A transaction for reads in the actor's reach."""
    with scoped(actor.provider_id, actor.enterprises, person_id=actor.person_id) as scope:
        yield scope


def _tell_database(scope: Scope) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('tierline.provider', %s, true), set_config('tierline.enterprises', %s, true),"
            " set_config('tierline.person', %s, true)",
            [
                str(scope.provider_id),
                "{" + ",".join(map(str, scope.enterprises)) + "}",
                "" if scope.person_id is None else str(scope.person_id),
            ],
        )


class ProviderManager(models.Manager[Any]):
    def get_queryset(self) -> models.QuerySet[Any]:
        return super().get_queryset().filter(provider_id=current().provider_id)


class EnterpriseManager(models.Manager[Any]):
    def get_queryset(self) -> models.QuerySet[Any]:
        scope = current()
        return super().get_queryset().filter(provider_id=scope.provider_id, enterprise_id__in=scope.enterprises)


class ProviderModel(models.Model):
    """A row of one provider."""

    id = models.BigAutoField(primary_key=True)
    provider_id = models.BigIntegerField()

    objects = ProviderManager()

    class Meta:
        abstract = True


class TenantModel(models.Model):
    """A row of one enterprise of one provider."""

    id = models.BigAutoField(primary_key=True)
    provider_id = models.BigIntegerField()
    enterprise_id = models.BigIntegerField()

    objects = EnterpriseManager()

    class Meta:
        abstract = True


def ref(to: str | type[models.Model], **options: Any) -> models.ForeignKey[Any, Any]:
    """A reference whose database key is the composite one made by ``tierline_key`` in a migration."""
    given: dict[str, Any] = {"related_name": "+", "db_constraint": False, "db_index": False, **options}
    return models.ForeignKey(to, on_delete=given.pop("on_delete", models.PROTECT), **given)
