"""What holds for every page: the policy, the words, the files."""

import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from tierline.web import assets, faces
from tierline.web.pages import story
from tierline.web.templatetags import ui

ROOT = Path(assets.__file__).resolve().parents[1]
TEMPLATES = sorted(ROOT.glob("*/templates/**/*.html"))
MODULES = sorted(
    [
        *(p for p in ROOT.glob("web/**/*.py") if "tests" not in p.parts),
        *ROOT.glob("desk/views/*.py"),
        ROOT / "desk/forms.py",
    ]
)

FORBIDDEN = [
    ("an inline style", re.compile(r"\sstyle=")),
    ("a style element", re.compile(r"<style")),
    ("an inline handler", re.compile(r"\son[a-z]+=")),
    ("an inline script", re.compile(r"<script(?![^>]*\bsrc=)")),
    ("a foreign address", re.compile(r"(?:src|href|action)=\"(?:https?:)?//")),
    ("unescaped output", re.compile(r"\|\s*safe\b|autoescape off")),
]


@pytest.mark.parametrize("pattern", [row[1] for row in FORBIDDEN], ids=[row[0] for row in FORBIDDEN])
def test_no_template_has(pattern: re.Pattern[str]) -> None:
    assert TEMPLATES
    assert [t.name for t in TEMPLATES if pattern.search(t.read_text(encoding="utf-8"))] == []


def words() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for path in (ROOT / "locale").rglob("*.toml"):
        found.update(tomllib.loads(path.read_text(encoding="utf-8")))
    return found


def test_every_word_that_pages_name_is_there_in_both_languages() -> None:
    catalogue = words()
    named = set()
    for path in [*TEMPLATES, *MODULES]:
        named |= set(re.findall(r"""["'](page\.[a-z0-9_.-]*[a-z0-9])["']""", path.read_text(encoding="utf-8")))
    assert len(named) > 150
    assert sorted(key for key in named if not all(catalogue.get(key, {}).get(k) for k in ("zh", "en"))) == []


def test_both_languages_fill_in_the_same_facts() -> None:
    facts = re.compile(r"{(\w+)}")
    uneven = [k for k, w in words().items() if set(facts.findall(w["zh"])) != set(facts.findall(w["en"]))]
    assert [key for key in uneven if key.startswith("page.")] == []


def test_files_keep_for_ever_under_their_build_and_are_asked_again_under_another() -> None:
    client = Client()
    address = assets.address("web/app.css")
    answer = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200
    assert answer["Content-Encoding"] == "gzip"
    assert "immutable" in answer["Cache-Control"]
    old = client.get("/static/000000000000/web/app.css")
    assert old["Cache-Control"] == "no-cache"
    again = client.get(address, headers={"If-None-Match": old["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("path", ["web/../../assets.py", "web/none.css", "../middleware.py", ""])
def test_nothing_else_is_served(path: str) -> None:
    assert Client().get(f"/static/{assets.build().name}/{path}").status_code == 404


COUNTDOWNS = [
    ("under an hour counts seconds", 412, "06:52"),
    ("exactly an hour counts minutes", 3600, "1h 00m"),
    ("over an hour", 4440, "1h 14m"),
    ("over a day", 183_600, "2d 3h"),
    ("late has a minus", -252, "−04:12"),
]


@pytest.mark.parametrize(("seconds", "shown"), [row[1:] for row in COUNTDOWNS], ids=[row[0] for row in COUNTDOWNS])
def test_countdown(seconds: int, shown: str) -> None:
    assert faces.countdown(seconds) == shown


INITIALS = [
    ("the last character of a Chinese name", "林晓彤", "彤"),
    ("the first letter of others", "amy Harbour", "A"),
    ("nobody has none", "  ", "·"),
]


@pytest.mark.parametrize(("name", "shown"), [row[1:] for row in INITIALS], ids=[row[0] for row in INITIALS])
def test_initial(name: str, shown: str) -> None:
    assert ui.initial(name) == shown


GREETINGS = [
    ("half past three at night is no evening", 3, 31, "night"),
    ("five is early", 5, 0, "early"),
    ("nine is morning", 9, 0, "morning"),
    ("eleven is noon", 11, 0, "noon"),
    ("one is afternoon", 13, 0, "afternoon"),
    ("six is evening", 18, 0, "evening"),
    ("before midnight still", 23, 59, "evening"),
    ("midnight is night", 0, 0, "night"),
]


@pytest.mark.parametrize(("hour", "minute", "part"), [row[1:] for row in GREETINGS], ids=[row[0] for row in GREETINGS])
def test_the_greeting_fits_the_readers_hour(hour: int, minute: int, part: str) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    with timezone.override(berlin):
        assert story.part_of_day(datetime(2026, 7, 1, hour, minute, tzinfo=berlin).astimezone(UTC)) == part
