"""Priority, hand-over package, confirmation and text: small rules, each a table."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierline.domain import confirmation, handover, priority
from tierline.domain.confirmation import Answer
from tierline.domain.errors import DomainError, Invalid, Missing
from tierline.domain.handover import IncompletePackage
from tierline.domain.priority import Impact, Urgency
from tierline.domain.text import TooLong, Unstorable, clean

MATRIX = {
    "extensive": "P1 P1 P2 P3",
    "significant": "P1 P2 P3 P3",
    "moderate": "P2 P3 P3 P4",
    "minor": "P3 P3 P4 P4",
}
CELLS = [
    (impact, urgency, cell)
    for impact, row in MATRIX.items()
    for urgency, cell in zip(("critical", "high", "medium", "low"), row.split(), strict=True)
]


@pytest.mark.parametrize(("impact", "urgency", "expected"), CELLS)
def test_the_matrix(impact: str, urgency: str, expected: str) -> None:
    assert priority.grade(impact, urgency).priority == expected
    assert priority.grade(impact, urgency).reason == f"{impact} x {urgency} = {expected}"


@given(st.sampled_from(list(Impact)), st.sampled_from(list(Urgency)), st.sampled_from(list(Urgency)))
def test_more_urgent_is_never_less_pressing(impact: Impact, a: Urgency, b: Urgency) -> None:
    order = list(Urgency)
    if order.index(a) <= order.index(b):
        assert priority.grade(impact, a).priority <= priority.grade(impact, b).priority


@pytest.mark.parametrize(
    ("impact", "urgency", "expected", "source"),
    [
        (None, None, "P2", "unstated"),
        (None, "critical", "P2", "unstated"),
        ("minor", None, "P3", "stated"),
        ("extensive", None, "P1", "stated"),
        ("minor", "low", "P4", "matrix"),
    ],
)
def test_an_ungraded_ticket_counts_as_its_stated_impact_else_p2(
    impact: str | None, urgency: str | None, expected: str, source: str
) -> None:
    found = priority.provisional(impact, urgency)
    assert (found.priority, found.source) == (expected, source)


@pytest.mark.parametrize(("impact", "urgency"), [("huge", "low"), ("minor", "now"), ("", "low")])
def test_an_unknown_word_names_the_field(impact: str, urgency: str) -> None:
    with pytest.raises(Invalid) as refused:
        priority.grade(impact, urgency)
    assert refused.value.facts["field"] in ("impact", "urgency")


WHOLE: dict[str, Any] = {
    "symptoms": "s",
    "impact": "i",
    "steps_tried": [{"step": "a", "result": "b"}],
    "evidence": ["e"],
    "question": "q",
}


def test_a_whole_package_is_taken_as_it_is() -> None:
    assert handover.complete(WHOLE) == WHOLE


@pytest.mark.parametrize(
    ("package", "missing"),
    [
        ({**WHOLE, "symptoms": "  "}, ["symptoms"]),
        ({**WHOLE, "steps_tried": []}, ["steps_tried"]),
        ({**WHOLE, "steps_tried": [{"step": "a"}]}, ["steps_tried"]),
        ({**WHOLE, "steps_tried": "restarted"}, ["steps_tried"]),
        ({**WHOLE, "evidence": [""]}, ["evidence"]),
        ({**WHOLE, "evidence": [3]}, ["evidence"]),
        ({"symptoms": "s"}, ["impact", "steps_tried", "evidence", "question"]),
        ([], ["symptoms", "impact", "steps_tried", "evidence", "question"]),
        (None, ["symptoms", "impact", "steps_tried", "evidence", "question"]),
    ],
)
def test_an_incomplete_package_names_all_that_is_missing(package: object, missing: list[str]) -> None:
    with pytest.raises(IncompletePackage) as refused:
        handover.complete(package)
    assert refused.value.facts["missing"] == missing


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("已解决", Answer.CONFIRMED),
        ("好了，谢谢！", Answer.CONFIRMED),
        ("可以了", Answer.CONFIRMED),
        ("問題解决了 👍", Answer.CONFIRMED),
        ("It works now. Thanks!", Answer.CONFIRMED),
        ("solved", Answer.CONFIRMED),
        ("谢谢", Answer.THANKS),
        ("收到，感谢！", Answer.THANKS),
        ("Thanks a lot", Answer.THANKS),
        ("没解决", Answer.MORE),
        ("未恢复", Answer.MORE),
        ("还是报错", Answer.MORE),
        ("不能用了", Answer.MORE),
        ("好了吗？", Answer.MORE),
        ("好了但是很慢", Answer.MORE),
        ("not solved", Answer.MORE),
        ("doesn't work", Answer.MORE),
        ("still broken", Answer.MORE),
        ("It isn’t fixed", Answer.MORE),
        ("已解决。" + "另外还有一个问题想请教一下，" * 10, Answer.MORE),
        ("", Answer.MORE),
        ("请问什么时候处理", Answer.MORE),
    ],
)
def test_only_a_plain_yes_confirms(text: str, says: Answer) -> None:
    assert confirmation.read(text) is says


@pytest.mark.parametrize(
    ("value", "refusal"),
    [
        (None, Missing),
        ("", Missing),
        (" \n\t", Missing),
        (7, Invalid),
        ("a\x00b", Unstorable),
        ("\ud83d", Unstorable),
        ("x" * 11, TooLong),
    ],
)
def test_unfit_text_is_refused_by_field(value: object, refusal: type[DomainError]) -> None:
    with pytest.raises(refusal) as refused:
        clean(value, field="text", limit=10)
    assert refused.value.facts["field"] == "text"


def test_text_is_composed_and_its_lines_end_alike() -> None:
    assert clean("e\u0301\r\nb\rc", field="text", limit=10) == "é\nb\nc"


@given(st.text(max_size=200))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    try:
        once = clean(text, field="text", limit=1000, required=False)
    except Unstorable:
        return
    assert clean(once, field="text", limit=1000, required=False) == once
