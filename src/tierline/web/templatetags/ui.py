"""The atoms of the look, one place each: words, icons, glyphs, clocks, times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext

from tierline.domain.sla import Reading
from tierline.plumbing.wording import code_word
from tierline.web import assets, faces
from tierline.web.steps import Step
from tierline.web.steps import steps as steps_of

register = template.Library()

RINGS: Mapping[str, str] = {
    "new": "new",
    "open": "work",
    "waiting": "wait",
    "resolved": "verify",
    "verified": "verified",
    "archived": "done",
    "merged": "merged",
}
_INSIDE: Mapping[str, SafeString] = {
    "new": SafeString(""),
    "open": SafeString('<path class="f" d="M7 3.6a3.4 3.4 0 0 1 0 6.8z"/>'),
    "waiting": SafeString('<path d="M5.6 4.8v4.4M8.4 4.8v4.4"/>'),
    "resolved": SafeString('<path class="f" d="M7 7V3.6a3.4 3.4 0 1 1-3.4 3.4z"/>'),
    "verified": SafeString('<path d="M4.4 7.2l1.8 1.8 3.4-3.8"/>'),
    "archived": SafeString('<path d="M4.4 7.2l1.8 1.8 3.4-3.8"/>'),
    "merged": SafeString('<path d="M4.4 7h4.8M7.2 4.9 9.4 7 7.2 9.1"/>'),
}
_BARS = SafeString(
    '<svg viewBox="0 0 14 12" aria-hidden="true"><rect x="0" y="8" width="3.6" height="4" rx="1"/>'
    '<rect x="5.2" y="4" width="3.6" height="8" rx="1"/><rect x="10.4" y="0" width="3.6" height="12" rx="1"/></svg>'
)
CHANNELS: Mapping[str, str] = {"email": "mail", "portal": "globe", "web": "globe", "api": "plug", "phone": "phone"}


@register.simple_tag
def t(key: str, **facts: Any) -> str:
    """The catalogue's words for ``key`` with {named} facts; escaped by the template."""
    words = gettext(key)
    return words.format_map(facts) if facts else words


@register.simple_tag
def code(prefix: str, value: Any) -> str:
    """The word for a stored code: ``page.<prefix>.<value>``; the code itself where the catalogue has none."""
    return code_word(prefix, value)


@register.simple_tag
def steps(ticket: Any) -> list[Step]:
    return steps_of(ticket)


@register.simple_tag
def asset(name: str) -> str:
    return assets.address(name)


@register.simple_tag
def has_asset(name: str) -> bool:
    return name in assets.build().files


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """``size``: nothing (16 px), ``s`` (14 px) or ``l`` (20 px)."""
    extra = f" i--{size}" if size else ""
    return format_html(
        '<svg class="i{}" aria-hidden="true"><use href="{}#i-{}"/></svg>', extra, assets.address("web/icons.svg"), name
    )


@register.simple_tag
def channel_icon(channel: str) -> SafeString:
    name = gettext(f"page.channel.{channel}")
    shown = channel if name.startswith("page.") else name
    return format_html('<span class="row" title="{}">{}</span>', shown, icon(CHANNELS.get(channel, "inbox"), "s"))


@register.simple_tag
def priority(value: str) -> SafeString:
    return format_html('<span class="p p--{}">{}</span>', value[-1:], value)


@register.simple_tag
def tier(number: int | None, tag: bool = True, word: bool = True) -> SafeString:
    if not number:
        return SafeString("")
    look = "tier tier--tag" if tag else "tier"
    return format_html('<span class="{}" data-tier="{}">{}{}</span>', look, number, _BARS, f"L{number}" if word else "")


@register.filter
def standing(ticket: Any) -> str:
    """The state as a reader counts it: a merged ticket keeps its own for unmerging, but is worked on elsewhere."""
    return "merged" if ticket.merged_into_id else str(ticket.state)


