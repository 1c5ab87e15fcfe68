"""What has a name is written down: events, errors, rights, settings, words, in the documents and in both languages."""

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.arch import tables
from tests.arch.tree import REPOSITORY
from tierline.cli.words import WORDS
from tierline.config import wiring
from tierline.domain import sla
from tierline.domain import ticket as row
from tierline.domain.events import RANK
from tierline.domain.lifecycle import Move, State
from tierline.domain.priority import Impact, Priority, Urgency
from tierline.domain.sla import fold
from tierline.domain.terms import WAITS
from tierline.plumbing.actor import ROLES

DOCS = REPOSITORY / "docs"
PREFIX = "TIERLINE_"
VARIABLE = re.compile(rf"{PREFIX}[A-Z_]*[A-Z]")
# Codes that say the same of every room's own thing.
SHARED = {"not_found"}
READ_BY = ("src", "tests", "deploy", "Makefile", "conftest.py", ".ci")


def glossary(text: str) -> list[list[str]]:
    """term, code words, 中文, means, not: of every row below a table's head."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    return [row for row in rows if row[0] != "term" and not row[0].startswith("---")]


def glossary_faults(rows: list[list[str]]) -> list[str]:
    short = [f"{row[0]}: a row has five cells, none empty" for row in rows if len(row) != 5 or not all(row)]
    twice = [
        f"{name} stands there twice"
        for column in (0, 2)
        for name, n in Counter(row[column] for row in rows).items()
        if n > 1
    ]
    return short + twice


def code_words(rows: list[list[str]]) -> set[str]:
    return {word for row in rows for word in re.findall(r"`([^`]+)`", row[1])}


def variables(root: Path, names: tuple[str, ...] = READ_BY) -> set[str]:
    """Every TIERLINE_ variable that the code reads or sets."""
    files = [p for name in names for p in ([root / name] if (root / name).is_file() else (root / name).rglob("*"))]
    texts = [p.read_text(encoding="utf-8") for p in files if p.is_file() and p.suffix in {".py", ".sh", ""}]
    return {name for text in texts for name in VARIABLE.findall(text)}


GLOSSARY = glossary((DOCS / "glossary.md").read_text(encoding="utf-8"))


def test_the_glossary_has_each_word_once() -> None:
    assert not glossary_faults(GLOSSARY)


def test_a_glossary_row_that_repeats_a_word_is_found() -> None:
    text = (
        "| term | code | 中文 | means | not |\n|---|---|---|---|---|\n| a | `a` | 甲 | x | y |\n| b | `b` | 甲 | x | |"
    )
    assert len(glossary_faults(glossary(text))) == 2


VOCABULARIES = {
    "states": State,
    "moves": Move,
    "impacts": Impact,
    "urgencies": Urgency,
    "priorities": Priority,
    "roles": ROLES,
    "clock kinds": sla.Kind,
    "clock states": (sla.IDLE, sla.RUNNING, sla.PAUSED, sla.MET, sla.BREACHED, sla.DISMISSED, sla.MERGED, sla.NO_REPLY),
    "reasons to wait": WAITS,
    "channels": [channel.slug for channel in wiring.CHANNELS],
}


@pytest.mark.parametrize("words", VOCABULARIES.values(), ids=VOCABULARIES)
def test_the_words_of_the_code_are_in_the_glossary(words) -> None:
    assert not {str(word) for word in words} - code_words(GLOSSARY)


def test_every_setting_is_documented_and_every_documented_one_is_read() -> None:
    text = (DOCS / "settings.md").read_text(encoding="utf-8")
    assert variables(REPOSITORY) == set(VARIABLE.findall(text))


def test_a_setting_that_nobody_documented_is_found(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "new.py").write_text(f"os.environ['{PREFIX}NEW']")
    assert variables(tmp_path, ("src",)) == {f"{PREFIX}NEW"}


@pytest.mark.parametrize("name", tables.PAGES)
def test_the_generated_tables_are_fresh(name: str) -> None:
    written = (DOCS / name).read_text(encoding="utf-8")
    assert written == tables.PAGES[name](), "run: .venv/bin/python -m tests.arch.tables"


@pytest.mark.parametrize("read", [row._READERS, fold._HANDLERS], ids=["the row", "the clocks"])
def test_every_event_that_is_read_is_in_the_vocabulary(read) -> None:
    assert not set(read) - set(RANK)


def test_a_code_means_one_refusal() -> None:
    """A kind of error may keep its parent's code; two strangers may not share one."""
    kinds = [kind for kind in tables.refusals() if kind.code not in SHARED]
    strangers = [
        (a.__name__, b.__name__)
        for a in kinds
        for b in kinds
        if a.code == b.code and a is not b and not issubclass(a, b) and not issubclass(b, a)
    ]
    assert not strangers


def test_the_command_lines_words_are_in_both_languages() -> None:
    assert not [code for code, (english, chinese) in WORDS.items() if not english or not chinese]
