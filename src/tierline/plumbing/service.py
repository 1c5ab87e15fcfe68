"""Where does a transaction begin? At a ``@service``, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from django.db import IntegrityError, transaction

from tierline.plumbing import constraints, once, tenancy
from tierline.plumbing.actor import Actor

P = ParamSpec("P")
R = TypeVar("R")


def service(function: Callable[P, R]) -> Callable[P, R]:
    """One durable transaction in the actor's scope. Refuses to be nested: use ``operations`` inside one.

    When the door named an idempotency key (``once``), the key is claimed first and the answer stored
    last, inside the same transaction, so an act and its remembered answer cannot part. A reference that
    the database's keys refuse comes out as the named error it stands for.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        actor = cast(Actor, kwargs["actor"])
        try:
            with tenancy.scoped(actor.provider_id, actor.enterprises, durable=True, person_id=actor.person_id):
                once.claim()
                result = function(*args, **kwargs)
                once.store(result)
                return result
        except IntegrityError as error:
            refusal = constraints.named(error)
            if refusal is None:
                raise
            raise refusal from error

    return run


def inside(verb: Callable[P, R]) -> Callable[P, R]:
    """The verb without a transaction of its own, for an act that is made of many verbs and stands or falls as one.

    The scope is the surrounding one's; what the verb checks, writes and announces is the same.
    """
    plain = cast(Callable[P, R], verb.__wrapped__)  # type: ignore[attr-defined]

    @wraps(plain)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        require_transaction()
        return plain(*args, **kwargs)

    return run


@contextmanager
def attempt() -> Iterator[None]:
    """A part of a service that may be refused alone: what it wrote is taken back, and the service goes on."""
    require_transaction()
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        refusal = constraints.named(error)
        if refusal is None:
            raise
        raise refusal from error


def require_transaction() -> None:
    """Operations run inside a service's transaction only."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an operation needs the transaction of a @service around it")
