"""Notices: which message leaves now, which waits until when, and which goes into the digest. Decided, not done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import ClassVar
from zoneinfo import ZoneInfo

from tierline.domain.calendars import instant
from tierline.domain.calendars.zones import wall, zone_of
from tierline.domain.errors import Invalid

MINUTES_A_DAY = 24 * 60
# The budget counts what left in the last hour, at any moment and not by the clock's hours.
HOUR = timedelta(hours=1)
BUDGET_SPAN = HOUR
BUDGET_LIMIT = 200
# Steps of one ticket so close together are one notice, and one message after the first.
GROUP_SPAN = timedelta(minutes=10)
EXEMPT = "P1"


class Kind(StrEnum):
    """What a notice is about, in the order of the preferences page."""

    PAGE = "page"
    BREACH = "breach"
    WARNING = "warning"
    ASSIGNED = "assigned"
    OFFERED = "offered"
    RETURNED = "returned"
    UNPLACED = "unplaced"
    REPLY = "reply"
    REOPENED = "reopened"
    VERIFIED = "verified"
    CHANNEL = "channel"
    ARTICLE = "article"


class Channel(StrEnum):
    APP = "app"
    EMAIL = "email"
    HOOK = "hook"


class When(StrEnum):
    """A person's wish for one kind on one channel."""

    NOW = "now"
    DIGEST = "digest"
    OFF = "off"


class Rhythm(StrEnum):
    HOURLY = "hourly"
    DAILY = "daily"


class Verdict(StrEnum):
    NOW = "now"
    HOLD = "hold"
    DIGEST = "digest"
    OFF = "off"


class EndlessQuiet(Invalid):
    """Quiet hours that begin when they end would never end. ``field``."""

    code: ClassVar[str] = "endless_quiet"


# What asks the reader to do something; while on duty quiet hours do not hold it back.
ACTING = frozenset(
    {
        Kind.PAGE,
        Kind.BREACH,
        Kind.WARNING,
        Kind.ASSIGNED,
        Kind.OFFERED,
        Kind.RETURNED,
        Kind.UNPLACED,
        Kind.REOPENED,
        Kind.CHANNEL,
    }
)
# In the application these always count as unread: nobody can stop hearing of them.
ALWAYS_IN_APP = frozenset(
    {Kind.PAGE, Kind.BREACH, Kind.ASSIGNED, Kind.OFFERED, Kind.RETURNED, Kind.UNPLACED, Kind.CHANNEL}
)

_NOW, _DIGEST, _OFF = When.NOW, When.DIGEST, When.OFF
DEFAULT_WISHES: Mapping[Kind, Mapping[Channel, When]] = {
    Kind.PAGE: {Channel.APP: _NOW, Channel.EMAIL: _NOW, Channel.HOOK: _NOW},
    Kind.BREACH: {Channel.APP: _NOW, Channel.EMAIL: _NOW, Channel.HOOK: _NOW},
    Kind.WARNING: {Channel.APP: _NOW, Channel.EMAIL: _OFF, Channel.HOOK: _NOW},
    Kind.ASSIGNED: {Channel.APP: _NOW, Channel.EMAIL: _NOW, Channel.HOOK: _NOW},
    Kind.OFFERED: {Channel.APP: _NOW, Channel.EMAIL: _NOW, Channel.HOOK: _NOW},
    Kind.RETURNED: {Channel.APP: _NOW, Channel.EMAIL: _NOW, Channel.HOOK: _NOW},
    Kind.UNPLACED: {Channel.APP: _NOW, Channel.EMAIL: _NOW, Channel.HOOK: _NOW},
    Kind.REPLY: {Channel.APP: _NOW, Channel.EMAIL: _DIGEST, Channel.HOOK: _OFF},
    Kind.REOPENED: {Channel.APP: _NOW, Channel.EMAIL: _NOW, Channel.HOOK: _OFF},
    Kind.VERIFIED: {Channel.APP: _NOW, Channel.EMAIL: _OFF, Channel.HOOK: _OFF},
    Kind.CHANNEL: {Channel.APP: _NOW, Channel.EMAIL: _NOW, Channel.HOOK: _OFF},
    Kind.ARTICLE: {Channel.APP: _NOW, Channel.EMAIL: _DIGEST, Channel.HOOK: _OFF},
}


@dataclass(frozen=True, slots=True)
class Quiet:
    """From ``starts`` to ``ends`` every day, in minutes of the local day; over midnight when it ends first."""

    starts: int
    ends: int

    def __post_init__(self) -> None:
        for field, minute in (("quiet_from", self.starts), ("quiet_until", self.ends)):
            if not 0 <= minute < MINUTES_A_DAY:
                raise Invalid(field=field, value=minute)
        if self.starts == self.ends:
            raise EndlessQuiet(field="quiet_until")


@dataclass(frozen=True, slots=True)
class Wish:
    """How one person wants one channel used. ``budget`` is the most messages of any hour; at least one.

    ``daily_at`` is the minute of the local day at which a daily digest leaves.
    """

    zone: str
    budget: int = 20
    quiet: Quiet | None = None
    rhythm: Rhythm = Rhythm.HOURLY
    daily_at: int = 9 * 60

    def __post_init__(self) -> None:
        if not 1 <= self.budget <= BUDGET_LIMIT:
            raise Invalid(field="budget", value=self.budget, allowed=[1, BUDGET_LIMIT])
        if not 0 <= self.daily_at < MINUTES_A_DAY:
            raise Invalid(field="daily_at", value=self.daily_at)
        zone_of(self.zone)


