"""A line of a comparison, with what changed inside it marked."""

from __future__ import annotations

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from tierline.domain.textdiff import Line

register = template.Library()


@register.filter
def changed(line: Line) -> SafeString:
    pieces: list[tuple[str, str, str]] = []
    done = 0
    for start, end in line.marks:
        pieces += [(SafeString(""), line.text[done:start], SafeString("")), _marked(line.text[start:end])]
        done = end
    pieces.append((SafeString(""), line.text[done:], SafeString("")))
    return format_html_join("", "{}{}{}", pieces)


def _marked(text: str) -> tuple[str, str, str]:
    return SafeString("<mark>"), text, SafeString("</mark>")
