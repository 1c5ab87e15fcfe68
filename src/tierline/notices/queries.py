"""Reads of the notifier: a person's own notices, wishes and messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Max, QuerySet

from tierline.desk.events import EventsRecorded
from tierline.domain import notices as rules
from tierline.domain.errors import NotFound
from tierline.domain.notices import Channel, Kind, Quiet, Rhythm, When, Wish
from tierline.notices import policies
from tierline.notices.models import HELD, LEFT, Delivery, Hook, Message, Notice, Preference, Step, Unreached
from tierline.plumbing.actor import Actor

FILTERS = ("todo", "know", "all")
PAGE = 50
# So long what reached nobody stands above the list; the audit record keeps it.
UNREACHED_SHOWN = timedelta(days=7)
# The badge shows no more than this.
MANY = 99
ACTING = tuple(kind.value for kind in Kind if kind in rules.ACTING or kind is Kind.REPLY)


@dataclass(frozen=True, slots=True)
class Wishes:
    """A person's preferences as the rules read them; as shipped where the person said nothing."""

    by_kind: Mapping[Kind, Mapping[Channel, When]]
    budget: int
    is_quiet: bool
    quiet: Quiet
    rhythm: Rhythm
    daily_at: int
    changed_at: datetime | None

    def when(self, kind: Kind, channel: Channel) -> When:
        return self.by_kind[kind][channel]

    def wish(self, zone: str) -> Wish:
        quiet = self.quiet if self.is_quiet else None
        return Wish(zone, self.budget, quiet, self.rhythm, self.daily_at)


def wishes(person_ids: Iterable[int]) -> Mapping[int, Wishes]:
    wanted = set(person_ids)
    stored = {row.person_id: row for row in Preference.objects.filter(person_id__in=wanted)}
    return {person_id: _wishes(stored.get(person_id) or Preference()) for person_id in wanted}


def has_centre(actor: Actor) -> bool:
    return policies.may_read(actor)


def unread(actor: Actor) -> int:
    return Notice.objects.filter(person_id=actor.person_id, read_at=None)[: MANY + 1].count()


def notices(actor: Actor, which: str, *, before: int | None = None) -> list[Notice]:
    """``todo``: unread and asking for something. ``know``: unread, to be known. ``all``: read ones as well."""
    rows = Notice.objects.filter(person_id=actor.person_id)
    if which in ("todo", "know"):
        rows = rows.filter(read_at=None)
        rows = rows.filter(kind__in=ACTING) if which == "todo" else rows.exclude(kind__in=ACTING)
    if before is not None:
        rows = rows.filter(id__lt=before)
    return list(rows.order_by("-id")[:PAGE])


def counts(actor: Actor) -> Mapping[str, int]:
    rows = Notice.objects.filter(person_id=actor.person_id, read_at=None)
    todo, every = rows.filter(kind__in=ACTING).count(), rows.count()
    return {"todo": todo, "know": every - todo}


def notice(actor: Actor, notice_id: int) -> Notice:
    found: Notice | None = Notice.objects.filter(id=notice_id, person_id=actor.person_id).first()
    if found is None:
        raise NotFound(what="notice", value=notice_id)
    return found


def steps(notice_ids: Iterable[int]) -> Mapping[int, Sequence[Step]]:
    """notice -> its steps, newest first."""
    found: dict[int, list[Step]] = {}
    for step in Step.objects.filter(notice_id__in=list(notice_ids)).order_by("-at", "-id"):
        found.setdefault(step.notice_id, []).append(step)
    return found


def warnings(ticket_ids: Iterable[int]) -> QuerySet[Step]:
    """Warnings about these tickets that are still current, whoever was told."""
    return Step.objects.filter(kind=Kind.WARNING, retired_at=None, notice__ticket_id__in=list(ticket_ids))


def warned(events: Sequence[EventsRecorded]) -> list[EventsRecorded]:
    """Those of tickets that somebody was warned of."""
    found = set(warnings(e.ticket_id for e in events).values_list("notice__ticket_id", flat=True))
    return [event for event in events if event.ticket_id in found]


