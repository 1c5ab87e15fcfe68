"""Service-level cases in the shape of cases.json, answered by our calendars and clocks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tierline.domain.errors import DomainError
from tierline.domain.slacases.questions import QUESTIONS, answer_question, answer_validation
from tierline.domain.slacases.rules import HOUSE, Foreign
from tierline.domain.slacases.timeline import answer_timeline, answer_working_time, rules_of_its_engine
from tierline.domain.slacases.verdict import DIFFERS, ERROR, PASS, Answer, BadCase, Verdict

__all__ = ["DIFFERS", "ERROR", "KINDS", "PASS", "BadCase", "Foreign", "Verdict", "check_case", "check_cases"]

_STORIES = {"ticket_timeline": answer_timeline, "ticket_working_time": answer_working_time}
KINDS = (*QUESTIONS, *_STORIES, "calendar_validation")


def check_cases(cases: Iterable[Any], *, house_rules: bool = False) -> list[Verdict]:
    """One verdict per case, in order. A malformed case is an ``error`` and stops no other."""
    return [check_case(case, house_rules=house_rules) for case in cases]


def check_case(case: Any, *, house_rules: bool = False) -> Verdict:
    """By our own rules; unless ``house_rules``, where those differ, by the named rules of the case's engine."""
    if not isinstance(case, Mapping) or not isinstance(case.get("input"), Mapping):
        return _error(case, BadCase(field="input"))
    if not isinstance(case.get("expected"), Mapping):
        return _error(case, BadCase(field="expected"))
    try:
        ours = _answer(case, HOUSE)
        if ours.is_right or house_rules or case["kind"] not in _STORIES:
            return _verdict(case, ours, HOUSE)
        theirs = _answer(case, rules_of_its_engine(case))
        if theirs.is_right:
            return _verdict(case, theirs, _needed(case))
    except DomainError as refused:
        return _error(case, refused)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as wrong:
        return _error(case, BadCase(field=type(wrong).__name__, value=str(wrong)))
    return _verdict(case, ours, HOUSE)


def _needed(case: Mapping[str, Any]) -> frozenset[Foreign]:
    """Of the rules of the case's engine those that it cannot do without."""
    rules = rules_of_its_engine(case)
    for rule in sorted(rules):
        if _answer(case, rules - {rule}).is_right:
            rules -= {rule}
    return rules


def _answer(case: Mapping[str, Any], rules: frozenset[Foreign]) -> Answer:
    kind = str(case.get("kind"))
    if kind in QUESTIONS:
        return answer_question(case)
    if kind in _STORIES:
        return _STORIES[kind](case, rules)
    if kind == "calendar_validation":
        return answer_validation(case)
    raise BadCase(field="kind", value=kind, allowed=list(KINDS))


def _verdict(case: Mapping[str, Any], answer: Answer, rules: frozenset[Foreign]) -> Verdict:
    verdict = PASS if answer.is_right else DIFFERS
    names = tuple(sorted(rule.value for rule in rules))
    identity = str(case.get("id", "")), str(case.get("kind", ""))
    return Verdict(*identity, verdict, answer.expected, answer.got, answer.ledger, names)


def _error(case: Any, refused: DomainError) -> Verdict:
    said = case if isinstance(case, Mapping) else {}
    facts = {name: str(fact) for name, fact in refused.facts.items()}
    got = {"error": refused.code, **facts}
    return Verdict(str(said.get("id", "")), str(said.get("kind", "")), ERROR, said.get("expected"), got, [])
