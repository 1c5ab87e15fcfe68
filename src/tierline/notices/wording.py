"""What a notice says, in its reader's language and zone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext, override

SUBJECT_LIMIT = 120


@dataclass(frozen=True, slots=True)
class Line:
    """One step as its reader sees it. ``number`` and ``subject`` are the ticket's, empty where there is none."""

    kind: str
    priority: str
    number: str
    subject: str
    enterprise: str
    at: datetime
    title: str
    link: str


def title(kind: str, facts: Mapping[str, Any], *, zone: str) -> str:
    """The sentence of one step in the language that is active."""
    why = facts.get("why")
    key = f"message.notice.{kind}.{why}" if why else f"message.notice.{kind}"
    sentence = gettext(key)
    if sentence == key:
        sentence = gettext(f"message.notice.{kind}")
    told = {"tier": facts.get("tier", ""), "clock": clock_name(str(facts.get("clock", ""))), "due": ""}
    told["name"] = facts.get("name", "")
    if facts.get("due"):
        told["due"] = instant(datetime.fromisoformat(facts["due"]), zone=zone)
        sentence += gettext("message.notice.due")
    return sentence.format(**told)


def clock_name(kind: str) -> str:
    key = f"page.clock_full.{kind}"
    words = gettext(key)
    return kind if words == key else words


def instant(at: datetime, *, zone: str) -> str:
    """03-02 10:30 CST: the zone is named, its reader may be travelling."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%m-%d %H:%M} {local.tzname()}"


def link(kind: str, number: str) -> str:
    elsewhere = "knowledge/review" if kind == "article" else "channels"
    return f"{settings.BASE_URL.rstrip('/')}/{f'tickets/{number}' if number else elsewhere}"


def mail(lines: Sequence[Line], *, zone: str, language: str) -> tuple[str, str]:
    """(subject, text): one ticket is named in the subject, of several their number is."""
    with override(language):
        subject = _subject(lines)
        blocks = []
        for number in dict.fromkeys(line.number for line in lines):
            own = [line for line in lines if line.number == number]
            first = own[0]
            blocks.append(
                "\n".join(
                    [
                        " · ".join(part for part in (number, first.priority, first.enterprise) if part),
                        *([first.subject] if first.subject else []),
                        *(f"- {instant(line.at, zone=zone)}  {line.title}" for line in own),
                        first.link,
                    ]
                )
            )
        foot = gettext("message.notice.foot").format(link=f"{settings.BASE_URL.rstrip('/')}/notices/preferences")
    return subject, "\n\n".join([*blocks, foot])


def _subject(lines: Sequence[Line]) -> str:
    tickets = {line.number for line in lines}
    if len(tickets) > 1:
        return gettext("message.notice.digest").format(steps=len(lines), tickets=len(tickets))
    last = max(lines, key=lambda line: line.at)
    if not last.number:
        return f"[{last.enterprise}] {last.title}"[:SUBJECT_LIMIT]
    return f"[{last.number} {last.priority}] {last.title} · {last.subject}"[:SUBJECT_LIMIT]


def trial(*, language: str) -> tuple[str, str]:
    """(subject, text) of the notice that somebody sends to himself to see whether it arrives."""
    with override(language):
        return gettext("message.notice.trial"), gettext("message.notice.trial_text")
