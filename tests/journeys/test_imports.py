"""A manager uploads a file, says which column is what, has it checked, and has it brought over by the worker."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.support.clock import Clock, clock  # noqa: F401 - a fixture
from tests.support.receiver import run_jobs
from tests.support.world import AT, World, make_world
from tierline.desk import queries as desk
from tierline.imports.models import ImportedCase, ImportRun
from tierline.imports.services.uploading import bring_file
from tierline.plumbing import tenancy
from tierline.web.tests.builders import Browser

pytestmark = pytest.mark.django_db(transaction=True)

TABLE = "单号;标题;建单时间;备注\n" + "".join(
    f"{n};打印错位 {n};2020-01-{n % 28 + 1:02} 10:00;x\n" for n in range(1, 1201)
)
BAD = TABLE + "=1+1;坏的一行;昨天;x\n"


@pytest.fixture
def world(clock: Clock) -> World:  # noqa: F811
    return make_world(at=AT)


def uploaded(world: World, body: bytes, name: str = "旧系统.csv") -> tuple[Browser, str]:
    browser = Browser(world.home.people["manager"])
    browser.get("/imports/new")
    browser.submit(
        "/imports/new", enterprise=str(world.home.enterprise_id), files={"file": SimpleUploadedFile(name, body)}
    )
    assert browser.status == 200
    return browser, browser.path


def columns(**changes: str) -> dict[str, str]:
    return {"shape": "table", "c_key": "单号", "c_subject": "标题", "c_opened_at": "建单时间", **changes}


def test_checked_first_then_brought_over(world: World) -> None:
    browser, page = uploaded(world, BAD.encode("gb18030"))
    assert "打印错位 1" in browser.page
    assert '<option value="单号" selected>' in browser.page
    browser.submit(page, **columns(), zone="Asia/Shanghai", source="旧系统")
    assert "检查中" in browser.page
    assert not run_jobs()
    browser.get(page)
    assert "开始导入 1200 件" in browser.page
    with tenancy.reading(world.home.system):
        assert not ImportedCase.objects.exists()
    refusals = b"".join(browser.client.get(f"{page}/errors.csv").streaming_content).decode("utf-8-sig")
    assert refusals.splitlines()[1].startswith("'=1+1,invalid,")

    browser.get(page)
    browser.submit(f"{page}/begin")
    assert not run_jobs()
    browser.get(page)
    assert "已完成" in browser.page
    with tenancy.reading(world.home.system):
        run = ImportRun.objects.get()
        first = ImportedCase.objects.get(key="1")
        ticket = desk.ticket(world.home.system, first.ticket_id)
    assert (run.cases, run.opened, run.already_there, run.refused) == (1201, 1200, 0, 1)
    assert ticket.opened_at.isoformat() == "2020-01-02T02:00:00+00:00"


def test_a_job_that_was_cut_off_and_runs_again_doubles_nothing(world: World) -> None:
    browser, page = uploaded(world, TABLE.encode())
    browser.submit(page, **columns())
    run_jobs()
    browser.get(page)
    browser.submit(f"{page}/begin")
    run_jobs()
    run_id = int(page.rsplit("/", 1)[1])
    with tenancy.reading(world.home.system):
        ImportRun.objects.filter(id=run_id).update(state="running")
    bring_file(provider_id=world.home.provider_id, enterprise_id=world.home.enterprise_id, run_id=run_id)
    with tenancy.reading(world.home.system):
        assert ImportedCase.objects.count() == 1200


def test_a_file_that_cannot_be_read_says_so_and_nothing_begins(world: World) -> None:
    browser, page = uploaded(world, b"<html>no log</html>")
    assert "读不出来" in browser.page
    assert not browser.offers(f"{page}/begin")


def test_what_the_mapping_lacks_is_said_beside_it(world: World) -> None:
    browser, page = uploaded(world, TABLE.encode())
    browser.submit(page, shape="table", c_key="", c_opened_at="建单时间")
    assert browser.status == 422
    assert "请选择一列。" in browser.page


@pytest.mark.parametrize("who", ["l1", "auditor", "requester", "department"])
def test_only_managers_and_admins_import(world: World, who: str) -> None:
    _, page = uploaded(world, TABLE.encode())
    stranger = Browser(world.home.people[who])
    for path in ("/imports", "/imports/new", page, f"{page}/errors.csv"):
        assert stranger.client.get(path).status_code in (403, 404)


def test_another_enterprises_run_is_not_there(world: World) -> None:
    _, page = uploaded(world, TABLE.encode())
    from_abroad = Browser(world.abroad.people["l1"])
    assert from_abroad.client.get(page).status_code in (403, 404)
