"""Shares, intervals and how sure something is, as the pages of the answers room show them."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from tierline.domain.confidence import Rate

register = template.Library()
_BARS = SafeString("<i>" + "<span></span>" * 5 + "</i>")


@register.filter
def percent(share: float | None) -> str:
    return "—" if share is None else f"{100 * share:.1f} %"


@register.filter
def interval(told: Rate) -> str:
    """low to high, of the 95 % interval."""
    return f"{100 * told.low:.1f}–{100 * told.high:.1f} %"


@register.simple_tag
def sureness(confidence: float) -> SafeString:
    """Five bars and the figure; never colour alone."""
    level = min(5, max(1, 1 + int(confidence * 5)))
    words = gettext("page.answers.sure").format(percent=round(100 * confidence))
    return format_html('<span class="conf" data-v="{}">{}<span class="num">{}</span></span>', level, _BARS, words)
