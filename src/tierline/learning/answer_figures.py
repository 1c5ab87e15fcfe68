"""How good are answers to questions that taught nothing? Figures with their intervals."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tierline.domain.confidence import (
    expected_calibration_error,
    macro_f1,
    mean_reciprocal_rank,
    percentile,
    rate,
)
from tierline.learning.retrieval import Answer, Answerer
from tierline.learning.rows import OOS, Question
from tierline.learning.triage_figures import TIMED, curve, f1_of, interval, shown


@dataclass(frozen=True, slots=True)
class Answered:
    answers: list[Answer]
    figures: dict[str, Any]


def measure(answerer: Answerer, questions: Sequence[Question]) -> Answered:
    """A row is right when its first article answers it, or when it has no answer and is handed over."""
    answers = answerer.answer([one.text for one in questions])
    ranks = [
        rank(answer, question) for answer, question in zip(answers, questions, strict=True) if question.article_ids
    ]
    hits = [_is_right(answer, question) for answer, question in zip(answers, questions, strict=True)]
    spoken = [rank(a, q) == 1 for a, q in zip(answers, questions, strict=True) if a.action == "answer"]
    strange = [not _speaks(a) for a, q in zip(answers, questions, strict=True) if not q.article_ids]
    labels = [_label(a, q) for a, q in zip(answers, questions, strict=True)]
    said = [a.ranked[0] if _speaks(a) and a.ranked else OOS for a in answers]
    first = [rank(a, q) == 1 for a, q in zip(answers, questions, strict=True)]
    confidences = [answer.confidence for answer in answers]
    threshold = answerer.threshold
    figures = {
        "n": len(questions),
        "accuracy": shown(rate(sum(hits), len(hits))),
        "macro_f1": interval(macro_f1(labels, said), len(labels), lambda at: f1_of(at, labels, said)),
        "coverage_at_95": shown(rate(len(spoken), len(questions))),
        "precision_at_95": shown(rate(sum(spoken), len(spoken))),
        "promised": {"precision": [threshold.low, threshold.high], "threshold": threshold.confidence},
        "oos_recall": shown(rate(sum(strange), len(strange))),
        "hit_at_1": shown(rate(sum(r == 1 for r in ranks), len(ranks))),
        "hit_at_5": shown(rate(sum(r is not None and r <= 5 for r in ranks), len(ranks))),
        "mrr": interval(
            mean_reciprocal_rank(ranks), len(ranks), lambda at: mean_reciprocal_rank([ranks[i] for i in at])
        ),
        "ece": interval(
            expected_calibration_error(confidences, first),
            len(first),
            lambda at: expected_calibration_error([confidences[i] for i in at], [first[i] for i in at]),
        ),
        "latency_ms": latency(answerer, [one.text for one in questions[:TIMED]]),
        "model": {
            "articles": len(answerer.index.articles),
            "asked_themselves": answerer.asked,
            "embeddings": answerer.index.embedder.name if answerer.index.embedder else "none: words only",
            "parts_embedded": answerer.index.parts_embedded,
        },
        "curve": curve(confidences, first),
    }
    return Answered(answers, figures)


def rank(answer: Answer, question: Question) -> int | None:
    """From 1; None when none of the ten ranked articles answers."""
    return next((place for place, id_ in enumerate(answer.ranked, start=1) if id_ in question.article_ids), None)


def latency(answerer: Answerer, texts: Sequence[str]) -> dict[str, float]:
    taken = []
    for text in [*texts[:1], *texts]:
        began = time.perf_counter()
        answerer.answer([text])
        taken.append((time.perf_counter() - began) * 1000)
    return {"p50": round(percentile(taken[1:], 0.5), 2), "p95": round(percentile(taken[1:], 0.95), 2)}


def _speaks(answer: Answer) -> bool:
    return answer.action != "hand_over"


def _is_right(answer: Answer, question: Question) -> bool:
    return rank(answer, question) == 1 if question.article_ids else not _speaks(answer)


def _label(answer: Answer, question: Question) -> str:
    """Of several right articles the one that was found."""
    if not question.article_ids:
        return OOS
    return answer.ranked[0] if rank(answer, question) == 1 else question.article_ids[0]
