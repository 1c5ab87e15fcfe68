"""Every word that a person reads is there in Chinese and in English."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tests.arch import tables
from tests.arch.tree import PACKAGE, SOURCE, calls, modules
from tierline.cli.words import WORDS
from tierline.plumbing import catalogue

LANGUAGES = {"zh", "en"}
HOLE = re.compile(r"\{(\w*)[^}]*\}|%\((\w+)\)")
ASKED = re.compile(r"""\{%\s*(?:translate|trans|t)\s+["']([^"']+)["']""")
CALLS = {"gettext", "gettext_lazy", "_"}

LOCALE = SOURCE / PACKAGE / "locale"

# (file, key, words by language), as the product reads its tables.
Entries = Iterable[tuple[str, str, Mapping[str, str]]]


def faults(found: Entries) -> Iterator[str]:
    seen: dict[str, str] = {}
    for file, key, words in found:
        if key in seen:
            yield f"{key} is in {seen[key]} and in {file}"
        seen[key] = file
        if {language for language, text in words.items() if text.strip()} != LANGUAGES:
            yield f"{key} is not there in both languages"
        elif set(HOLE.findall(words["zh"])) != set(HOLE.findall(words["en"])):
            yield f"{key} has other holes in the other language"


def asked(source: Path) -> Iterator[tuple[str, str]]:
    """(where, key) of every key that code and templates name literally."""
    for module in modules(source):
        for call in calls(module):
            name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
            if name in CALLS and call.args and isinstance(call.args[0], ast.Constant):
                yield module.at(call, ""), str(call.args[0].value)
    for template in sorted((source / PACKAGE).rglob("*.html")):
        yield from ((template.name, key) for key in ASKED.findall(template.read_text(encoding="utf-8")))


def unworded(keys: Iterable[tuple[str, str]], found: Entries) -> list[str]:
    known = {key for _, key, _ in found}
    return sorted({f"{where} {key}" for where, key in keys if key not in known})


def test_every_word_is_in_both_languages_once() -> None:
    assert not list(faults(catalogue.entries(LOCALE)))


def test_every_refusal_has_its_sentence() -> None:
    codes = {kind.code for kind in tables.refusals()} - set(WORDS)
    assert not unworded((("", f"error.{code}") for code in codes), catalogue.entries(LOCALE))


def test_every_word_that_is_asked_for_is_there() -> None:
    assert not unworded(asked(SOURCE), catalogue.entries(LOCALE))


def test_planted_faults_are_found(tmp_path: Path) -> None:
    locale = tmp_path / PACKAGE / "locale"
    locale.mkdir(parents=True)
    (locale / "a.toml").write_text('"a" = { zh = "甲", en = "A" }\n"b" = { zh = "{n} 个", en = "several" }')
    (locale / "b.toml").write_text('"a" = { zh = "甲", en = "A" }\n"c" = { zh = "丙" }')
    (tmp_path / PACKAGE / "views.py").write_text('gettext("page.absent")')
    (tmp_path / PACKAGE / "page.html").write_text('{% translate "page.gone" %}{% translate "a" %}')
    assert len(list(faults(catalogue.entries(locale)))) == 3
    assert [line.split()[-1] for line in unworded(asked(tmp_path), catalogue.entries(locale))] == [
        "page.gone",
        "page.absent",
    ]