def sent_at(person_id: int, channel: str, hook_id: int | None, *, at: datetime) -> list[datetime]:
    """When the messages left that use up the person's budget on this channel at ``at``."""
    rows = Message.objects.filter(person_id=person_id, channel=channel, hook_id=hook_id, is_counted=True)
    return list(rows.filter(created_at__gt=at - rules.BUDGET_SPAN).values_list("created_at", flat=True))


def group_sent_at(
    person_id: int, channel: str, hook_id: int | None, ticket_id: int | None, *, at: datetime
) -> datetime | None:
    """When the last message about this ticket left, where that is so short ago that the next one waits for it."""
    if ticket_id is None:
        return None
    left = Delivery.objects.filter(
        person_id=person_id,
        channel=channel,
        hook_id=hook_id,
        state=LEFT,
        step__notice__ticket_id=ticket_id,
        message__person_id=person_id,
        message__channel=channel,
        message__created_at__gt=at - rules.GROUP_SPAN,
    )
    found: datetime | None = left.aggregate(at=Max("message__created_at"))["at"]
    return found


def own_hooks(person_ids: Iterable[int]) -> Mapping[int, Sequence[Hook]]:
    found: dict[int, list[Hook]] = {}
    for hook in Hook.objects.filter(person_id__in=list(person_ids), removed_at=None).order_by("id"):
        found.setdefault(hook.person_id, []).append(hook)
    return found


def enterprise_hooks(enterprise_ids: Iterable[int]) -> list[Hook]:
    return list(Hook.objects.filter(enterprise_id__in=list(enterprise_ids), removed_at=None).order_by("id"))


def messages_of(hook_ids: Iterable[int], *, limit: int = 8) -> Mapping[int, Sequence[Message]]:
    """hook -> its last messages, newest first."""
    return {n: list(Message.objects.filter(hook_id=n).order_by("-id")[:limit]) for n in hook_ids}


def mails(actor: Actor, *, limit: int = 8) -> list[Message]:
    return list(Message.objects.filter(person_id=actor.person_id, channel=Channel.EMAIL).order_by("-id")[:limit])


def used(actor: Actor, *, at: datetime) -> int:
    """How many counted messages left in the last hour, on the channel where it is most."""
    assert actor.person_id is not None
    hooks = own_hooks([actor.person_id]).get(actor.person_id, ())
    lanes: list[tuple[str, int | None]] = [(Channel.EMAIL, None), *((Channel.HOOK, hook.id) for hook in hooks)]
    return max(len(sent_at(actor.person_id, channel, hook, at=at)) for channel, hook in lanes)


def held(actor: Actor) -> int:
    return Delivery.objects.filter(person_id=actor.person_id, state=HELD).count()


def unreached(*, at: datetime, limit: int = 20) -> list[Unreached]:
    """Those of the last week, the latest first."""
    return list(Unreached.objects.filter(at__gt=at - UNREACHED_SHOWN).order_by("-at", "-id")[:limit])


def figures(*, at: datetime) -> Mapping[str, int]:
    """Counts of the whole installation, for its operator: no name, no ticket, no scope; each at most 10,000.

    ``sent`` in the last hour, ``failed`` and ``unreached`` of the last day, the others as they are.
    """
    names = ("queued", "sent", "failed", "held", "overdue", "unreached")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(names)} FROM tierline_notice_figures(%s)", [at])
        row = cursor.fetchone()
    assert row is not None
    return dict(zip(names, row, strict=True))


def _wishes(row: Preference) -> Wishes:
    by_kind = {
        kind: {
            channel: When(row.wishes.get(kind, {}).get(channel, shipped))
            for channel, shipped in rules.DEFAULT_WISHES[kind].items()
        }
        for kind in Kind
    }
    quiet = Quiet(row.quiet_from, row.quiet_until)
    return Wishes(by_kind, row.budget, row.is_quiet, quiet, Rhythm(row.rhythm), row.daily_at, row.changed_at)
