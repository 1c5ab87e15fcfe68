"""How good triage and answers are on the shared sets, through the commands themselves.

Each set is split here: classifiers train on four fifths of the rows and are measured on the other fifth; the validation
part of clinc150 stays what it is; questions are never trained on. Takes half an hour of one core.
Run: ``python -m tests.bench.learning [SET ...]``.
"""

import csv
import gzip
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.shared_data import shared_data
from tierline.learning.rows import Article, Labelled, Question

# figure: the least that is promised. ECE is the most.
BARS = {
    "it_tickets": {"accuracy": 0.870, "coverage_at_95": 0.75},
    "banking77": {"accuracy": 0.93},
    "clinc150": {"accuracy_in_scope": 0.92, "oos_recall": 0.85},
    "hwu64": {"accuracy": 0.90},
    "stackfaq": {"hit_at_1": 0.80, "hit_at_5": 0.95},
    "emanual_tv": {"hit_at_1": 0.60, "hit_at_5": 0.88},
    "lcqmc": {"hit_at_1": 0.80},
}
CLASSIFIED = ("it_tickets", "banking77", "clinc150", "hwu64")
ECE = 0.03


def table(*parts: str, delimiter: str = ",", quoting: int = csv.QUOTE_MINIMAL) -> list[dict[str, str]]:
    raw = shared_data(*parts).read_bytes()
    text = (gzip.decompress(raw) if parts[-1].endswith(".gz") else raw).decode()
    return list(csv.DictReader(text.splitlines(keepends=True), delimiter=delimiter, quoting=quoting))


def lines(*parts: str) -> Iterator[dict]:
    for line in shared_data(*parts).read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def fifths(rows: list[Labelled]) -> tuple[list[Labelled], list[Labelled]]:
    """Every fifth row of each label is measured; the others teach."""
    seen: dict[str, int] = {}
    taught, measured = [], []
    for row in rows:
        seen[row.label] = seen.get(row.label, -1) + 1
        (measured if seen[row.label] % 5 == 4 else taught).append(row)
    return taught, measured


def classified(name: str) -> tuple[list[Labelled], list[Labelled]]:
    if name == "it_tickets":
        return fifths([Labelled(r["text"], r["topic"]) for r in table("it_tickets_47k", "train.csv.gz")])
    if name == "banking77":
        return fifths([Labelled(r["text"], r["category"]) for r in table("banking77", "train.csv")])
    if name == "hwu64":
        return fifths([Labelled(r["text"], f"{r['scenario']}_{r['intent']}") for r in table("hwu64", "train.csv")])
    parts = json.loads(shared_data("clinc150_oos", "data_full_train_val.json").read_text(encoding="utf-8"))
    taught = [Labelled(*row) for row in parts["train"]] + [Labelled(text, "oos") for text, _ in parts["oos_train"]]
    return taught, [Labelled(*row) for row in parts["val"]] + [Labelled(text, "oos") for text, _ in parts["oos_val"]]


def answered(name: str) -> tuple[list[Article], list[Question]]:
    if name == "stackfaq":
        bank = json.loads(shared_data("stackfaq", "faq_bank.json").read_text(encoding="utf-8"))
        rows = table("stackfaq", "queries_group_a.tsv", delimiter="\t", quoting=csv.QUOTE_NONE)
        articles = [Article(str(one["faq_id"]), one["question"], "\n".join(one["answers"]), "en") for one in bank]
        return articles, [Question(row["query"], (row["relevant_faq_id"],)) for row in rows]
    if name == "emanual_tv":
        sections = lines("emanual_tv", "tv_manual_sections.jsonl")
        articles = [Article(one["section_id"], one["title"], one["text"], "en") for one in sections]
        asked = lines("emanual_tv", "tv_questions.jsonl")
        return articles, [Question(one["question"], tuple(one["gold_section_ids"])) for one in asked]
    text = shared_data("zh_question_pairs", "lcqmc_dev.tsv").read_text(encoding="utf-8")
    pairs = [line.split("\t") for line in text.splitlines()]
    same = [(pair[0], pair[1]) for pair in pairs if pair[2] == "1"]
    ids = {sentence: str(place) for place, sentence in enumerate(dict.fromkeys(second for _, second in same))}
    articles = [Article(id_, sentence, "", "zh") for sentence, id_ in ids.items()]
    return articles, [Question(first, (ids[second],)) for first, second in same]


def run(command: list[str]) -> dict:
    """The command's own JSON, as a user would see it."""
    whole = [str(Path(sys.executable).with_name("tierline")), *command, "--json"]
    return json.loads(subprocess.run(whole, check=True, capture_output=True, text=True).stdout)


def figures(name: str, folder: Path) -> dict:
    if name in CLASSIFIED:
        for part, rows in zip(("train", "test"), classified(name), strict=True):
            with (folder / f"{part}.csv").open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([["text", "label"], *([row.text, row.label] for row in rows)])
        return run(["triage", "evaluate", "--train", str(folder / "train.csv"), "--test", str(folder / "test.csv")])
    articles, questions = answered(name)
    write(folder / "a.jsonl", ({"id": a.id, "title": a.title, "text": a.text, "lang": a.lang} for a in articles))
    write(folder / "q.jsonl", ({"text": q.text, "article_ids": list(q.article_ids)} for q in questions))
    return run(["answer", "evaluate", "--articles", str(folder / "a.jsonl"), "--questions", str(folder / "q.jsonl")])


def write(path: Path, values: Iterable[dict]) -> None:
    path.write_text("".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values), encoding="utf-8")


def missed(name: str, found: dict) -> list[str]:
    low = [f"{key} {found[key]['value']} < {bar}" for key, bar in BARS[name].items() if found[key]["value"] < bar]
    high = found["ece"]["value"] > ECE and name in CLASSIFIED
    return low + ([f"ece {found['ece']['value']} > {ECE}"] if high else [])


def main() -> None:
    for name in sys.argv[1:] or BARS:
        with TemporaryDirectory() as folder:
            found = figures(name, Path(folder))
        found.pop("curve")
        print(name, json.dumps(found, ensure_ascii=False))  # noqa: T201
        print(name, "bars:", "; ".join(missed(name, found)) or "reached", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
