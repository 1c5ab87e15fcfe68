"""The terms of one agreement version as a value: what is promised, on which calendar, and what may pause it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple, Self

from tierline.domain.calendars import ALWAYS, DAY, HOUR, Calendar, NeverOpens
from tierline.domain.errors import Invalid
from tierline.domain.priority import DEFAULT_MATRIX, Matrix
from tierline.domain.terms import codec, standard
from tierline.domain.terms.amounts import Amount, TargetNotPositive
from tierline.domain.terms.credits import Credit
from tierline.domain.terms.kinds import DEFAULT_PAUSES, OF_A_TIER, PAUSABLE, ROUND_THE_CLOCK, TIER_OF, Kind, TargetKey
from tierline.domain.terms.parties import PartyKey, PartyTarget
from tierline.domain.terms.steps import DEFAULT_STEPS, Step

# Ten years.
LONGEST_WEEKS = 520
# Of open time; more than two years around the clock.
MOST_HOURS = 20_000


class UnknownCalendar(Invalid):
    """A priority or tier names a calendar that the agreement does not bring. ``calendar``."""

    code: ClassVar[str] = "unknown_calendar"


class TargetTooLong(Invalid):
    """A target that its calendar's weeks could not fill in ten years: nobody meant it. ``where``, ``calendar``."""

    code: ClassVar[str] = "target_too_long"


class TargetOverLimit(Invalid):
    """A target of more than ``most_hours`` of open time. ``where``."""

    code: ClassVar[str] = "target_over_limit"


class PauseNotAllowed(Invalid):
    """The kind is never paused for that reason, whatever the agreement says. ``kind``, ``on``."""

    code: ClassVar[str] = "pause_not_allowed"


class Promise(NamedTuple):
    """A target resolved: so many open microseconds of that calendar."""

    calendar: Calendar
    micros: int


