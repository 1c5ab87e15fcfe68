"""Signing in with a password. Guessing slows down, and a wrong name costs as much time as a wrong password."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from tierline.accounts import queries
from tierline.accounts.models import Person, SignInFailure
from tierline.audit.operations import Act, record
from tierline.domain.errors import DomainError
from tierline.domain.text import is_storable
from tierline.plumbing import tenancy
from tierline.plumbing.actor import Actor

ATTEMPTS, WITHIN = 10, timedelta(minutes=15)


class SignInRefused(DomainError):
    """Name or password do not fit; which of them is not said."""

    code = "sign_in_refused"


class TooManyAttempts(DomainError):
    """Too many failures for this address; ``minutes`` says until when."""

    code = "too_many_attempts"


def sign_in(*, email: str, password: str, at: datetime, enterprise_id: int | None = None) -> Actor:
    """The person as an actor. Raises SignInRefused or TooManyAttempts; both are remembered by address digest."""
    digest = hashlib.sha256(email.strip().lower().encode("utf-8", "replace")).digest()
    _refuse_guessing(digest, at)
    known = queries.candidates(email, enterprise_id=enterprise_id) if is_storable(email) else []
    with_password = [found for found in known if found.password]
    for found in with_password:
        if check_password(password, found.password):
            return _welcome(found, at)
    if not with_password:
        make_password(password)
    with transaction.atomic(durable=True):
        SignInFailure.objects.create(digest=digest, at=at)
    raise SignInRefused()


def signed_out(*, actor: Actor, at: datetime) -> None:
    with tenancy.scoped(actor.provider_id, actor.enterprises, durable=True):
        record(actor, [Act(f"person:{actor.person_id}", "person.signed_out", actor.own_enterprise_id)], at=at)


def _refuse_guessing(digest: bytes, at: datetime) -> None:
    recent = SignInFailure.objects.filter(digest=digest, at__gt=at - WITHIN, at__lte=at)
    if recent.count() >= ATTEMPTS:
        raise TooManyAttempts(minutes=int(WITHIN.total_seconds() // 60))


def _welcome(found: queries.Candidate, at: datetime) -> Actor:
    actor = queries.actor(found.provider_id, found.person_id, at=at, channel="web")
    if actor is None:
        raise SignInRefused()
    with tenancy.scoped(actor.provider_id, actor.enterprises, durable=True):
        Person.objects.filter(id=found.person_id).update(last_login=at)
        record(actor, [Act(f"person:{found.person_id}", "person.signed_in", found.enterprise_id)], at=at)
    return actor
