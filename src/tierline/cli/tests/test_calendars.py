"""``tierline calendars``: lists, shows and imports, and does nothing half."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tierline.accounts.tests.builders import World
from tierline.agreements import queries
from tierline.agreements.tests.builders import make_enterprise
from tierline.cli.calendars import command
from tierline.domain.calendars import YearUnpublished
from tierline.plumbing import tenancy

pytestmark = pytest.mark.django_db(transaction=True)

ICS = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:t\nBEGIN:VEVENT\nUID:1\nSUMMARY:盘点\nDTSTART;VALUE=DATE:{}1224\nEND:VEVENT\nEND:VCALENDAR\n"


@pytest.fixture
def world() -> World:
    return make_enterprise()[0]


def run(world: World, *words: str) -> Result:
    with tenancy.reading(world.system):
        pass
    return CliRunner().invoke(command, list(words))


def told(result: Result) -> Any:
    return json.loads(result.stdout)


def number(world: World) -> int:
    with tenancy.reading(world.system):
        return queries.calendar_version(world.enterprise_id, "office").number


def test_a_year_is_imported_and_shown(world: World) -> None:
    made = run(world, "import", "office", "--country", "cn", "--year", "2026", "--json")
    assert made.exit_code == 0, made.output
    assert (told(made)["number"], told(made)["carried"], len(told(made)["changes"])) == (2, ["standard"], 39)
    shown = told(run(world, "show", "office", "--json"))
    assert shown["calendar"]["exceptions"]["2026-02-14"] == [["09:00", "18:00"]]
    assert shown["days"]["2026-02-16"] == {"kind": "closed", "zh": "春节", "en": "Spring Festival"}
    assert "2026-02-14" in run(world, "show", "office").output


def test_the_same_again_makes_no_version(world: World) -> None:
    words = ("import", "office", "--country", "DE", "--subdivision", "BY", "--year", "2026", "--json")
    assert told(run(world, *words))["is_new"] is True
    assert (told(run(world, *words))["is_new"], number(world)) == (False, 2)


def test_a_dry_run_saves_nothing(world: World) -> None:
    made = run(world, "import", "office", "--country", "US", "--year", "2026", "--dry-run")
    assert ("2026-07-03" in made.output, number(world)) == (True, 1)


def test_an_unpublished_year_refuses_the_whole_command(world: World) -> None:
    refused = run(world, "import", "office", "--country", "CN", "--year", "2026", "--year", "2100")
    assert isinstance(refused.exception, YearUnpublished)
    assert number(world) == 1


def test_a_file_is_imported(world: World, tmp_path: Path) -> None:
    file = tmp_path / "days.ics"
    file.write_text(ICS.format(2027), encoding="utf-8")
    made = run(world, "import", "office", "--ics", str(file), "--keep-agreements", "--json")
    assert [(c["date"], c["name"]) for c in told(made)["changes"]] == [("2027-12-24", "盘点")]
    assert told(made)["carried"] == []


@pytest.mark.parametrize("words", [(), ("--country", "CN"), ("--ics", __file__, "--country", "CN", "--year", "2026")])
def test_wrong_usage(world: World, words: tuple[str, ...]) -> None:
    assert run(world, "import", "office", *words).exit_code == 2


def test_a_warning_is_an_exit_code(world: World) -> None:
    listed = run(world, "list", "--json")
    assert (listed.exit_code, [w["kind"] for w in told(listed)["warnings"]]) == (3, ["no_holidays"])
    assert run(world, "list").exit_code == 3
