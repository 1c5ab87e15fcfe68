"""An imported ticket on its page and in the queue, as any other."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.support.clock import Clock, clock
from tests.support.world import AT, PASSWORD, World, make_world
from tierline.imports import services
from tierline.imports.shapes.tiered import TieredLog

__all__ = ["clock"]
pytestmark = pytest.mark.django_db(transaction=True)

HEADER = ("case_id", "timestamp", "status", "sub_status", "impact", "support_team", "support_line", "product")
ROWS = [
    ("1-42", "2012-01-02T08:00:00", "Accepted", "In Progress", "Medium", "G1", "1", "PROD1"),
    ("1-42", "2012-01-03T08:00:00", "Accepted", "In Progress", "Medium", "G2 2nd", "2", "PROD1"),
    ("1-42", "2012-01-04T08:00:00", "Accepted", "Wait - User", "Medium", "G2 2nd", "2", "PROD1"),
    ("1-42", "2012-01-05T08:00:00", "Queued", "Awaiting Assignment", "Medium", "G1", "1", "PROD1"),
]


@pytest.mark.parametrize("end", ["Resolved", "Closed", "In Progress"])
def test_its_page_and_the_queue_show_it(end: str, clock: Clock) -> None:
    world: World = make_world()
    clock.set(AT)
    last = ("1-42", "2012-01-06T08:00:00", "Completed", end, "Medium", "G1", "1", "PROD1")
    case = TieredLog().case([dict(zip(HEADER, row, strict=True)) for row in (*ROWS, last)])
    scope = {"actor": world.home.system, "enterprise_id": world.home.enterprise_id, "at": AT}
    run = services.start_run(**scope, file="log.csv", sha256="0" * 64, shape="tiered_log")
    assert [b.opened for b in services.import_cases(**scope, run=run, cases=[case])] == [1]
    browser = Client()
    browser.post("/signin", {"email": world.home.people["l1"].email, "password": PASSWORD})
    page = browser.get("/tickets/TK-1")
    assert page.status_code == 200
    assert "PROD1 1-42" in page.content.decode()
    queue = browser.get("/queue").content.decode()
    assert ("TK-1" in queue) == (end == "In Progress")
