"""Words of the agreements' pages that a template cannot put together itself."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext

register = template.Library()


@register.filter
def named(row: Any) -> str:
    """``name_zh`` or ``name_en``, whichever the reader reads; the other where it is empty."""
    zh, en = str(row.name_zh), str(row.name_en)
    return (en or zh) if get_language() == "en" else (zh or en)


@register.filter
def head(said: str) -> str:
    """What stands before the colon: 广泛 of 广泛：整个服务."""
    return said.replace("：", ":").partition(":")[0]


@register.filter
def thousands(n: int) -> str:
    return f"{n:,}"


@register.filter
def moment(at: Any) -> str:
    """2027-01-01, with the time unless it is midnight; an open end where there is none."""
    if at is None:
        return gettext("page.time.open_end")
    here = localtime(at)
    return f"{here:%Y-%m-%d}" if (here.hour, here.minute) == (0, 0) else f"{here:%Y-%m-%d %H:%M}"


@register.filter
def begins(at: Any) -> str:
    """As ``moment``; promises that hold from the beginning say so."""
    return gettext("page.agreement.from_beginning") if at.year <= 2000 else moment(at)


@register.simple_tag
def coverage_warning(warning: Any) -> str:
    facts = dict(warning.facts)
    if warning.promise is not None:
        facts["agreement"] = named(warning.promise)
    if warning.contract is not None:
        facts["contract"] = warning.contract.code
    if "party" in facts:
        facts["party"] = f"{facts['party'].code} {named(facts['party'])}"
    for name in ("ends_at", "since"):
        if name in facts:
            facts[name] = moment(facts[name])
    return gettext(f"page.agreement.warn_{warning.kind}").format(**facts)


@register.simple_tag
def fit(candidate: Any) -> str:
    """Why an entitlement was chosen or not."""
    if candidate.other:
        names = gettext("page.time.pause").join(gettext(f"page.agreement.other_{name}") for name in candidate.other)
        return gettext("page.agreement.fit_other").format(what=names)
    return gettext(f"page.agreement.fit_{candidate.fit}").format(rank=gettext(rank_key(candidate.entitlement.rank)))


def rank_key(rank: int) -> str:
    level = "service" if rank >= 4 else "customer" if rank >= 2 else "grade" if rank else "enterprise"
    return f"page.agreement.rank_{level}"


@register.filter
def rank(entitlement: Any) -> str:
    return gettext(rank_key(entitlement.rank))
