"""What the room does when something was announced or fell due, however often it is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.support.clock import Clock, clock
from tests.support.world import AT, make_world
from tierline.answers import handlers
from tierline.answers.models import Answer, Sample
from tierline.answers.tests.builders import ASKED, make_article, make_proven
from tierline.answers.tests.test_answers import DAY, asked, automatic, figures, row_of, said
from tierline.desk.events import CustomerWrote, TicketOpened
from tierline.desk.tests.builders import make_ticket
from tierline.plumbing import tenancy
from tierline.plumbing.timers import Due, waking

__all__ = ["clock"]

pytestmark = pytest.mark.django_db(transaction=True)


def opened(ticket: Any, at: Any) -> TicketOpened:
    return TicketOpened(provider_id=ticket.provider_id, enterprise_id=ticket.enterprise_id, at=at, ticket_id=ticket.id)


def test_consider_opening_run_twice_answers_once(clock: Clock) -> None:
    home = make_world().home
    make_article(home)
    make_proven(home)
    automatic(home)
    ticket = make_ticket(home, text=ASKED)
    for _ in range(2):
        handlers.consider_opening(opened(ticket, AT))
    assert len(said(home, ticket)) == 1
    with tenancy.reading(home.system):
        assert Answer.objects.count() == 1


def test_another_ticket_counts_against_the_answer_and_hear_customer_run_twice_counts_once(clock: Clock) -> None:
    home = make_world().home
    make_article(home)
    make_proven(home)
    automatic(home)
    first = asked(home)
    second = make_ticket(home, at=AT + DAY, text="还有一个问题")
    handlers.consider_opening(opened(second, AT + DAY))
    told = CustomerWrote(
        provider_id=first.provider_id, enterprise_id=first.enterprise_id, at=AT + 2 * DAY, ticket_id=first.id, seq=9
    )
    for _ in range(2):
        handlers.hear_customer(told)
    row = row_of(home, first)
    assert row is not None
    assert row.wrote_again_at == AT + DAY
    assert figures(home, 8) == {"recontacted": 1}


def test_the_weekly_sample_of_a_job_that_runs_twice_is_drawn_once() -> None:
    home = make_world().home
    make_article(home)
    make_proven(home)
    automatic(home)
    asked(home)
    for _ in range(2):
        handlers.draw_sample(home.provider_id, home.enterprise_id, (AT + 7 * DAY).isoformat())
    with tenancy.reading(home.system):
        assert Sample.objects.count() == 1


def test_the_timer_of_the_sample_sets_the_week_after() -> None:
    home = make_world().home
    due = Due(1, home.provider_id, home.enterprise_id, handlers.DRAW, home.enterprise_id, "", AT, 1)
    with tenancy.scoped(home.provider_id, [home.enterprise_id], durable=True):
        handlers.draw_due([due], AT + timedelta(days=15))
        assert list(waking([handlers.DRAW], [home.enterprise_id]).values()) == [AT + timedelta(days=21)]
