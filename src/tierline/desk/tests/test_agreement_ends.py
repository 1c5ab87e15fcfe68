"""An agreement that ends while a ticket is open: its clocks stay as promised, tickets after it get the next best."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.world import AT, Place, make_place, make_provider
from tierline.agreements import queries as agreements
from tierline.agreements import services
from tierline.agreements.operations import Whom, Wording
from tierline.desk import operations, queries
from tierline.desk import services as desk
from tierline.domain.terms import Terms
from tierline.plumbing import tenancy

pytestmark = pytest.mark.django_db(transaction=True)

END = AT + timedelta(days=1)


def place() -> Place:
    """Its customers have an agreement of their own until END; the first response of a P1 is 5 minutes there."""
    home = make_place(make_provider("ends", at=AT), "ends", staff=("manager",))
    terms = Terms.default().to_json()
    terms["targets"]["resolve"]["P1"] = {"hours": 48}
    given = {"actor": home.people["manager"], "enterprise_id": home.enterprise_id, "at": AT}
    services.publish_agreement(**given, wording=Wording("own", "专属", "Own", terms, AT, END))
    services.entitle(**given, agreement="own", whom=[Whom(customer_id=home.customers["甲公司"])], starts_at=AT)
    return home


def open_ticket(home: Place, at: object) -> object:
    item = operations.NewTicket(
        enterprise_id=home.enterprise_id,
        subject="停了",
        text="全部停了",
        requester_email=home.people["requester"].email,
        channel="portal",
        impact="extensive",
        urgency="critical",
    )
    return desk.open_tickets(actor=home.system, items=[item], at=at)[0]  # type: ignore[arg-type]


def test_running_clocks_stay_and_later_tickets_get_the_enterprises_default() -> None:
    home = place()
    before, after = open_ticket(home, AT), open_ticket(home, END)
    with tenancy.reading(home.system):
        codes = {
            v.id: v.agreement_code for v in agreements.versions([before.agreement_id, after.agreement_id]).values()
        }  # type: ignore[attr-defined]
        due = {
            t.id: next(
                r.due_at for r in queries.readings(home.system, t, at=END + timedelta(minutes=1)) if r.kind == "resolve"
            )
            for t in (before, after)  # type: ignore[attr-defined]
        }
    assert [codes[t.agreement_id] for t in (before, after)] == ["own", "standard"]  # type: ignore[attr-defined]
    assert due[before.id] == AT + timedelta(hours=48)  # type: ignore[attr-defined]
    assert due[after.id] == END + timedelta(hours=24)  # type: ignore[attr-defined]