@register.simple_tag
def ring(state: str) -> SafeString:
    """The state as a ring; its name is read aloud and shown on hover."""
    name = gettext(f"page.state.{state}")
    return format_html(
        '<svg class="state state--{}" viewBox="0 0 14 14" role="img" aria-label="{}"><title>{}</title>'
        '<circle cx="7" cy="7" r="5.6"/>{}</svg>',
        RINGS[state],
        name,
        name,
        _INSIDE[state],
    )


@register.simple_tag
def avatar(person: Any, size: str = "", also: str = "") -> SafeString:
    """``person`` is a contact or an actor; None is nobody."""
    classes = " ".join(filter(None, ["av", f"av--{size}" if size else "", f"av--{also}" if also else ""]))
    if person is None:
        nobody = gettext("page.person.nobody")
        return format_html(
            '<span class="{} av--none" title="{}" role="img" aria-label="{}"></span>', classes, nobody, nobody
        )
    hue = (getattr(person, "id", None) or getattr(person, "person_id", None) or 0) % 6 + 1
    return format_html(
        '<span class="{}" data-h="{}" title="{}">{}</span>', classes, hue, person.name, initial(person.name)
    )


@register.simple_tag
def product_avatar() -> SafeString:
    """Whoever speaks without being a person."""
    return format_html('<span class="av av--l av--sys" aria-hidden="true">{}</span>', icon("spark"))


@register.filter
def initial(name: str) -> str:
    """The last character of a Chinese name, the first letter of any other."""
    bare = name.strip()
    if not bare:
        return "·"
    return bare[-1] if "\u4e00" <= bare[-1] <= "\u9fff" else bare[0].upper()


@register.simple_tag
def enterprise_chip(shell: Any, enterprise_id: int) -> SafeString:
    """Told by word and fill, and only while more than one enterprise is in view."""
    if not shell or shell.in_view:
        return SafeString("")
    place = next((p for p in shell.places if p.id == enterprise_id), None)
    return place_chip(place) if place else SafeString("")


@register.simple_tag
def place_chip(place: Any) -> SafeString:
    return format_html('<span class="ent" data-e="{}" title="{}">{}</span>', place.mark, place.name, place.short)


@register.simple_tag
def mark_of(shell: Any, enterprise_id: int) -> int:
    places = shell.places if shell and not shell.in_view else ()
    return next((p.mark for p in places if p.id == enterprise_id), 1)


@register.inclusion_tag("ui/clock.html")
def clock(reading: Reading | None, at: datetime, named: bool = True) -> dict[str, Any]:
    return {"face": faces.face(reading, at) if reading else None, "named": named}


@register.inclusion_tag("ui/clock.html")
def foremost_clock(readings: Sequence[Reading], at: datetime) -> dict[str, Any]:
    return clock(faces.foremost(readings), at)


@register.inclusion_tag("ui/field.html")
def field(bound: Any, hint: str = "", bare: bool = False) -> dict[str, Any]:
    """Label, input, hint and error of a form's field. ``bare`` keeps the label for readers of the page only."""
    widget = bound.field.widget
    if bound.errors:
        widget.attrs = {**widget.attrs, "aria-invalid": "true", "aria-describedby": f"{bound.id_for_label}-error"}
    kind = getattr(widget, "input_type", "")
    if kind == "file":
        widget.attrs = {**widget.attrs, "class": "file picker"}
    shown = {"field": bound, "hint": hint, "bare": bare, "is_check": kind == "checkbox", "is_file": kind == "file"}
    return {**shown, "is_marked": bound.field.required and _asks_more_than_it_needs(bound.form)}


def _asks_more_than_it_needs(form: Any) -> bool:
    """Only where something may be left out is it worth saying what may not."""
    return any(
        not f.field.required and getattr(f.field.widget, "input_type", "") != "checkbox" for f in form.visible_fields()
    )


@register.filter
def hm(at: datetime | None) -> str:
    return f"{localtime(at):%H:%M}" if at else "—"


@register.filter
def hms(at: datetime | None) -> str:
    return f"{localtime(at):%H:%M:%S}" if at else "—"


