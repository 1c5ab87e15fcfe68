"""Files as people keep them, and what is said of those that are none."""

import gzip

import pytest

from tierline.learning.errors import ColumnsMissing, RowsUnreadable
from tierline.learning.rows import Article, Labelled, Question, read_articles, read_labelled, read_questions


def test_a_table_with_a_mark_quotes_and_blank_labels(tmp_path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text('\ufefftext,label\r\n"a ""b"", c",x\r\n"两\n行",oos\r\nno label,\r\n', encoding="utf-8")
    assert read_labelled(path) == [Labelled('a "b", c', "x"), Labelled("两\n行", "oos")]


def test_a_packed_table_is_read(tmp_path) -> None:
    path = tmp_path / "rows.csv.gz"
    path.write_bytes(gzip.compress(b"label,text\nx,a\n"))
    assert read_labelled(path) == [Labelled("a", "x")]


def test_a_head_alone_is_no_rows(tmp_path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("text,label\n")
    assert read_labelled(path) == []


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        pytest.param(b"text,topic\na,b\n", ColumnsMissing, id="another column"),
        pytest.param(b"", ColumnsMissing, id="nothing at all"),
        pytest.param(b"text,label\n\xff\xfe,x\n", RowsUnreadable, id="not UTF-8"),
        pytest.param(b"\x1f\x8b broken", RowsUnreadable, id="not really packed"),
    ],
)
def test_what_is_no_table_is_named(tmp_path, content, wrong) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(content)
    with pytest.raises(wrong):
        read_labelled(path)


def test_articles_and_questions(tmp_path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": 7, "title": "T", "text": null}\n\n{"id": "7", "title": "again", "text": ""}\n')
    assert read_articles(path) == [Article("7", "T", "", "")]
    path.write_text('{"text": "q", "article_ids": [7]}\n{"text": "r", "article_ids": []}\n')
    assert read_questions(path) == [Question("q", ("7",)), Question("r", ())]


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        pytest.param('{"text": "q"}', ColumnsMissing, id="a key is missing"),
        pytest.param('{"text": "q", "article_ids": "7"}', RowsUnreadable, id="ids are no list"),
        pytest.param("[1]", RowsUnreadable, id="not an object"),
        pytest.param("{", RowsUnreadable, id="not JSON"),
    ],
)
def test_a_line_that_is_no_question_is_named(tmp_path, line, wrong) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text(line)
    with pytest.raises(wrong):
        read_questions(path)
