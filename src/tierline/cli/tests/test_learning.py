"""The commands on files: the contract of their output, and of what they refuse."""

import csv
import json

import pytest
from click.testing import CliRunner

from tierline.cli import main

ROWS = [
    (f"{word} {n} {tail}", label)
    for n in range(12)
    for word, label, tail in [("printer jam", "print", "paper"), ("密码 忘记", "password", "登录")]
]
KEYS = "accuracy macro_f1 coverage_at_95 oos_recall hit_at_1 hit_at_5 mrr ece latency_ms n".split()


@pytest.fixture
def files(tmp_path):
    for name, rows in (("train", ROWS), ("test", [*ROWS[:4], ("星期几", "oos")])):
        with (tmp_path / f"{name}.csv").open("w", newline="") as file:
            csv.writer(file).writerows([("text", "label"), *rows])
    articles = [
        {"id": i, "title": f"title {w}", "text": f"how to mend the {w} quickly", "lang": "en"}
        for i, w in enumerate("abcd")
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, articles)))
    (tmp_path / "q.jsonl").write_text('{"text": "mend c", "article_ids": [2]}\n{"text": "", "article_ids": []}')
    return tmp_path


def run(*args):
    return CliRunner().invoke(main, [str(arg) for arg in args])


def test_evaluate_prints_every_figure_and_writes_every_row(files) -> None:
    out = files / "out.csv"
    told = run(
        "triage",
        "evaluate",
        "--train",
        files / "train.csv",
        "--test",
        files / "test.csv",
        "--embeddings",
        "none",
        "--predictions",
        out,
        "--json",
    )
    figures = json.loads(told.stdout)
    assert set(KEYS) <= set(figures)
    assert figures["n"] == 5
    assert figures["model"]["embeddings"] == "none: words only"
    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["text", "label", "predicted", "confidence", "abstain"]
    assert [row["label"] for row in rows][-1] == "oos"


def test_a_kept_model_gives_the_same_figures(files) -> None:
    model = files / "model.npz"
    assert (
        run("triage", "train", "--train", files / "train.csv", "--model", model, "--embeddings", "none").exit_code == 0
    )
    told = run("triage", "evaluate", "--model", model, "--test", files / "test.csv", "--embeddings", "none", "--json")
    assert json.loads(told.stdout)["accuracy"]["value"] >= 0.8


def test_answers_are_ranked_and_acted_on(files) -> None:
    out = files / "out.csv"
    told = run(
        "answer",
        "evaluate",
        "--articles",
        files / "a.jsonl",
        "--questions",
        files / "q.jsonl",
        "--embeddings",
        "none",
        "--predictions",
        out,
        "--json",
    )
    assert set(KEYS) <= set(json.loads(told.stdout))
    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["question", "ranked_article_ids", "confidence", "action"]
    assert json.loads(rows[0]["ranked_article_ids"])[0] == "2"
    assert rows[1]["action"] == "hand_over"


@pytest.mark.parametrize(
    ("content", "said"),
    [("a,b\n1,2\n", "label"), ("text,label\n", "nothing to learn"), ("text,label\na,x\nb,x\n", "one label")],
    ids=["other columns", "a head alone", "one label"],
)
def test_what_cannot_be_learned_is_one_sentence(files, content, said) -> None:
    path = files / "bad.csv"
    path.write_text(content)
    told = run("triage", "evaluate", "--train", path, "--test", files / "test.csv", "--embeddings", "none", "--json")
    assert told.exit_code == 1
    assert said in told.stderr
    assert "Traceback" not in told.output


def test_a_test_without_rows_is_no_error(files) -> None:
    (files / "empty.csv").write_text("text,label\n")
    told = run(
        "triage",
        "evaluate",
        "--train",
        files / "train.csv",
        "--test",
        files / "empty.csv",
        "--embeddings",
        "none",
        "--json",
    )
    assert json.loads(told.stdout)["accuracy"]["value"] is None
