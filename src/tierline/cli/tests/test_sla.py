"""``tierline sla``: what is printed, in which language, and how it ends."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tierline.cli.sla import group, sla
from tierline.domain.sla import Story, read_story

OPENED = {"type": "opened", "at": "2026-02-13T17:00:00+08:00", "role": "requester"}
STORY = {
    "calendar": {
        "zone": "Asia/Shanghai",
        "id": "CN",
        "weekly": {"fri": [["09:00", "12:00"], ["13:30", "18:00"]]},
        "exceptions": {"2026-02-14": [["09:00", "12:00"], ["13:30", "18:00"]]},
    },
    "agreement": {"calendar_of": {"P3": "office"}, "targets": {"resolve": {"P3": {"hours": 8}}}},
    "events": [{**OPENED, "payload": {"by": "customer", "priority": "P3"}}],
    "at": "2026-02-14T12:00:00+08:00",
}
CASE = {
    "id": "one",
    "kind": "add_business_time",
    "calendar": {"timezone": "UTC", "hours": {"mon": [["09:00", "17:00"]]}},
    "input": {"start": "2026-06-01T12:00:00Z", "seconds": 3600},
    "expected": {"result": "2026-06-01T13:00:00Z"},
}
WRONG = {**CASE, "id": "two", "expected": {"result": "2026-06-01T14:00:00Z"}}


def saved(folder: Path, value: object) -> str:
    path = folder / "given.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    return str(path)


def run(*words: str, language: str = "en_US.UTF-8") -> Result:
    return CliRunner().invoke(sla, words, env={"LC_ALL": language, "LC_MESSAGES": "", "LANG": ""})


def test_explain_answers_why_it_is_due_then(tmp_path: Path) -> None:
    found = run("explain", saved(tmp_path, STORY), "--zone", "Europe/Berlin")
    assert found.exit_code == 0
    assert "2026-02-13 17:00:00+08:00 → 2026-02-14 12:00:00+08:00" in found.output
    assert "[2026-02-13 10:00:00+01:00 → 2026-02-14 05:00:00+01:00]" in found.output
    assert "CN v1" in found.output
    assert "sum 4:00:00, target 8:00:00; due 2026-02-14 17:30:00+08:00 (2026-02-14 10:30:00+01:00)" in found.output


def test_explain_speaks_chinese(tmp_path: Path) -> None:
    found = run("explain", saved(tmp_path, STORY), language="zh_CN.UTF-8").output
    assert "解决时限  P3  计时中" in found
    assert "合计 4:00:00，目标 8:00:00" in found


def test_explain_as_data_adds_up(tmp_path: Path) -> None:
    told = json.loads(run("explain", saved(tmp_path, STORY), "--json").output)
    [clock] = told["clocks"]
    assert told["at"] == "2026-02-14T04:00:00Z"
    assert clock["due_at"] == "2026-02-14T09:30:00Z"
    assert (
        sum(s["counted_microseconds"] for s in clock["segments"]) == clock["consumed_microseconds"] == 4 * 3600 * 10**6
    )


def test_explain_of_another_moment_and_of_what_was_known_then(tmp_path: Path) -> None:
    later = {"type": "resolved", "at": "2026-02-13T17:30:00+08:00", "recorded_at": "2026-02-14T10:00:00+08:00"}
    path = saved(tmp_path, {**STORY, "events": [*STORY["events"], {**later, "role": "engineer"}]})

    def state(*more: str) -> str:
        return json.loads(run("explain", path, "--json", *more).output)["clocks"][0]["state"]

    assert state("--at", "2026-02-13T17:15:00+08:00") == "running"
    assert state("--known-at", "2026-02-14T09:59:59+08:00") == "running"
    assert state() == "met"


def test_explain_without_an_agreement_uses_the_promises_that_ship(tmp_path: Path) -> None:
    told = json.loads(run("explain", saved(tmp_path, {"events": STORY["events"]}), "--json").output)
    assert {clock["kind"] for clock in told["clocks"]} == {"grading", "first_response", "restore", "resolve"}


def test_explain_of_a_ticket_asks_whoever_knows_tickets() -> None:
    asked: list[tuple[str, str | None]] = []

    def story_of(number: str, enterprise: str | None) -> Story:
        asked.append((number, enterprise))
        return read_story(STORY)

    found = CliRunner().invoke(group(story_of), ["explain", "TK-1", "--enterprise", "yunsuan", "--json"])
    assert (found.exit_code, asked) == (0, [("TK-1", "yunsuan")])


REFUSED = [
    ("no such file", "explain", "absent.json", None, 1, "There is no file"),
    ("no JSON", "explain", None, "{", 1, "cannot be read"),
    ("an unknown zone", "explain", None, {**STORY, "calendar": {**STORY["calendar"], "zone": "X/Y"}}, 1,
     "no time zone “X/Y”"),
    ("no events", "explain", None, {"events": []}, 1, "events"),
    ("an unknown event", "explain", None, {"events": [{**OPENED, "type": "sneezed"}]}, 1, "sneezed"),
    ("a misspelt key", "explain", None, {**STORY, "event": []}, 1, "event"),
    ("no such file of cases", "check", "absent.json", None, 2, "does not exist"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("verb", "path", "value", "code", "said"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_a_refusal_is_one_sentence(tmp_path: Path, verb: str, path, value, code: int, said: str) -> None:
    if path is None:
        path = saved(tmp_path, value)
        Path(path).write_text(value, encoding="utf-8") if isinstance(value, str) else None
    found = run(verb, path)
    assert found.exit_code == code
    assert said in found.stderr


def test_check_prints_the_ledger_of_a_difference_only(tmp_path: Path) -> None:
    found = run("check", saved(tmp_path, [CASE, WRONG]))
    assert found.exit_code == 3
    lines = found.output.splitlines()
    assert lines[0] == "one  pass"
    assert lines[1] == "two  differs"
    assert '"counted_microseconds": 3600000000' in found.output
    assert lines[-1] == "2 cases: 1 pass, 1 differ, 0 in error"


def test_check_as_data_has_a_row_per_case(tmp_path: Path) -> None:
    rows = json.loads(run("check", saved(tmp_path, [CASE, WRONG, 7]), "--json").output)
    assert [(row["id"], row["verdict"]) for row in rows] == [("one", "pass"), ("two", "differs"), ("", "error")]
    assert rows[1]["got"] == {"result": "2026-06-01T13:00:00Z"}


def test_when_every_case_passes_the_command_does(tmp_path: Path) -> None:
    assert run("check", saved(tmp_path, [CASE])).exit_code == 0


def test_help_shows_a_file_that_works(tmp_path: Path) -> None:
    """The JSON in --help is run as it stands there."""
    shown = run("explain", "--help").output
    text = shown[shown.index('{"calendar"') : shown.index("Without agreement")]
    found = run("explain", saved(tmp_path, json.loads(text)), "--json")
    assert json.loads(found.output)["at"] == datetime.fromisoformat("2026-02-14T04:00:00+00:00").strftime(
        "%Y-%m-%dT%XZ"
    )
