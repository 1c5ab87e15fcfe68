"""The command line's sentences: complete in both languages, chosen by the locale, one sentence each."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import string
from pathlib import Path

import pytest

import tierline.cli
from tierline.cli import COMMANDS, words
from tierline.cli.words import WORDS, say
from tierline.domain.errors import DomainError, NotFound
from tierline.plumbing.home import CannotStart


def _names(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def _refusals() -> list[type[CannotStart]]:
    for module in pkgutil.iter_modules(tierline.cli.__path__, "tierline.cli."):
        importlib.import_module(module.name)
    found, new = set(), {CannotStart}
    while new:
        found |= new
        new = {child for kind in new for child in kind.__subclasses__()} - found
    return sorted(found - {CannotStart}, key=lambda kind: kind.code)


@pytest.mark.parametrize("code", WORDS)
def test_both_languages_say_the_same_facts(code: str) -> None:
    english, chinese = WORDS[code]
    assert _names(english) == _names(chinese)
    assert re.search(r"[\u3000-\u9fff\uff00-\uffef]", chinese) or chinese == english
    assert not re.search(r"[\u4e00-\u9fff]", english) or "三线" in english


def test_every_refusal_has_words() -> None:
    assert [kind.code for kind in _refusals() if kind.code not in WORDS] == []


def test_every_command_is_described() -> None:
    assert [name for name in COMMANDS if f"help_{name}" not in WORDS] == []


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_TW.UTF-8"}, "zh"),
    ],
    ids=["nothing set", "Chinese", "C locale", "LC_ALL wins over LANG", "LC_MESSAGES wins over LANG"],
)
def test_the_locale_chooses(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], language: str) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert say("stopped") == WORDS["stopped"][("en", "zh").index(language)]


def test_an_error_of_a_room_is_still_said() -> None:
    class Odd(CannotStart):
        code = "odd_in_a_test"

    assert words.sentence(Odd(ticket=7)) == "odd_in_a_test (ticket=7)"


def _raised() -> list[tuple[str, type[DomainError], set[str]]]:
    """(where, kind, names of the facts) of every ``raise Kind(...)`` in the modules of the command line."""
    found = []
    for info in pkgutil.iter_modules(tierline.cli.__path__, "tierline.cli."):
        if info.ispkg:
            continue
        module = importlib.import_module(info.name)
        tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and isinstance(node.exc.func, ast.Name):
                kind = getattr(module, node.exc.func.id, None)
                if isinstance(kind, type) and issubclass(kind, DomainError):
                    found.append((f"{info.name}:{node.lineno}", kind, {str(k.arg) for k in node.exc.keywords}))
    return found


@pytest.mark.parametrize("language", ["en_US.UTF-8", "zh_CN.UTF-8"])
@pytest.mark.parametrize(("kind", "facts"), [(k, f) for _, k, f in _raised()], ids=[where for where, _, _ in _raised()])
def test_what_the_commands_raise_is_a_sentence_with_its_facts(
    monkeypatch: pytest.MonkeyPatch, kind: type[DomainError], facts: set[str], language: str
) -> None:
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("LC_MESSAGES", language)
    said = words.sentence(kind(**{name: f"<{name}>" for name in facts}))
    assert not said.startswith(f"{kind.code} (")
    assert "?" not in said
    assert bool(re.search(r"[\u4e00-\u9fff]", said)) == language.startswith("zh")


@pytest.mark.parametrize(("language", "begins"), [("en_US.UTF-8", "No such ticket"), ("zh_CN.UTF-8", "没有找到")])
def test_an_error_of_a_room_has_the_catalogues_words(
    monkeypatch: pytest.MonkeyPatch, language: str, begins: str
) -> None:
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("LC_MESSAGES", language)
    said = words.sentence(NotFound(what="ticket", value="TK-99"))
    assert said.startswith(begins)
    assert said.endswith("[value=TK-99]")
