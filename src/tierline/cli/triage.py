"""``tierline triage``: train a classifier of texts, and measure one on rows that it has not seen."""

from __future__ import annotations

import csv
import json
import time
from pathlib import Path
from typing import Any

import click

from tierline.cli.learned import FILE, JSON, PREDICTIONS, embedder, figures_shown
from tierline.cli.words import say
from tierline.learning import stored, triage_figures
from tierline.learning.classifier import Classifier, train
from tierline.learning.errors import NothingToLearn
from tierline.learning.rows import read_labelled
from tierline.learning.triage_figures import Measured

_EMBEDDINGS = click.option(
    "--embeddings", type=click.Choice(["auto", "local", "none"]), default="auto", show_default=True
)


@click.group()
def command() -> None:
    """Classify texts. Exit codes: 0 done, 1 refused (reason on stderr), 2 wrong usage."""


@command.command("train")
@click.option("--train", "train_path", type=FILE, required=True, help="CSV with text,label; oos means none of these.")
@click.option("--test", "test_path", type=FILE, help="CSV of the same kind to measure on afterwards.")
@click.option("--model", type=click.Path(dir_okay=False, path_type=Path), help="Where to keep the model.")
@_EMBEDDINGS
@PREDICTIONS
@JSON
def train_(train_path: Path, test_path: Path | None, model: Path | None, **told: Any) -> None:
    """Train; keep the model in a file; measure it if rows are given.

    Calibration and thresholds come from the training rows alone. A label that no other row of the training file
    shares is learned too.
    """
    with embedder(told["embeddings"]) as provider:
        began = time.monotonic()
        classifier = _trained(train_path, provider)
        seconds = time.monotonic() - began
        if model is not None:
            stored.save(classifier, model)
        measured = None if test_path is None else triage_figures.measure(classifier, read_labelled(test_path), provider)
    _tell(classifier, measured, test_path, told, seconds)


@command.command()
@click.option("--train", "train_path", type=FILE, help="CSV with text,label to train on first.")
@click.option("--model", type=FILE, help="A model that was kept by train, instead of --train.")
@click.option("--test", "test_path", type=FILE, required=True, help="CSV with text,label; oos means none of these.")
@_EMBEDDINGS
@PREDICTIONS
@JSON
def evaluate(train_path: Path | None, model: Path | None, test_path: Path, **told: Any) -> None:
    """Measure on rows of --test; they set nothing and are read after training has ended.

    \b
    --json: {"n", "accuracy", "accuracy_in_scope", "macro_f1", "coverage_at_95", "precision_at_95", "promised",
             "oos_recall", "oos_recall_with_abstentions", "hit_at_1", "hit_at_5", "mrr", "ece",
             "latency_ms": {"p50", "p95"}, "model", "curve", "train_seconds"}
            A rate is {"value", "interval": [low, high], "n"}; docs/triage.md says how each is made.
    """
    if (train_path is None) == (model is None):
        raise click.UsageError("--train FILE or --model FILE")
    with embedder(told["embeddings"]) as provider:
        began = time.monotonic()
        classifier = _trained(train_path, provider) if train_path else stored.load(model or Path())
        seconds = time.monotonic() - began
        measured = triage_figures.measure(classifier, read_labelled(test_path), provider)
    _tell(classifier, measured, test_path, told, seconds)


def _trained(path: Path, provider: Any) -> Classifier:
    rows = read_labelled(path)
    if not rows:
        raise NothingToLearn(path=str(path))
    return train(rows, provider)


def _tell(
    classifier: Classifier, measured: Measured | None, test_path: Path | None, told: dict[str, Any], seconds: float
) -> None:
    if measured is not None and told["predictions"] is not None and test_path is not None:
        _write(told["predictions"], test_path, measured)
    figures = measured.figures if measured else _about(classifier)
    figures["train_seconds"] = round(seconds, 1)
    if told["as_json"]:
        click.echo(json.dumps(figures, ensure_ascii=False, indent=2))
        return
    click.echo(say("trained", rows=classifier.rows, labels=len(classifier.labels), seconds=round(seconds, 1)))
    click.echo(say("embeddings_used", provider=classifier.embedder) if classifier.embedder else say("words_only"))
    figures_shown(figures)


def _about(classifier: Classifier) -> dict[str, Any]:
    threshold = classifier.threshold
    promised = {"precision": [threshold.low, threshold.high], "threshold": threshold.confidence}
    return {
        "promised": {**promised, "coverage": threshold.coverage},
        "model": {
            "labels": len(classifier.labels),
            "training_rows": classifier.rows,
            "embeddings": classifier.embedder or "none: words only",
        },
    }


def _write(path: Path, test_path: Path, measured: Measured) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label", "predicted", "confidence", "abstain"])
        for row, one in zip(read_labelled(test_path), measured.predictions, strict=True):
            writer.writerow([row.text, row.label, one.label, f"{one.confidence:.6f}", str(one.abstains).lower()])
