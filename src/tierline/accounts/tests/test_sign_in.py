"""Signing in: the right password, the wrong one, and guessing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import override_settings

from tests.support.world import AT, PASSWORD, Place, make_place, make_provider
from tierline.accounts import queries, services
from tierline.accounts.services.keys import digest_of
from tierline.accounts.services.sign_in import ATTEMPTS, WITHIN, SignInRefused, TooManyAttempts
from tierline.audit import queries as audit
from tierline.plumbing import tenancy

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place() -> Place:
    return make_place(make_provider("door"), "door")


def test_the_right_password_brings_the_reach_of_that_instant(place: Place) -> None:
    l1 = place.people["l1"]
    actor = services.sign_in(email=f"  {l1.email.upper()} ", password=PASSWORD, at=AT)
    assert (actor.person_id, actor.enterprises, dict(actor.tiers)) == (
        l1.person_id,
        (place.enterprise_id,),
        {place.enterprise_id: 1},
    )
    with tenancy.reading(place.system):
        assert audit.lines(f"person:{l1.person_id}")[-1].action == "person.signed_in"


@pytest.mark.parametrize("email", ["nobody@x.example", "", "a\x00b@x.example", "\ud800@x.example"])
def test_an_unknown_name_is_refused_like_a_wrong_password(place: Place, email: str) -> None:
    with pytest.raises(SignInRefused):
        services.sign_in(email=email, password=PASSWORD, at=AT)
    with pytest.raises(SignInRefused):
        services.sign_in(email=place.people["l1"].email, password="wrong", at=AT)


def test_guessing_slows_down_and_time_heals(place: Place) -> None:
    email = place.people["l1"].email
    for _ in range(ATTEMPTS):
        with pytest.raises(SignInRefused):
            services.sign_in(email=email, password="guess", at=AT)
    with pytest.raises(TooManyAttempts):
        services.sign_in(email=email, password=PASSWORD, at=AT + timedelta(minutes=14))
    assert services.sign_in(email=email, password=PASSWORD, at=AT + WITHIN).email == email


def test_a_portal_knows_its_own_people_only(place: Place) -> None:
    other = make_place(place.provider_id, "door-2")
    requester = place.people["requester"].email
    assert services.sign_in(email=requester, password=PASSWORD, at=AT, enterprise_id=place.enterprise_id)
    with pytest.raises(SignInRefused):
        services.sign_in(email=requester, password=PASSWORD, at=AT, enterprise_id=other.enterprise_id)


@override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.ScryptPasswordHasher"])
def test_passwords_are_kept_as_scrypt(place: Place) -> None:
    services.add_person(
        actor=place.system, role="engineer", email="s@provider.example", name="s", password="a long secret", at=AT
    )
    [found] = queries.candidates("s@provider.example")
    assert found.password.startswith("scrypt$")
    assert services.sign_in(email="s@provider.example", password="a long secret", at=AT).name == "s"


def test_a_key_works_until_it_is_revoked_or_expires(place: Place) -> None:
    l1 = place.people["l1"]
    assert l1.person_id is not None
    expires = AT + timedelta(days=1)
    key = services.create_key(actor=l1, person_id=l1.person_id, at=AT, expires_at=expires)
    assert queries.key_owner(digest_of(key), at=AT) == (l1.provider_id, l1.person_id)
    assert queries.key_owner(digest_of(key), at=expires) is None
    assert queries.key_owner(digest_of(key + "x"), at=AT) is None
