"""What a form is, which fields are asked, and which answers are kept."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierline.domain import forms
from tierline.domain.forms import AnswersRefused, InvalidForm, check, differences, faults_of, parse, visible


def field(key: str, kind: str = "text", **told: Any) -> dict[str, Any]:
    return {"key": key, "kind": kind, "zh": key, "en": key, **told}


def options(*codes: str) -> list[dict[str, str]]:
    return [{"code": c, "zh": c, "en": c} for c in codes]


def when(other: str, *values: str, op: str = "is") -> dict[str, Any]:
    return {"field": other, "op": op, "values": list(values)}


GATEWAY = {
    "fields": [
        field("device", "asset", required=True),
        field("system", "choice", required=True, options=options("win2019", "win2022", "other")),
        field("which", required=True, min=2, max=40, when=when("system", "other")),
        field("parts", "multi_choice", options=options("disk", "net", "ukey"), min=1, max=2),
        field("key_number", "number", min=1, max=99.5, when=when("parts", "ukey", op="contains")),
        field("day", "date", min="2026-01-01", max="2026-12-31"),
        field("remote", "yes_no", default=True),
        field("why_not", "long_text", when=when("remote", "no")),
        field("photos", "attachment", max=2),
    ]
}
FORM = parse(GATEWAY)
WHOLE = {"device": "WIN-SZ-07", "system": "win2022"}


def test_the_answers_come_out_as_codes_values_and_words() -> None:
    given = {**WHOLE, "parts": ["ukey", "disk"], "key_number": "3.50", "day": "2026-11-26", "remote": "no"}
    kept = check(FORM, {**given, "why_not": " 现场\r\n有人 ", "photos": [5, 5, 6]}, strict=True)
    assert kept.values == {
        "device": "WIN-SZ-07",
        "system": "win2022",
        "parts": ["disk", "ukey"],
        "key_number": 3.5,
        "day": "2026-11-26",
        "remote": False,
        "photos": [5, 6],
    }
    assert kept.words == {"why_not": "现场\n有人"}
    assert kept.files == (5, 6)


REFUSED = [
    ("a required answer is missing", {"system": None}, ("system", "answer_missing")),
    ("blanks are no answer", {"device": "  "}, ("device", "answer_missing")),
    ("the form has no such field", {"colour": "red"}, ("colour", "answer_unknown")),
    ("a field that is not shown is not answered", {"which": "Debian"}, ("which", "answer_not_asked")),
    ("no such option", {"system": "dos"}, ("system", "answer_not_offered")),
    ("a required field appears with the answer before it", {"system": "other"}, ("which", "answer_missing")),
    ("one character less", {"system": "other", "which": "x"}, ("which", "answer_too_short")),
    ("one character more", {"system": "other", "which": "x" * 41}, ("which", "answer_too_long")),
    ("more than may be chosen", {"parts": ["disk", "net", "ukey"]}, ("parts", "answer_too_many")),
    ("a choice that is a mapping", {"parts": [{"a": 1}]}, ("parts", "answer_not_offered")),
    ("just below the least", {"parts": ["ukey"], "key_number": 0.999999}, ("key_number", "answer_too_small")),
    ("just above the most", {"parts": ["ukey"], "key_number": "99.500001"}, ("key_number", "answer_too_large")),
    ("no number", {"parts": ["ukey"], "key_number": "1e999"}, ("key_number", "answer_invalid")),
    ("not a number that is one", {"parts": ["ukey"], "key_number": "NaN"}, ("key_number", "answer_invalid")),
    ("the day before", {"day": "2025-12-31"}, ("day", "answer_too_early")),
    ("the day after", {"day": "2027-01-01"}, ("day", "answer_too_late")),
    ("no such day", {"day": "2026-02-30"}, ("day", "answer_invalid")),
    ("neither yes nor no", {"remote": "perhaps"}, ("remote", "answer_invalid")),
    ("more files than asked for", {"photos": [1, 2, 3]}, ("photos", "answer_too_many")),
    ("a file that is no id", {"photos": ["a"]}, ("photos", "answer_invalid")),
    ("text where a NUL is", {"device": "a\x00"}, ("device", "answer_invalid")),
]


@pytest.mark.parametrize(("changes", "fault"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_an_answer_that_cannot_be_kept_is_named(changes: dict[str, Any], fault: tuple[str, str]) -> None:
    with pytest.raises(AnswersRefused) as refused:
        check(FORM, {**WHOLE, **changes}, strict=True)
    assert [(e["field"], e["code"]) for e in refused.value.facts["errors"]] == [fault]


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(AnswersRefused) as refused:
        check(FORM, {"system": "dos", "day": "soon"}, strict=True)
    assert [e["field"] for e in refused.value.facts["errors"]] == ["device", "system", "day"]


def test_a_page_may_send_what_is_hidden_by_now_and_it_is_dropped() -> None:
    assert check(FORM, {**WHOLE, "which": "Debian"}, strict=False).words == {}


def test_a_field_behind_a_hidden_field_is_hidden() -> None:
    body = {"fields": [field("a"), field("b", when=when("a", "x")), field("c", when=when("b", "y"))]}
    form = parse(body)
    assert [f.key for f in visible(form, {"a": "x", "b": "y"})] == ["a", "b", "c"]
    assert [f.key for f in visible(form, {"a": "z", "b": "y"})] == ["a"]


# fmt: off
CONDITIONS = [
    ("a choice is it", field("a", "choice", options=options("x", "y")), when("a", "x"), "x", True),
    ("one of several values", field("a", "choice", options=options("x", "y", "z")), when("a", "x", "y"), "y", True),
    ("another choice", field("a", "choice", options=options("x", "y")), when("a", "x"), "y", False),
    ("all that is chosen", field("a", "multi_choice", options=options("x", "y")), when("a", "x"), ["x", "y"], False),
    ("among what is chosen", field("a", "multi_choice", options=options("x", "y")), when("a", "x", op="contains"), ["x", "y"], True),
    ("a text in any case", field("a"), when("a", "VPN"), " vpn ", True),
    ("a part of a text", field("a"), when("a", "vpn", op="contains"), "the VPN is down", True),
    ("a number however written", field("a", "number"), when("a", "2"), "2.0", True),
    ("yes as a boolean", field("a", "yes_no"), when("a", "yes"), True, True),
    ("no as a word", field("a", "yes_no"), when("a", "yes"), "no", False),
    ("nothing answered", field("a"), when("a", "x"), None, False),
]
# fmt: on


@pytest.mark.parametrize(
    ("asked", "rule", "said", "is_shown"), [r[1:] for r in CONDITIONS], ids=[r[0] for r in CONDITIONS]
)
def test_a_condition(asked: dict[str, Any], rule: dict[str, Any], said: Any, is_shown: bool) -> None:
    form = parse({"fields": [asked, field("b", when=rule)]})
    assert ("b" in [f.key for f in visible(form, {"a": said})]) is is_shown


# fmt: off
FAULTS = [
    ("a key that is no code", [field("Ä")], (0, "key", "not_a_code")),
    ("a key that is taken", [field("a"), field("a")], (1, "key", "taken")),
    ("a kind that is none", [field("a", "colour")], (0, "kind", "unknown")),
    ("no English label", [field("a", en=" ")], (0, "en", "missing")),
    ("a choice of nothing", [field("a", "choice")], (0, "options", "missing")),
    ("an option twice", [field("a", "choice", options=options("x", "x"))], (0, "options", "taken")),
    ("an option of a text", [field("a", options=options("x"))], (0, "options", "not_for_this_kind")),
    ("a limit of a choice", [field("a", "yes_no", min=1)], (0, "min", "not_for_this_kind")),
    ("limits crossed", [field("a", "number", min=2, max=1)], (0, "max", "below_min")),
    ("a day that is none", [field("a", "date", min="2026-13-01")], (0, "min", "not_a_limit")),
    ("a condition on itself", [field("a", when=when("a", "x"))], (0, "when", "no_such_field")),
    ("a condition on what comes later", [field("a", when=when("b", "x")), field("b")], (0, "when", "no_such_field")),
    ("a condition nobody can meet", [field("a", "yes_no"), field("b", when=when("a", "maybe"))], (1, "when", "not_an_answer")),
    ("a default that is not offered", [field("a", "choice", options=options("x"), default="y")], (0, "default", "not_an_answer")),
    ("a part that nobody reads", [field("a", colour="red")], (0, "colour", "unknown")),
]
# fmt: on


@pytest.mark.parametrize(("fields", "fault"), [r[1:] for r in FAULTS], ids=[r[0] for r in FAULTS])
def test_a_definition_with_a_fault_is_refused(fields: list[dict[str, Any]], fault: tuple[int, str, str]) -> None:
    assert [(f.place, f.part, f.why) for f in faults_of({"fields": fields})] == [fault]
    with pytest.raises(InvalidForm):
        parse({"fields": fields})


def test_what_differs_between_versions() -> None:
    fields = GATEWAY["fields"]
    newer = parse({"fields": [fields[1], {**fields[0], "required": False}, *fields[2:8], field("budget", "number")]})
    told = [(d.key, d.what, d.part) for d in differences(FORM, newer)]
    assert told == [
        ("photos", "removed", ""),
        ("system", "moved", ""),
        ("device", "moved", ""),
        ("device", "changed", "required"),
        ("budget", "added", ""),
    ]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_any_definition_is_read_or_refused_by_name(body: Any) -> None:
    if not list(faults_of(body)):
        assert parse(body).fields == ()


@given(st.dictionaries(st.sampled_from([f.key for f in FORM.fields]), JSON, max_size=9))
def test_any_answers_are_kept_or_refused_by_name_and_what_is_kept_is_kept_again(given: dict[str, Any]) -> None:
    try:
        kept = check(FORM, given, strict=False)
    except AnswersRefused as refused:
        assert all(e["code"].startswith("answer_") for e in refused.facts["errors"])
    else:
        assert check(FORM, {**kept.values, **kept.words}, strict=True) == kept


def test_a_page_sends_back_what_it_drew() -> None:
    given = {**WHOLE, "parts": ["disk"], "remote": True, "photos": [7]}
    sent: dict[str, list[str]] = {}
    for each in forms.drawn(FORM, given, {}):
        if each.field.kind == "attachment":
            sent[f"{each.name}-kept"] = [",".join(map(str, each.kept))]
        else:
            sent[each.name] = sorted(each.chosen) if each.chosen else [str(each.value)]
    again = forms.posted(FORM, lambda name: sent.get(name, []))
    assert check(FORM, again, strict=False) == check(FORM, given, strict=False)
