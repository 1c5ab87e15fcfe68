"""Sentences that the doors themselves say, in the reader's language."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from django.utils.translation import gettext, override

CHINESE, ENGLISH = "zh-hans", "en"
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_LETTER = re.compile(r"[^\W\d_]")


def say(key: str, *, language: str, **facts: object) -> str:
    """The catalogue's sentence ``message.<key>`` with the facts filled in."""
    with override(language):
        return gettext(f"message.{key}").format(**facts)


def language_of(text: str, *, otherwise: str) -> str:
    """The language to answer a new correspondent in: Chinese where there is some; ``otherwise`` without letters."""
    if _HAN.search(text):
        return CHINESE
    return ENGLISH if _LETTER.search(text) else otherwise


def instant(at: datetime, *, zone: str, language: str) -> str:
    """A promised instant as people say it, in the reader's zone, which is named: they may be travelling."""
    local = at.astimezone(ZoneInfo(zone))
    locale = "zh_Hans" if language == CHINESE else "en"
    day = format_date(local, "M月d日 EEEE" if language == CHINESE else "EEEE, d MMMM", locale=locale)
    hour = format_time(local, "HH:mm", locale=locale)
    return say("mail_instant", language=language, day=day, time=hour, zone=local.tzname() or zone)
