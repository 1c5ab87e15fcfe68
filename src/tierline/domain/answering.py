"""自动答复: may the product answer by itself, with what, and how did its answers turn out? Decided, not sent."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tierline.domain.confidence import Rate, rate
from tierline.domain.errors import Invalid

# A new contact of the same requester within so long counts against the answer.
RECONTACT = timedelta(days=7)
TARGET = 0.95
# Two articles so close in confidence are told apart by asking which of them it is.
CLOSE = 0.15
# Below this nothing is offered, not even to the team.
FLOOR = 0.05


class Mode(StrEnum):
    """What the product may do with answers in one class of faults."""

    OFF = "off"
    SUGGEST = "suggest"
    AUTOMATIC = "automatic"


class Act(StrEnum):
    ANSWER = "answer"
    ASK = "ask"
    HAND_OVER = "hand_over"


class Outcome(StrEnum):
    """How one automatic answer turned out. ``open``: seven days are not over and nobody has said anything."""

    CONFIRMED = "confirmed"
    SILENT = "silent"
    RECONTACTED = "recontacted"
    WRONG = "wrong"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Candidate:
    """``confidence`` is the calibrated chance that it answers; ``is_shareable``: requesters may read it."""

    article_id: int
    confidence: float
    is_shareable: bool = True

    def __post_init__(self) -> None:
        if not 0 <= self.confidence <= 1:
            raise Invalid(field="confidence", value=self.confidence, allowed=[0, 1])


@dataclass(frozen=True, slots=True)
class Policy:
    """``target`` is the precision that automatic answers must be proven to have; ``threshold`` what one must reach.

    Above 1 nothing reaches it (``confidence.NEVER``).
    """

    mode: Mode = Mode.SUGGEST
    target: float = TARGET
    threshold: float = TARGET

    def __post_init__(self) -> None:
        if not 0.5 <= self.target < 1:
            raise Invalid(field="target", value=self.target, allowed=[0.5, 1])
        if self.threshold < 0.5:
            raise Invalid(field="threshold", value=self.threshold, allowed=[0.5, None])


@dataclass(frozen=True, slots=True)
class Situation:
    """What stands against speaking by ourselves, on this ticket."""

    priority: str = "P4"
    has_answered: bool = False
    has_asked: bool = False
    has_person_spoken: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """``is_sent``: the requester gets it now, else it is for the team. ``among``: what a question lets choose from."""

    act: Act
    reason: str
    is_sent: bool = False
    article_id: int | None = None
    confidence: float = 0.0
    among: Sequence[int] = ()


def decide(
    candidates: Iterable[Candidate], *, policy: Policy, measured: Rate, situation: Situation | None = None
) -> Decision:
    """One typed action. ``measured`` are the answers of this class that were judged, and how many were right.

    Whether the product speaks by itself rests on the lower bound of that, never on the share itself.
    """
    state = situation or Situation()
    if policy.mode is Mode.OFF:
        return Decision(Act.HAND_OVER, "off")
    ranked = sorted(candidates, key=lambda c: (-c.confidence, c.article_id))
    ranked = [c for c in ranked if c.confidence >= FLOOR]
    if not ranked:
        return Decision(Act.HAND_OVER, "nothing_found")
    best = ranked[0]
    held = _held_back(best, policy, measured, state)
    if best.confidence >= policy.threshold:
        return Decision(Act.ANSWER, held or "sure", not held, best.article_id, best.confidence)
    close = [c for c in ranked[:3] if best.confidence - c.confidence <= CLOSE and c.is_shareable]
    if len(close) > 1 and not state.has_asked and sum(c.confidence for c in close) >= policy.threshold:
        among = tuple(c.article_id for c in close)
        return Decision(Act.ASK, held or "close", not held, best.article_id, best.confidence, among)
    return Decision(Act.HAND_OVER, "unsure", False, best.article_id, best.confidence)


def is_proven(measured: Rate, target: float) -> bool:
    """Whether the precision is at least ``target`` even at the low end of what the sample allows."""
    return measured.n > 0 and measured.low >= target


def _held_back(best: Candidate, policy: Policy, measured: Rate, state: Situation) -> str:
    """Why it goes to the team only; empty when nothing stands against it."""
    if policy.mode is not Mode.AUTOMATIC:
        return "suggest_only"
    if state.priority == "P1":
        return "p1"
    if state.has_person_spoken:
        return "person_spoke"
    if state.has_answered:
        return "answered_before"
    if not best.is_shareable:
        return "internal_source"
    if not is_proven(measured, policy.target):
        return "not_proven"
    return ""


@dataclass(frozen=True, slots=True)
class Sent:
    """One automatic answer and what came after it; each instant the first of its kind, None for never."""

    at: datetime
    confirmed_at: datetime | None = None
    refused_at: datetime | None = None
    wrote_again_at: datetime | None = None
    judged_right: bool | None = None


def outcome(sent: Sent, *, at: datetime) -> Outcome:
    """An audit's word is final. Then what the requester said of the answer; then whether there was another contact."""
    if sent.judged_right is False:
        return Outcome.WRONG
    if sent.judged_right is None and sent.refused_at is not None and sent.refused_at <= at:
        return Outcome.WRONG
    if sent.confirmed_at is not None and sent.confirmed_at <= at:
        return Outcome.CONFIRMED
    until = sent.at + RECONTACT
    if sent.wrote_again_at is not None and sent.wrote_again_at <= min(at, until):
        return Outcome.RECONTACTED
    return Outcome.SILENT if at > until else Outcome.OPEN


PUBLISHED = (Outcome.CONFIRMED, Outcome.SILENT, Outcome.RECONTACTED, Outcome.WRONG)


def published(outcomes: Iterable[Outcome]) -> Mapping[Outcome, Rate]:
    """The four numbers, each of all answers whose outcome is known. Silence is its own number and nobody's success."""
    known: list[Outcome] = [each for each in outcomes if each in PUBLISHED]
    return {each: rate(known.count(each), len(known)) for each in PUBLISHED}


def drawn(ids: Iterable[int], *, seed: str, size: int) -> list[int]:
    """A sample without favour: the same seed draws the same ids, whatever their order, and more of them add to it."""
    return sorted(ids, key=lambda each: hashlib.sha256(f"{seed}:{each}".encode()).digest())[: max(size, 0)]
