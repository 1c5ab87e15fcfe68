"""An address of ours belongs to one enterprise of the whole installation."""

from __future__ import annotations

import pytest

from tests.support.world import AT, make_world
from tierline.accounts.operations import AlreadyThere
from tierline.channels import queries, services
from tierline.channels.tests.builders import make_mailbox
from tierline.domain.errors import Invalid, NotAllowed, NotFound
from tierline.plumbing import tenancy

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_address_is_taken_once_in_the_installation() -> None:
    world = make_world()
    make_mailbox(world.home, "Support+x@Us.example")
    with pytest.raises(AlreadyThere):
        make_mailbox(world.abroad, "support@us.example")
    assert queries.places(["support@us.example"])["support@us.example"].enterprise_id == world.home.enterprise_id


def test_the_first_mailbox_is_the_enterprises_default() -> None:
    home = make_world().home
    first = make_mailbox(home, "a@us.example")
    make_mailbox(home, "b@us.example")
    with tenancy.reading(home.system):
        box = queries.mailbox_of(home.enterprise_id)
        assert box is not None and box.id == first


def test_who_may_not_is_refused() -> None:
    home = make_world().home
    told = {"enterprise_id": home.enterprise_id, "address": "c@us.example", "at": AT}
    with pytest.raises(NotAllowed):
        services.add_mailbox(actor=home.people["l1"], **told)
    with pytest.raises(NotFound):
        services.add_mailbox(actor=home.system, service="no-such", **told)
    with pytest.raises(Invalid):
        services.add_mailbox(actor=home.system, **{**told, "address": "no address"})
    assert queries.places(["c@us.example"]) == {}
