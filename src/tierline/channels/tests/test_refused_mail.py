"""Mail to an enterprise that cannot take tickets yet: kept, and taken when it comes again."""

from __future__ import annotations

import pytest

from tests.support.world import AT, make_world
from tierline.accounts import services as accounts
from tierline.agreements.services import set_up_enterprise
from tierline.channels import services
from tierline.channels.base import Raw
from tierline.channels.tests.builders import letter
from tierline.plumbing.actor import Actor, system

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("wired")]

KAIJI = "会计 <kuaiji@jia.example>"


def test_what_the_desk_refuses_is_parked_and_may_come_again() -> None:
    bare = accounts_without_agreement()
    message = letter(sender=KAIJI)
    receipt = services.receive(raws=[Raw(bytes(message))], at=AT, enterprise_id=bare.enterprises[0])[0]
    assert (receipt.outcome, receipt.reason) == ("parked", "no_agreement")
    set_up_enterprise(actor=bare, enterprise_id=bare.enterprises[0], zone="Asia/Shanghai", at=AT)
    again = services.receive(raws=[Raw(bytes(message))], at=AT, enterprise_id=bare.enterprises[0])[0]
    assert again.outcome == "ticket"


def accounts_without_agreement() -> Actor:
    world = make_world()
    enterprise_id = accounts.add_enterprise(
        actor=system(world.home.provider_id, ()),
        slug=f"bare-{world.home.slug}",
        name="bare",
        zone="Asia/Shanghai",
        language="zh-hans",
        at=AT,
    )
    return system(world.home.provider_id, (enterprise_id,))
