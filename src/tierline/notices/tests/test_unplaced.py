"""Nobody may take it: the duty manager is told, once."""

from __future__ import annotations

import pytest

from tests.support.clock import Clock, clock
from tests.support.receiver import run_jobs
from tests.support.world import AT, make_place, make_provider
from tierline.desk import services as desk
from tierline.desk.events import TicketUnplaced
from tierline.desk.tests.builders import make_ticket
from tierline.notices import handlers, queries
from tierline.plumbing import tenancy
from tierline.workforce import services as workforce

__all__ = ["clock"]
pytestmark = pytest.mark.django_db(transaction=True)


def test_the_duty_manager_is_told_and_a_handler_run_twice_tells_nobody_twice(clock: Clock) -> None:
    place = make_place(make_provider("unplaced"), "unplaced", staff=("l1", "manager"))
    manager, l1 = place.people["manager"], place.people["l1"]
    desk.set_dispatch_rule(actor=manager, enterprise_id=place.enterprise_id, mode="push", at=AT)
    workforce.set_presence(actor=l1, presence="away", until=None, at=AT)
    ticket = make_ticket(place)
    run_jobs()
    event = TicketUnplaced(
        provider_id=place.provider_id, enterprise_id=place.enterprise_id, at=AT, ticket_id=ticket.id, id="again"
    )
    for _ in range(2):
        handlers.tell_unplaced(event)
    with tenancy.reading(manager):
        (found,) = queries.notices(manager, "all")
        steps = queries.steps([found.id])[found.id]
    assert (found.kind, found.ticket_id) == ("unplaced", ticket.id)
    assert sorted(s.event_id == "again" for s in steps) == [False, True]
    with tenancy.reading(l1):
        assert queries.notices(l1, "all") == []
