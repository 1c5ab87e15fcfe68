"""``tierline mail receive``: one line a message, and an exit code that says whether all were taken."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.support.world import Place, make_place, make_provider
from tierline.cli.mail_receive import receive

pytestmark = pytest.mark.django_db(transaction=True)

MAIL = "From: 会计 <kuaiji@jia.example>\nSubject: 银企直连不通\nMessage-ID: <{n}@x.example>\n\n流水下载失败。\n"


@pytest.fixture
def home() -> Place:
    return make_place(make_provider("provider"), "home")


def run(*args: str | Path, stdin: str = "") -> Result:
    return CliRunner().invoke(receive, [str(a) for a in args], input=stdin)


def lines(result: Result) -> list[dict[str, str]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_files_folders_and_standard_input(home: Place, tmp_path: Path) -> None:
    folder = tmp_path / "mails" / "deeper"
    folder.mkdir(parents=True)
    for n in (1, 2):
        (folder / f"{n}.eml").write_text(MAIL.format(n=n))
    (tmp_path / "empty.eml").touch()
    result = run(
        tmp_path / "mails", "-", tmp_path / "empty.eml", "--enterprise", home.slug, "--json", stdin=MAIL.format(n=1)
    )
    assert result.exit_code == 0, result.output
    assert [(line["outcome"], line["ticket"], line["reason"]) for line in lines(result)] == [
        ("ticket", "TK-1", None),
        ("ticket", "TK-2", None),
        ("parked", "TK-1", "duplicate"),
        ("parked", None, "unreadable"),
    ]
    assert [line["file"] for line in lines(result)][2] == "-"


def test_in_words(home: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    file = tmp_path / "a.eml"
    file.write_text(MAIL.format(n=1))
    said = run(file, file, "--enterprise", home.slug).stdout.splitlines()
    assert said == [
        f"{file}: ticket TK-1",
        f"{file}: parked TK-1: duplicate (another copy of a message already received)",
        "2 of 2 messages taken",
    ]
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    said = run(file, "--enterprise", home.slug).stdout
    assert "另一份副本" in said
    assert said.endswith("共 1 封邮件，已接收 1 封\n")


def test_a_folder_gives_its_mails_and_nothing_hidden(home: Place, tmp_path: Path) -> None:
    for name in ("a.eml", "notes.txt", ".hidden.eml", ".git/b.eml"):
        (tmp_path / "mixed" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "mixed" / name).write_text(MAIL.format(n=name))
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "1234").write_text(MAIL.format(n="raw"))
    said = lines(run(tmp_path / "mixed", tmp_path / "raw", tmp_path / "mixed/notes.txt", "--json"))
    assert [Path(line["file"]).name for line in said] == ["a.eml", "1234", "notes.txt"]


def test_what_is_not_taken_says_why_and_stops_nothing(home: Place, tmp_path: Path) -> None:
    good = tmp_path / "good.eml"
    good.write_text(MAIL.format(n=1))
    result = run(tmp_path / "gone.eml", good, "--json")
    assert result.exit_code == 1
    assert [(line["outcome"], line["ticket"]) for line in lines(result)] == [("refused", None), ("ticket", "TK-1")]
    # A second provider, no address of ours: nobody may guess whose mail this is.
    make_place(make_provider("another"), "abroad")
    result = run(good, "--json")
    assert (result.exit_code, lines(result)[0]["reason"]) == (1, "mailbox_unknown")


def test_a_mailbox_that_is_nobodys_is_not_replaced_by_a_guess(home: Place, tmp_path: Path) -> None:
    good = tmp_path / "good.eml"
    good.write_text(MAIL.format(n=1))
    result = run(good, "--mailbox", "nobody@elsewhere.example", "--json")
    assert (result.exit_code, lines(result)[0]["reason"]) == (1, "mailbox_unknown")
