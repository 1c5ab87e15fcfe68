"""What the requester says of a ticket: once it is verified, by nobody else, and not for ever."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.support.world import AT, Place, make_world
from tierline.audit import queries as audit
from tierline.desk import services as desk
from tierline.desk.tests.builders import do, make_resolved
from tierline.domain.errors import Invalid, NotAllowed, NotFound
from tierline.plumbing import tenancy
from tierline.review import queries
from tierline.review.services import RatingClosed, RatingTooEarly, rate_ticket

pytestmark = pytest.mark.django_db(transaction=True)

VERIFIED_AT = AT + timedelta(hours=2)


def make_verified(place: Place) -> Any:
    return do(desk.verify_tickets, place.people["requester"], make_resolved(place), 120, accepted=True)


def rate(place: Place, ticket: Any, score: int, *, who: str = "requester", hours: float = 1, **more: Any) -> Any:
    at = VERIFIED_AT + timedelta(hours=hours)
    return rate_ticket(actor=place.people[who], ticket_id=ticket.id, score=score, at=at, **more)


def test_a_rating_is_kept_and_stands_on_the_tickets_record() -> None:
    home = make_world().home
    ticket = make_verified(home)
    rate(home, ticket, 4, comment="很快")
    with tenancy.reading(home.people["l1"]):
        found = queries.ratings([ticket.id])[ticket.id]
        last = audit.lines(f"ticket:{ticket.id}")[-1]
    assert (found.score, found.comment, found.by_id) == (4, "很快", home.people["requester"].person_id)
    assert (last.action, last.facts) == ("ticket.rated", {"score": 4, "was": None})


def test_it_can_be_changed_within_seven_days_of_the_first_word() -> None:
    home = make_world().home
    ticket = make_verified(home)
    rate(home, ticket, 2, hours=1)
    changed = rate(home, ticket, 5, hours=24 * 7)
    assert (changed.score, changed.at) == (5, VERIFIED_AT + timedelta(hours=1))
    with pytest.raises(RatingClosed):
        rate(home, ticket, 1, hours=24 * 7 + 1)


def test_before_it_is_verified_there_is_nothing_to_rate() -> None:
    home = make_world().home
    with pytest.raises(RatingTooEarly):
        rate(home, make_resolved(home), 5)


@pytest.mark.parametrize("score", [0, 6, -1])
def test_a_score_is_one_of_five(score: int) -> None:
    home = make_world().home
    with pytest.raises(Invalid):
        rate(home, make_verified(home), score)


@pytest.mark.parametrize("who", ["l1", "manager", "auditor", "department"])
def test_only_a_requester_rates(who: str) -> None:
    home = make_world().home
    with pytest.raises(NotAllowed):
        rate(home, make_verified(home), 5, who=who)


def test_a_colleague_of_the_requester_knows_no_such_ticket() -> None:
    home = make_world().home
    with pytest.raises(NotFound):
        rate(home, make_verified(home), 5, who="colleague")


def test_another_enterprise_reads_none_of_it() -> None:
    world = make_world()
    ticket = make_verified(world.home)
    rate(world.home, ticket, 3)
    with tenancy.reading(world.neighbour.people["l1"]):
        assert queries.ratings([ticket.id]) == {}


def test_it_is_offered_exactly_when_it_would_be_taken() -> None:
    home = make_world().home
    requester, ticket = home.people["requester"], make_verified(home)
    given = rate(home, ticket, 3)
    asked = [
        queries.may_rate(requester, ticket, None, at=VERIFIED_AT),
        queries.may_rate(home.people["l1"], ticket, None, at=VERIFIED_AT),
        queries.may_rate(requester, ticket, given, at=given.changeable_until - timedelta(microseconds=1)),
        queries.may_rate(requester, ticket, given, at=given.changeable_until),
    ]
    assert asked == [True, False, True, False]