@register.filter
def day(at: datetime) -> str:
    """2026-11-20 周五 · Fri 2026-11-20"""
    here = localtime(at)
    return gettext("page.time.day").format(
        date=f"{here:%Y-%m-%d}", weekday=gettext(f"page.time.weekday_{here.isoweekday()}")
    )


@register.simple_tag
def stamp(at: datetime | None, now: datetime) -> str:
    """14:32 today, 11-19 08:00 this year, 2025-11-19 before."""
    if at is None:
        return "—"
    here, today = localtime(at), localtime(now)
    if here.date() == today.date():
        return f"{here:%H:%M}"
    return f"{here:%m-%d %H:%M}" if here.year == today.year else f"{here:%Y-%m-%d}"


@register.simple_tag
def md(at: datetime, now: datetime) -> str:
    """For narrow lists: 14:32 today, 11-19 before, 2025-11-19 in another year."""
    here, today = localtime(at), localtime(now)
    if here.date() == today.date():
        return f"{here:%H:%M}"
    return f"{here:%m-%d}" if here.year == today.year else f"{here:%Y-%m-%d}"


@register.simple_tag
def newest(*instants: datetime | None) -> datetime | None:
    return max((at for at in instants if at), default=None)


@register.simple_tag
def lang_of(language: str) -> str:
    """The page's name for a stored language."""
    return "en" if language == "en" else "zh-Hans"


@register.simple_tag
def promise(promised: Any) -> str:
    """15 分钟内响应; in working hours where those count."""
    minutes = promised.amount // 60_000_000
    shown = gettext("page.time.minutes").format(n=minutes) if minutes < 60 else ""
    shown = shown or gettext("page.time.hours").format(n=f"{minutes / 60:g}")
    return gettext("page.portal.reply_working" if promised.working else "page.portal.reply_in").format(time=shown)


@register.simple_tag
def there(at: datetime, zone: str) -> str:
    """What the clock says where they are: Berlin 07:32."""
    return f"{zone.rpartition('/')[2].replace('_', ' ')} {localtime(at, ZoneInfo(zone)):%H:%M}"


@register.simple_tag
def closed_of(stages: Sequence[Any]) -> str:
    """2/4"""
    return f"{sum(stage.look == 'done' for stage in stages)}/{len(stages)}"


@register.inclusion_tag("ui/clock.html")
def until(due_at: datetime, since: datetime, now: datetime) -> dict[str, Any]:
    """A clock for what is due once and is no SLA clock, such as a task."""
    return {"face": faces.until(due_at, since, now), "named": False}


@register.filter
def iso(at: datetime | None) -> str:
    return at.isoformat() if at else ""


@register.filter
def micros(amount: int | None) -> str:
    """A length of working time in the words of a table: 1h 34m."""
    if amount is None:
        return "—"
    minutes = amount // 60_000_000
    if minutes < 60:
        return f"{minutes}m" if minutes else f"{amount // 1_000_000}s"
    return f"{minutes // 60}h {minutes % 60:02d}m"


@register.filter
def size(amount: int) -> str:
    """214 KB"""
    if amount < 1024:
        return f"{amount} B"
    return f"{amount / 1024:.0f} KB" if amount < 1024 * 1024 else f"{amount / 1024 / 1024:.1f} MB"


@register.filter
def item(mapping: Mapping[Any, Any], key: Any) -> Any:
    return mapping.get(key)


@register.simple_tag
def asked_label(field: Any) -> str:
    """Of a request form's field, in the reader's language."""
    return str(field.label(get_language() or ""))


@register.simple_tag
def asked_help(field: Any) -> str:
    return str(field.help(get_language() or ""))


@register.simple_tag
def answer(field: Any, value: Any) -> str:
    """An answer in words: options by name, yes or no, how many files came with it."""
    if isinstance(value, bool):
        return gettext("page.form.yes" if value else "page.form.no")
    if field.kind == "attachment":
        return gettext("page.form.files_kept").format(n=len(value))
    language = get_language() or ""
    if field.options:
        return " · ".join(field.option(code, language) for code in (value if isinstance(value, list) else [value]))
    return str(value)
