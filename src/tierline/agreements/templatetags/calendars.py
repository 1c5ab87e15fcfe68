"""Words of calendars that need more than a key."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext

from tierline.agreements.queries import CalendarWarning
from tierline.domain.calendars.windows import WEEKDAYS

register = template.Library()


@register.simple_tag
def calendar_warning(warning: CalendarWarning) -> str:
    """The sentence of what somebody should see to."""
    facts = {name: ", ".join(value) if isinstance(value, list) else value for name, value in warning.facts.items()}
    return gettext(f"page.calendar_gap.{warning.kind}").format(**facts)


@register.simple_tag
def weekday_of(name: str) -> str:
    return gettext(f"page.time.weekday_{WEEKDAYS.index(name) + 1}")


@register.filter
def micros_of_minutes(minutes: int) -> str:
    """8h 00m"""
    return f"{minutes // 60}h {minutes % 60:02d}m"
