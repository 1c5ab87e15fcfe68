"""``tierline tickets import``: the history of another desk, looked at first and then brought over."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import click

from tierline.cli import product
from tierline.cli.words import say, sentence
from tierline.domain.errors import DomainError
from tierline.imports.base import Batch, Case, Refused, UnreadableMapping
from tierline.imports.queries import Export
from tierline.plumbing import clock

# Refused cases are counted without end; so many of them are listed in the JSON answer. Each is a line on stderr.
_LISTED = 1000
_BLOCK = 1 << 20
_BATCH = 500


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--enterprise", metavar="SLUG", help="Needed where there are several enterprises.")
@click.option("--shape", metavar="NAME", default="", help="How the file is laid out, where its columns do not say so.")
@click.option("--mapping", metavar="MAP", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", metavar="NAME", default="", help="Whose keys these are; the shape's name otherwise.")
@click.option("--dry-run", is_flag=True, help="Count and check; nothing is written.")
@click.option("--json", "as_json", is_flag=True, help="One JSON value on stdout.")
@click.option("--limit", type=click.IntRange(1), help="Only the first so many cases.")
@click.pass_context
def import_(ctx: click.Context, /, file: Path, dry_run: bool, **asked: Any) -> None:
    """Bring tickets over from another desk, with their own times. FILE: CSV, TSV, XES or JSON, also gzipped.

    \b
    Shapes: tiered_log, servicenow, zammad, glpi, rt are known by their columns. Any other table needs --mapping, a
    TOML or JSON file that says which column is what (docs/guides/import.md).

    Imported tickets carry a flag, have no SLA clocks and tell nobody. A case that is there already is passed over, so
    the same command again takes up a run that was cut off. A case that is refused is named on stderr with its reason
    and stops no other. --dry-run prints figures over the file and works without a running product; already_there is
    told where one runs.

    \b
    Exit codes: 0 every case is a ticket (dry run: would be), 1 refused (reason on stderr; batches that were
    done stay done), 3 done but for the cases that were refused, 2 wrong usage.
    """
    mapping = _mapping(asked["mapping"]) if asked["mapping"] else None
    export = Export(file, at=clock.now(), shape=asked["shape"], mapping=mapping, limit=asked["limit"])
    told = {"file": file.name, "shape": export.shape}
    tally = _Tally(is_dry=dry_run)
    if dry_run:
        _look(export, tally, asked["enterprise"], asked["source"] or export.shape)
        told = {**export.figures(), **told}
    else:
        _bring(export, tally, file, mapping, asked)
    if asked["as_json"]:
        product.show({**told, **tally.to_json()})
    else:
        _print(told, tally)
    ctx.exit(3 if tally.refused else 0)


class _Tally:
    """What became of the cases so far; each refusal and each batch is a line on stderr."""

    def __init__(self, *, is_dry: bool) -> None:
        self.is_dry = is_dry
        self.cases = self.opened = self.refused = 0
        self.already_there: int | None = 0
        self.run: int | None = None
        self._listed: list[dict[str, Any]] = []

    def take(self, told: Batch) -> None:
        self.cases += told.cases
        self.opened += told.opened
        if self.already_there is not None:
            self.already_there += told.already_there
        for refusal in told.refused:
            self._refuse(refusal)
        click.echo(say("import_progress", cases=self.cases, opened=self.opened, refused=self.refused), err=True)

    def to_json(self) -> dict[str, Any]:
        told: dict[str, Any] = {"would_open" if self.is_dry else "opened": self.opened}
        if not self.is_dry:
            told = {"run": self.run, "cases": self.cases, **told}
        if self.already_there is not None:
            told["already_there"] = self.already_there
        told["refused"] = self.refused
        return told | ({"refusals": self._listed} if self._listed else {})

    def _refuse(self, refusal: Refused) -> None:
        self.refused += 1
        click.echo(say("import_refused", key=refusal.key, reason=sentence(refusal.error)), err=True)
        if len(self._listed) < _LISTED:
            error = {"code": refusal.error.code, "facts": refusal.error.facts}
            self._listed.append({"key": refusal.key, "error": error})


def _look(export: Export, tally: _Tally, enterprise: str | None, source: str) -> None:
    known = _Known(enterprise, source)
    tally.already_there = 0 if known.is_asked else None
    for part in _batches(export):
        read = [case for case in part if isinstance(case, Case)]
        there = known.among([case.key for case in read])
        refused = [case for case in part if isinstance(case, Refused)]
        tally.take(Batch(len(part), len(read) - there, there, refused))


class _Known:
    """Which cases are tickets already: asked where the product answers and the enterprise is clear."""

    def __init__(self, enterprise: str | None, source: str) -> None:
        self._source = source
        self._actor: Any = None
        try:
            product.enter()
            self._actor = product.system_actor(enterprise)
        except DomainError:
            if enterprise is not None:
                raise

    @property
    def is_asked(self) -> bool:
        return self._actor is not None

    def among(self, keys: list[str]) -> int:
        if self._actor is None:
            return 0
        from tierline.imports.queries.known import known_keys
        from tierline.plumbing import tenancy

        with tenancy.reading(self._actor):
            return len(known_keys(self._actor.enterprises[0], self._source, keys))


def _bring(
    export: Export, tally: _Tally, file: Path, mapping: Mapping[str, Any] | None, asked: Mapping[str, Any]
) -> None:
    product.enter()
    from tierline.imports import services

    actor, at = product.system_actor(asked["enterprise"]), clock.now()
    scope = {"actor": actor, "enterprise_id": actor.enterprises[0], "at": at}
    named = {"file": file.name, "sha256": _digest(file), "shape": export.shape, "source": asked["source"]}
    tally.run = services.start_run(**scope, **named, mapping=mapping)
    for told in services.import_cases(**scope, run=tally.run, cases=export):
        tally.take(told)


def _batches(export: Export) -> Iterator[list[Case | Refused]]:
    remaining = iter(export)
    while part := list(islice(remaining, _BATCH)):
        yield part


def _digest(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as raw:
        while block := raw.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _mapping(path: Path) -> Mapping[str, Any]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        read = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
    except (OSError, ValueError, RecursionError) as wrong:
        raise UnreadableMapping(file=path.name, why=str(wrong)[:200]) from wrong
    if not isinstance(read, dict):
        raise UnreadableMapping(file=path.name, why=type(read).__name__)
    return read


def _print(told: Mapping[str, Any], tally: _Tally) -> None:
    for name, value in told.items():
        shown = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | datetime) else value
        click.echo(f"{name}: {shown}")
    facts = {"cases": tally.cases, "opened": tally.opened, "refused": tally.refused}
    there = "-" if tally.already_there is None else tally.already_there
    click.echo(say("sum_import_dry" if tally.is_dry else "sum_import", already_there=there, **facts))