@dataclass(frozen=True, slots=True)
class Terms:
    """Immutable. ``calendars`` by name; ``calendar_of`` a priority; ``tier_calendars`` of an OLA's tier, optional.

    ``working`` names the calendar of working days for a priority that runs 24x7. ``pauses`` says per kind which
    waits stop it. Windows in microseconds of elapsed time: ``reopen_within`` from resolve, ``silence`` until a
    resolved ticket verifies itself. A lowered priority needs a second person from ``second_person_from`` percent used.
    ``returns``: per priority the working microseconds after which a ticket whose owner says nothing goes back.
    """

    calendars: Mapping[str, Calendar]
    calendar_of: Mapping[str, str]
    targets: Mapping[TargetKey, Amount]
    working: str
    id: int | str = 0
    label: str = ""
    tier_calendars: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    pauses: Mapping[Kind, frozenset[str]] = field(default_factory=lambda: DEFAULT_PAUSES)
    excludes_outages: bool = False
    reopen_within: int = 168 * HOUR
    silence: int = 3 * DAY
    second_person_from: int = 75
    returns: Mapping[str, int] = field(default_factory=dict)
    steps: tuple[Step, ...] = DEFAULT_STEPS
    credits: tuple[Credit, ...] = ()
    matrix: Matrix = field(default_factory=lambda: DEFAULT_MATRIX)
    # What a department or supplier owes, on its own calendar.
    parties: Mapping[PartyKey, PartyTarget] = field(default_factory=dict)
    # Kinds with any target at all: the fold starts no others.
    kinds: frozenset[Kind] = field(init=False, compare=False, repr=False)
    _promises: dict[TargetKey, Promise | None] = field(init=False, compare=False, repr=False, default_factory=dict)
    _stopped: dict[str, frozenset[Kind]] = field(init=False, compare=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "kinds", frozenset(kind for kind, _, _ in self.targets))

    @classmethod
    def default(cls, calendar: Calendar | None = None) -> Self:
        """PRODUCT.md's table: P1 and P2 around the clock, P3 and P4 on ``calendar`` (else Shanghai Mon-Fri 09-18)."""
        return cls(**standard.fields(calendar))

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """From the JSON of docs/sla.md, checked. The calendar named ``always`` (24x7) need not be listed.

        Raises Invalid and its kinds, NeverOpens.
        """
        terms = cls(**codec.read(value))
        terms.check()
        return terms

    def to_json(self) -> dict[str, Any]:
        """The JSON from which from_json makes equal terms."""
        return codec.written(self)

    def promise(self, kind: Kind, priority: str, tier: int | None = None) -> Promise | None:
        """The target of ``kind`` at ``priority`` for the receiving ``tier``, or None when nothing is promised."""
        key = (kind, priority, tier)
        try:
            return self._promises[key]
        except KeyError:
            return self._promises.setdefault(key, self._resolve(key))

    def party_promise(self, kind: Kind, party: str, priority: str) -> Promise | None:
        """What that department or supplier owes for a task of this priority, or None: then ``promise`` says it."""
        target = self.parties.get((kind, party, priority))
        return None if target is None else self._promised(target.amount, self.calendars[target.calendar])

    def paused_by(self, on: str) -> frozenset[Kind]:
        """The kinds that a wait on ``on`` stops."""
        try:
            return self._stopped[on]
        except KeyError:
            return self._stopped.setdefault(on, frozenset(kind for kind, waits in self.pauses.items() if on in waits))

    def _resolve(self, key: TargetKey) -> Promise | None:
        kind, priority, tier = key
        amount = self.targets.get(key) or self.targets.get((kind, priority, None))
        if amount is None:
            return None
        return self._promised(amount, self.calendar_for(kind, priority, tier))

    def _promised(self, amount: Amount, calendar: Calendar) -> Promise:
        if amount.elapsed:
            calendar = ALWAYS
        elif amount.working_days and calendar.is_continuous:
            calendar = self.calendars[self.working]
        return Promise(calendar, amount.on(calendar))

    def calendar_for(self, kind: Kind, priority: str, tier: int | None = None) -> Calendar:
        """The calendar on which ``kind`` is counted (SLA.md section 3, last column)."""
        if kind in ROUND_THE_CLOCK:
            return ALWAYS
        if kind in OF_A_TIER:
            receiving = TIER_OF.get(kind, tier or 0)
            own = self.tier_calendars.get(receiving, {})
            if priority in own:
                return self.calendars[own[priority]]
        return self.calendar_of_priority(priority)

    def calendar_of_priority(self, priority: str) -> Calendar:
        return self.calendars[self.calendar_of.get(priority, self.working)]

    def check(self) -> None:
        """Refuses what no clock could be read with. Raises UnknownCalendar, NeverOpens, and kinds of Invalid."""
        named = [self.working, *self.calendar_of.values()]
        named += [name for names in self.tier_calendars.values() for name in names.values()]
        named += [target.calendar for target in self.parties.values()]
        for name in named:
            if name not in self.calendars:
                raise UnknownCalendar(field="calendars", calendar=name)
            if not self.calendars[name].opens_every_week:
                raise NeverOpens(field="calendars", calendar=name)
        for kind, priority, _ in self.targets:
            if priority not in self.calendar_of:
                raise UnknownCalendar(field="calendar_of", priority=priority, kind=kind.value)
        self._check_amounts()

    def _check_amount(self, amount: Amount, promise: Promise | None, where: str) -> None:
        if amount.micros <= 0 and amount.working_days <= 0:
            raise TargetNotPositive(field="targets", where=where, value=amount.micros)
        if promise is not None and promise.micros > LONGEST_WEEKS * promise.calendar.week_micros:
            raise TargetTooLong(field="targets", where=where, calendar=promise.calendar.label)
        if promise is not None and promise.micros > MOST_HOURS * HOUR:
            raise TargetOverLimit(field="targets", where=where, most_hours=MOST_HOURS)

    def _check_amounts(self) -> None:
        for (kind, priority, tier), amount in self.targets.items():
            self._check_amount(amount, self.promise(kind, priority, tier), f"{kind} {priority}")
        for (kind, party, priority), target in self.parties.items():
            self._check_amount(target.amount, self.party_promise(kind, party, priority), f"{kind} {party} {priority}")
        for priority, micros in self.returns.items():
            if priority not in self.calendar_of:
                raise UnknownCalendar(field="calendar_of", priority=priority)
            if micros <= 0:
                raise TargetNotPositive(field="return_minutes", where=priority, value=micros)
            if micros > LONGEST_WEEKS * self.calendar_of_priority(priority).week_micros:
                raise TargetTooLong(field="return_minutes", where=priority, calendar=self.calendar_of[priority])
        for kind, waits in self.pauses.items():
            refused = waits - PAUSABLE.get(kind, frozenset())
            if refused:
                raise PauseNotAllowed(field="pauses", kind=kind.value, on=sorted(refused))
        longest = LONGEST_WEEKS * 7 * DAY
        windows = 0 <= self.reopen_within <= longest and 0 < self.silence <= longest
        if not windows or not 0 < self.second_person_from <= 100:
            raise Invalid(field="change_policy", value=[self.reopen_within, self.silence, self.second_person_from])
