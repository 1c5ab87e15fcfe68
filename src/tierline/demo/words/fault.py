"""A kind of trouble: how customers put it, how it is worked, what mends it. The words are in the .toml files."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

Slots = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Fault:
    """``weight``: how often, against the others. ``deep``: shares that reach L2 and L3. ``grading``: see arrivals."""

    code: str
    service: str
    zh: str
    en: str
    weight: int
    grading: str
    deep: tuple[float, float]
    cause: str
    subjects: Sequence[str]
    texts: Sequence[str]
    english: tuple[str, str]
    answer: str
    question: str
    found: Sequence[str]
    plan: str
    root: str
    fix: str
    lesson: Sequence[str]
    task: str = ""


@dataclass(frozen=True, slots=True)
class Service:
    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """``families`` and ``trades`` make the end customers' names; ``assets`` the products in the device ledger."""

    services: Sequence[Service]
    faults: Sequence[Fault]
    slots: Slots
    trades: Sequence[str]
    assets: Sequence[tuple[str, str]]
    openings: Sequence[str]
    closings: Sequence[str]


def vocabulary(name: str) -> Vocabulary:
    """The words of one enterprise, from ``name.toml``."""
    told = tomllib.loads(resources.files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))
    services, faults = told.pop("services"), told.pop("faults")
    return Vocabulary(services=[Service(**s) for s in services], faults=[Fault(**f) for f in faults], **told)


class Filled(dict[str, str]):
    """Slots of one ticket: each is drawn once and stays, so that subject, text and answer agree."""

    def __init__(self, chance: random.Random, slots: Slots) -> None:
        super().__init__()
        self.chance, self.slots = chance, slots

    def __missing__(self, name: str) -> str:
        self[name] = self.chance.choice(self.slots[name])
        return self[name]