@dataclass(frozen=True, slots=True)
class Decision:
    """``until`` is when it is looked at again; None for what leaves now or not at all."""

    verdict: Verdict
    reason: str
    until: datetime | None = None


def decide(
    *,
    kind: Kind,
    priority: str,
    when: When,
    wish: Wish,
    sent: Sequence[datetime],
    at: datetime,
    on_duty: bool = False,
    group_sent_at: datetime | None = None,
) -> Decision:
    """What becomes of one step on one channel at ``at``.

    ``sent``: when the messages left that count against the budget, in any order. ``group_sent_at``: when the
    last message about the same ticket left. P1 knows neither quiet hours nor budget nor grouping.
    """
    if when is When.OFF:
        return Decision(Verdict.OFF, "muted")
    if priority == EXEMPT:
        return Decision(Verdict.NOW, "p1")
    quiet_until = quiet_end(wish, at)
    is_heard = heard(kind, on_duty=on_duty)
    if quiet_until is not None and not is_heard:
        return Decision(Verdict.HOLD, "quiet", quiet_until)
    digest_at = next_digest(wish, at)
    if not is_heard:
        digest_at = quiet_end(wish, digest_at) or digest_at
    if when is When.DIGEST:
        return Decision(Verdict.DIGEST, "digest", digest_at)
    if group_sent_at is not None and at < group_sent_at + GROUP_SPAN:
        return Decision(Verdict.HOLD, "grouped", group_sent_at + GROUP_SPAN)
    if budget_free_at(wish, sent, at) > at:
        return Decision(Verdict.DIGEST, "budget", digest_at)
    return Decision(Verdict.NOW, "free")


def heard(kind: Kind, *, on_duty: bool) -> bool:
    """Whether quiet hours do not hold this back."""
    return on_duty and kind in ACTING


def release(*, wish: Wish, sent: Sequence[datetime], at: datetime, is_heard: bool = False) -> Decision:
    """Whether all that was held and is due may leave at ``at``, as one message, which counts as one.

    ``is_heard``: something of it is for a person on duty, whom quiet hours do not stop.
    """
    quiet_until = quiet_end(wish, at)
    if quiet_until is not None and not is_heard:
        return Decision(Verdict.HOLD, "quiet", quiet_until)
    free_at = budget_free_at(wish, sent, at)
    if free_at > at:
        return Decision(Verdict.HOLD, "budget", free_at)
    return Decision(Verdict.NOW, "due")


def budget_free_at(wish: Wish, sent: Sequence[datetime], at: datetime) -> datetime:
    """The first instant from ``at`` on at which one more message keeps every hour within the budget."""
    recent = sorted(s for s in sent if s > at - BUDGET_SPAN)
    if len(recent) < wish.budget:
        return at
    return recent[len(recent) - wish.budget] + BUDGET_SPAN


def quiet_end(wish: Wish, at: datetime) -> datetime | None:
    """When the quiet hours that hold at ``at`` end; None outside of them. The end itself is loud.

    A begin that does not exist moves to the first valid instant; of an end that happens twice the last counts.
    """
    if wish.quiet is None:
        return None
    end = _quiet_around(wish, wish.quiet, at)
    # On a DST night two windows with little between them can meet.
    for _ in range(3):
        further = None if end is None else _quiet_around(wish, wish.quiet, end)
        if further is None:
            break
        end = further
    return end


def next_digest(wish: Wish, at: datetime) -> datetime:
    """The next full local hour, or the next ``daily_at``, strictly after ``at``."""
    zone = zone_of(wish.zone)
    local = at.astimezone(zone)
    if wish.rhythm is Rhythm.HOURLY:
        into = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        return _full_hour(at + HOUR - into, zone, after=at)
    days = (local.date() + timedelta(days=n) for n in range(3))
    return next(t for t in (_at_minute(wish.zone, day, wish.daily_at) for day in days) if t > at)


def _full_hour(guess: datetime, zone: ZoneInfo, *, after: datetime) -> datetime:
    """``guess``, put right where the clocks were shifted by part of an hour in between."""
    over = timedelta(minutes=guess.astimezone(zone).minute)
    if not over:
        return guess
    return guess - over if guess - over > after else guess + HOUR - over


def _quiet_around(wish: Wish, quiet: Quiet, at: datetime) -> datetime | None:
    today = at.astimezone(zone_of(wish.zone)).date()
    for day in (today, today - timedelta(days=1)):
        last = day if quiet.starts < quiet.ends else day + timedelta(days=1)
        if _at_minute(wish.zone, day, quiet.starts) <= at < _at_minute(wish.zone, last, quiet.ends, is_end=True):
            return _at_minute(wish.zone, last, quiet.ends, is_end=True)
    return None


def _at_minute(zone: str, day: date, minute: int, *, is_end: bool = False) -> datetime:
    return instant(wall(zone_of(zone), day, minute, is_end=is_end))
