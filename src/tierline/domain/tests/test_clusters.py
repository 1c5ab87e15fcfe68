import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierline.domain.clusters import clusters

ROWS = [
    ("no questions", [], []),
    ("the same words are one group", ["a b", "b a"], [[0, 1]]),
    ("half of the words is alike", ["a b", "a c"], [[0, 1]]),
    ("less than half is not", ["a b c", "a d e"], [[0], [1]]),
    ("the largest group comes first", ["x y", "a b", "a b c"], [[1, 2], [0]]),
    ("a question without words stands alone", ["", "a", ""], [[0], [1], [2]]),
    ("a word that everybody uses joins nobody", [f"all w{n}" for n in range(30)], [[n] for n in range(30)]),
]


@pytest.mark.parametrize(("questions", "expected"), [r[1:] for r in ROWS], ids=[r[0] for r in ROWS])
def test_questions_that_belong_together(questions: list[str], expected: list[list[int]]) -> None:
    assert clusters([set(q.split()) for q in questions]) == expected


@given(st.lists(st.sets(st.sampled_from("abcdefgh")), max_size=40))
def test_every_question_is_in_exactly_one_group(questions: list[set[str]]) -> None:
    groups = clusters(questions)
    assert sorted(n for group in groups for n in group) == list(range(len(questions)))
    assert [len(g) for g in groups] == sorted((len(g) for g in groups), reverse=True)
