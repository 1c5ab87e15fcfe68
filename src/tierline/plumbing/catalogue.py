"""The words of the product: one TOML table per room, Chinese and English side by side, compiled for gettext.

``"error.stale_version" = { zh = "…", en = "…" }`` - the key is the msgid, placeholders are {named}.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

SOURCE = Path(__file__).resolve().parents[1] / "locale"
LANGUAGES = {"zh": "zh_Hans", "en": "en"}


class Duplicate(ValueError):
    """Two rooms define the same key: a programming error."""


def entries(source: Path = SOURCE) -> Iterator[tuple[str, str, dict[str, str]]]:
    """(file, key, {zh, en}) of every table, in file order."""
    for path in sorted(source.rglob("*.toml")):
        for key, words in tomllib.loads(path.read_text(encoding="utf-8")).items():
            yield path.name, key, words


def compile_into(target: Path, source: Path = SOURCE) -> bool:
    """Write <target>/<locale>/LC_MESSAGES/django.mo when a table is newer; whether it did."""
    files = [target / locale / "LC_MESSAGES" / "django.mo" for locale in LANGUAGES.values()]
    newest = max((p.stat().st_mtime_ns for p in source.rglob("*.toml")), default=0)
    if all(file.exists() and file.stat().st_mtime_ns >= newest for file in files):
        return False
    rows = list(entries(source))
    for language, file in zip(LANGUAGES, files, strict=True):
        _write(file, _catalogue(language, rows))
    return True


def _catalogue(language: str, rows: list[tuple[str, str, dict[str, str]]]) -> Catalog:
    catalogue = Catalog(locale=LANGUAGES[language])
    for file, key, words in rows:
        if key in catalogue:
            raise Duplicate(f"{file}: {key}")
        catalogue.add(key, words[language])
    return catalogue


def _write(file: Path, catalogue: Catalog) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(f".{os.getpid()}")
    with fresh.open("wb") as output:
        write_mo(output, catalogue)
    fresh.replace(file)
