"""One ticket of the demo: who writes what, and what kind of trouble it is."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from tierline.demo.people import ENGLISH, FAMILY, GIVEN, PEOPLE, PLACES, SOUNDS, Company
from tierline.demo.words.fault import Fault, Filled
from tierline.desk.operations import Place

T = TypeVar("T")

# Impact and urgency by the fault's grading, weighted so that the month looks like the reference case.
_GRADINGS = {
    "wide": ((("extensive", "high"), 30), (("extensive", "medium"), 50), (("significant", "high"), 20)),
    "blocked": (
        (("significant", "critical"), 4),
        (("significant", "high"), 26),
        (("significant", "medium"), 40),
        (("moderate", "medium"), 30),
    ),
    "deadline": ((("significant", "high"), 24), (("significant", "medium"), 46), (("minor", "high"), 30)),
    "degraded": ((("moderate", "critical"), 6), (("moderate", "medium"), 64), (("minor", "medium"), 30)),
    "question": (
        (("minor", "high"), 16),
        (("moderate", "medium"), 24),
        (("minor", "low"), 44),
        (("moderate", "low"), 16),
    ),
}
_CHANNELS = (("portal", 45), ("email", 33), ("phone", 14), ("api", 8))
_ENGLISH_SHARE, _REGULAR_SHARE, _WITH_DEVICE = 0.1, 0.05, 0.6
_DESKS = ("kuaiji", "caiwu", "chuna", "office", "it", "ops", "dianzhang", "front")


@dataclass(frozen=True, slots=True)
class Customer:
    name: str
    grade: str
    is_core: bool
    mail_domain: str


@dataclass(frozen=True, slots=True)
class Writer:
    name: str
    email: str
    customer: str
    language: str


@dataclass(slots=True)
class Case:
    """``serial`` orders all tickets of the demo by arrival and picks the reserved number."""

    company: Company
    serial: int
    at: datetime
    fault: Fault
    words: Filled
    writer: Writer
    impact: str
    urgency: str
    channel: str
    subject: str
    text: str
    asset: str = ""

    def place(self, reserved: Sequence[Place]) -> Place:
        """The number that was kept for it."""
        return reserved[self.serial]


def customers(company: Company) -> list[Customer]:
    """The end customers of the enterprise; the first one is our requester's."""
    chance = random.Random(f"customers:{company.slug}")
    names = [f"{place}{sound}{trade}" for place in PLACES for sound in SOUNDS for trade in company.vocabulary.trades]
    chance.shuffle(names)
    own = next(p for p in PEOPLE if p.enterprise == company.slug and p.customer)
    made = [Customer(own.customer, "gold", True, own.email.partition("@")[2])]
    for n, name in enumerate(names[: company.customers - 1], start=1):
        grade = chance.choices(("gold", "silver", "standard"), (6, 22, 72))[0]
        made.append(
            Customer(name, grade, grade == "gold" and chance.random() < 0.7, f"{company.slug[0]}{n:04}.example")
        )
    return made


def asset_tag(company: Company, n: int) -> str:
    return f"{company.slug[:2].upper()}-{n:05}"


def keeper_of(company: Company, n: int) -> int:
    """Which end customer keeps the n-th device."""
    return (n * 7919) % company.customers


def write(seed: str, company: Company, known: list[Customer], serial: int, at: datetime) -> Case:
    """The case that came in at ``at``."""
    chance = random.Random(f"{seed}:{company.slug}:{serial}")
    vocabulary = company.vocabulary
    fault = chance.choices(vocabulary.faults, [f.weight for f in vocabulary.faults])[0]
    words = Filled(chance, vocabulary.slots)
    is_english = chance.random() < _ENGLISH_SHARE
    device = chance.randrange(company.devices) if chance.random() < _WITH_DEVICE * (company.slug == "zhilian") else None
    place = keeper_of(company, device) if device is not None else int(company.customers * chance.random() ** 2)
    subject, text = _asked(chance, company, fault, is_english=is_english)
    (impact, urgency), channel = _drawn(chance, _GRADINGS[fault.grading]), _drawn(chance, _CHANNELS)
    return Case(
        company=company,
        serial=serial,
        at=at,
        fault=fault,
        words=words,
        writer=_writer(chance, company, known[place], is_english=is_english),
        impact=impact,
        urgency=urgency,
        channel=channel,
        subject=subject.format_map(words),
        text=text.format_map(words),
        asset=asset_tag(company, device) if device is not None else "",
    )


def _asked(chance: random.Random, company: Company, fault: Fault, *, is_english: bool) -> tuple[str, str]:
    if is_english:
        return fault.english
    opening, closing = chance.choice(company.vocabulary.openings), chance.choice(company.vocabulary.closings)
    return chance.choice(fault.subjects), f"{opening}{chance.choice(fault.texts)}{closing}"


def _writer(chance: random.Random, company: Company, customer: Customer, *, is_english: bool) -> Writer:
    regular = next(p for p in PEOPLE if p.enterprise == company.slug and p.customer)
    if customer.name == regular.customer or (not is_english and chance.random() < _REGULAR_SHARE):
        return Writer(regular.name, regular.email, regular.customer, "zh-hans")
    desk = chance.choice(_DESKS)
    person = random.Random(f"{desk}@{customer.mail_domain}")
    name = person.choice(ENGLISH) if is_english else person.choice(FAMILY) + person.choice(GIVEN)
    mail = f"{name.split()[0].lower()}@{customer.mail_domain}" if is_english else f"{desk}@{customer.mail_domain}"
    return Writer(name, mail, customer.name, "en" if is_english else "zh-hans")


def _drawn(chance: random.Random, weighted: Sequence[tuple[T, int]]) -> T:
    return chance.choices([value for value, _ in weighted], [weight for _, weight in weighted])[0]
