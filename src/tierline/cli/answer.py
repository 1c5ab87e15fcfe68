"""``tierline answer``: how well questions are answered from articles."""

from __future__ import annotations

import csv
import json
import time
from pathlib import Path
from typing import Any

import click

from tierline.cli.learned import FILE, JSON, PREDICTIONS, embedder, figures_shown
from tierline.cli.words import say
from tierline.learning import answer_figures
from tierline.learning.answer_figures import Answered
from tierline.learning.retrieval import Index, learn_answerer
from tierline.learning.rows import Question, read_articles, read_questions


@click.group()
def command() -> None:
    """Answer questions from articles. Exit codes: 0 done, 1 refused (reason on stderr), 2 wrong usage."""


@command.command()
@click.option("--articles", "articles_path", type=FILE, required=True, help="JSON lines: id, title, text, lang.")
@click.option("--questions", "questions_path", type=FILE, required=True, help="JSON lines: text, article_ids.")
@click.option("--embeddings", type=click.Choice(["auto", "local", "none"]), default="auto", show_default=True)
@PREDICTIONS
@JSON
def evaluate(articles_path: Path, questions_path: Path, **told: Any) -> None:
    """Measure answers. Everything is set from the articles before the first question is read.

    A question with no article_ids has no answer: it ought to be handed over.

    \b
    --json: {"n", "accuracy", "macro_f1", "coverage_at_95", "precision_at_95", "promised", "oos_recall", "hit_at_1",
             "hit_at_5", "mrr", "ece", "latency_ms": {"p50", "p95"}, "model", "curve", "index_seconds"}
            A rate is {"value", "interval": [low, high], "n"}; docs/triage.md says how each is made.
    """
    with embedder(told["embeddings"]) as provider:
        began = time.monotonic()
        answerer = learn_answerer(Index(read_articles(articles_path), provider))
        seconds = time.monotonic() - began
        questions = read_questions(questions_path)
        answered = answer_figures.measure(answerer, questions)
    if told["predictions"] is not None:
        _write(told["predictions"], questions, answered)
    figures = {**answered.figures, "index_seconds": round(seconds, 1)}
    if told["as_json"]:
        click.echo(json.dumps(figures, ensure_ascii=False, indent=2))
        return
    used = answerer.index.embedder
    click.echo(say("indexed", articles=len(answerer.index.articles), seconds=round(seconds, 1)))
    click.echo(say("embeddings_used", provider=used.name) if used else say("words_only"))
    figures_shown(figures)


def _write(path: Path, questions: list[Question], answered: Answered) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["question", "ranked_article_ids", "confidence", "action"])
        for question, one in zip(questions, answered.answers, strict=True):
            ids = json.dumps(list(one.ranked), ensure_ascii=False)
            writer.writerow([question.text, ids, f"{one.confidence:.6f}", one.action])
