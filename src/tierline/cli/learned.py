"""What ``triage`` and ``answer`` share: options, the provider of embeddings, and figures for a person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from tierline.cli.words import say
from tierline.learning.embedding import ChildEmbedder, Embedder, is_installed
from tierline.learning.errors import EmbedderFailed

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
JSON = click.option("--json", "as_json", is_flag=True, help="One JSON value on stdout.")
PREDICTIONS = click.option(
    "--predictions", type=click.Path(dir_okay=False, path_type=Path), help="CSV of every row's prediction."
)


@contextmanager
def embedder(wanted: str) -> Iterator[Embedder | None]:
    """The local provider where it is installed; words alone otherwise, which is said and never silent."""
    if wanted == "none" or (wanted == "auto" and not is_installed()):
        yield None
        return
    if not is_installed():
        raise EmbedderFailed(provider="local", reason="the extra local-embeddings is not installed")
    provider = ChildEmbedder()
    try:
        yield provider
    finally:
        provider.close()


def figures_shown(figures: dict[str, Any]) -> None:
    for name, value in figures.items():
        if isinstance(value, dict) and "value" in value and value["value"] is not None:
            low, high = value["interval"]
            click.echo(f"{name:<28} {value['value']:.4f}  [{low:.4f}, {high:.4f}]  n={value['n']}")
    if "latency_ms" in figures:
        click.echo(say("latency", **figures["latency_ms"]))
