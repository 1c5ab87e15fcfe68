"""``tierline calendars``: working calendars and what they observe, without a page."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from tierline.cli import product
from tierline.cli.words import say
from tierline.domain.calendars import Source
from tierline.domain.calendars.changes import Changes
from tierline.domain.calendars.gaps import known_until
from tierline.domain.calendars.recipe_codec import days_json
from tierline.domain.calendars.typed import line
from tierline.domain.calendars.windows import WEEKDAYS

_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON value on stdout.")
_ENTERPRISE = click.option("--enterprise", metavar="SLUG", help="Needed where there are several enterprises.")


@click.group()
def command() -> None:
    """Working calendars. Exit codes: 0 done, 1 refused (reason on stderr), 2 wrong usage, 3 something to see to."""


@command.command("list")
@_ENTERPRISE
@_JSON
@click.pass_context
def list_(ctx: click.Context, enterprise: str | None, as_json: bool) -> None:
    """The newest version of each calendar, and what is not known yet.

    Exit code 3 when there is a warning, as for a year whose holidays are not published.

    \b
    --json: {"calendars": [{"code", "number", "zone", "source", "years", "known_until", "name_zh", "name_en"}],
             "warnings": [{"calendar", "kind", "facts", "agreements"}]}
    """
    actor, at = _begin(enterprise)
    from tierline.agreements import queries
    from tierline.plumbing import tenancy

    with tenancy.reading(actor):
        rows = queries.calendars(actor.enterprises[0])
        warnings = queries.calendar_warnings(actor.enterprises[0], at=at)
    if as_json:
        told = [
            {"calendar": w.calendar, "kind": w.kind, "facts": dict(w.facts), "agreements": list(w.agreements)}
            for w in warnings
        ]
        product.show({"calendars": [_row(row) for row in rows], "warnings": told})
    else:
        for row in rows:
            until = known_until(row.recipe)
            source = row.recipe.source.label if row.recipe.source else "-"
            click.echo(f"{row.code:<20} v{row.number:<4} {row.recipe.zone:<24} {source:<8} {until or '-'}")
        for w in warnings:
            click.echo(say("calendar_warning", calendar=w.calendar, kind=w.kind, facts=_facts(w.facts)), err=True)
    ctx.exit(3 if warnings else 0)


@command.command()
@_ENTERPRISE
@click.argument("code")
@click.option("--version", "number", type=int, help="An earlier version; else the newest.")
@_JSON
def show(enterprise: str | None, code: str, number: int | None, as_json: bool) -> None:
    """One calendar: week, exceptions, versions of the packages and of the time zone data.

    \b
    --json: the calendar as ``tierline sla explain`` reads it, and {"days": {date: {kind, zh, en, windows}}}
    """
    actor, _ = _begin(enterprise)
    from tierline.agreements import queries
    from tierline.plumbing import tenancy

    with tenancy.reading(actor):
        row = queries.calendar_version(actor.enterprises[0], code, number)
    if as_json:
        product.show({**_row(row), "calendar": row.calendar.to_json(), "days": days_json(row.recipe.days)})
        return
    click.echo(f"{row.calendar.label}  {row.recipe.zone}  tzdata {row.calendar.tzdata}")
    for name, windows in zip(WEEKDAYS, row.recipe.weekly, strict=True):
        click.echo(f"  {name}  {line(windows) or '-'}")
    for year, each in row.recipe.years.items():
        click.echo(f"  {year}  {each.source.label}  {each.package} {each.release}")
    for on, day in row.recipe.days.items():
        click.echo(f"  {on}  {line(row.recipe.windows(day)) or '-':<26} {day.kind:<8} {day.zh or day.en}")


@command.command("import")
@_ENTERPRISE
@click.argument("code")
@click.option("--country", metavar="CC", help="Holidays of a country: CN, DE, US …")
@click.option("--subdivision", default="", metavar="CODE", help="Of a country that has them: BY, NSW …")
@click.option("--year", "years", multiple=True, type=click.IntRange(1901, 2200), help="May be given several times.")
@click.option("--ics", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="An iCalendar file instead.")
@click.option("--dry-run", is_flag=True, help="Say what would change; save nothing.")
@click.option("--keep-agreements", is_flag=True, help="Do not put the new version into force in agreements on it.")
@_JSON
def import_(code: str, years: tuple[int, ...], ics: Path | None, dry_run: bool, as_json: bool, **told: Any) -> None:
    """Holidays of published years, or the days of an .ics file, as the calendar's next version.

    An unpublished year is refused, and nothing of the command is done. The same again makes no new version.

    \b
    --json: {"number", "is_new", "carried": [agreement], "left": [agreement],
             "changes": [{"date", "what", "name", "before", "after"}]}
    """
    if (ics is None) == (told["country"] is None) or (told["country"] and not years):
        raise click.UsageError("--country CC --year YEAR, or --ics FILE")
    actor, at = _begin(told["enterprise"])
    from tierline.agreements import queries, services
    from tierline.plumbing import tenancy

    enterprise_id = actor.enterprises[0]
    source = Source((told["country"] or "").upper(), told["subdivision"])
    with tenancy.reading(actor):
        row = queries.calendar_version(enterprise_id, code)
    if ics is None:
        plan = queries.holidays_plan(row.recipe, source=source, years=years)
    else:
        plan = queries.file_plan(row.recipe, content=_content(ics), on=row.calendar.local_date(at))
    if dry_run:
        _say(plan.changes, as_json, row.number, is_new=False)
        return
    carries = not told["keep_agreements"]
    common: dict[str, Any] = {"actor": actor, "enterprise_id": enterprise_id, "code": code, "at": at}
    common |= {"seen": row.number, "carries": carries}
    if ics is None:
        saved = services.import_holidays(**common, source=source, years=years)
    else:
        saved = services.change_calendar_days(**common, days=plan.days)
    _say(plan.changes, as_json, saved.number, is_new=saved.is_new, carried=saved.carried, left=saved.left)


def _begin(enterprise: str | None) -> tuple[Any, datetime]:
    product.enter()
    from tierline.plumbing import clock

    return product.system_actor(enterprise), clock.now()


def _content(path: Path) -> bytes:
    """One byte more than is read, so that a file of any length is refused by its size and not taken in."""
    from tierline.agreements.queries import MOST_BYTES

    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


def _say(
    changes: Changes,
    as_json: bool,
    number: int,
    *,
    is_new: bool,
    carried: tuple[str, ...] = (),
    left: tuple[str, ...] = (),
) -> None:
    if as_json:
        rows = [
            {
                "date": each.on.isoformat(),
                "what": each.what,
                "name": each.day.zh or each.day.en,
                "before": line(each.before),
                "after": line(each.after),
            }
            for each in changes.days
        ]
        told = {"number": number, "is_new": is_new, "carried": list(carried), "left": list(left)}
        product.show({**told, "changes": rows})
        return
    for each in changes.days:
        name = each.day.zh or each.day.en
        click.echo(f"{each.on}  {each.what:<8} {line(each.before) or '-'} -> {line(each.after) or '-'}  {name}")
    click.echo(say("sum_calendar", changes=len(changes.days), number=number))
    if left:
        click.echo(say("calendar_left", agreements=", ".join(left)), err=True)


def _row(row: Any) -> dict[str, Any]:
    until = known_until(row.recipe)
    return {
        "code": row.code,
        "number": row.number,
        "zone": row.recipe.zone,
        "name_zh": row.recipe.zh,
        "name_en": row.recipe.en,
        "source": row.recipe.source.label if row.recipe.source else None,
        "years": {str(year): f"{each.package} {each.release}" for year, each in row.recipe.years.items()},
        "known_until": until.isoformat() if until else None,
        "tzdata": row.calendar.tzdata,
    }


def _facts(facts: Any) -> str:
    return " ".join(f"{name}={','.join(v) if isinstance(v, list) else v}" for name, v in facts.items())
