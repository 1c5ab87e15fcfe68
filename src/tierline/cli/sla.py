"""``tierline sla``: why a clock is due when it is, and whether our clocks agree with cases from elsewhere."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from tierline.cli import product, sla_text
from tierline.cli.words import sentence
from tierline.domain.calendars import parsed, shown
from tierline.domain.calendars.zones import zone_of
from tierline.domain.errors import DomainError
from tierline.domain.sla import Story, read_clocks, read_story
from tierline.domain.sla import explain as explained
from tierline.domain.slacases import PASS, check_cases

# From a ticket's number and the chosen enterprise to what its clocks are read from; ``at`` is now.
TicketStory = Callable[[str, str | None], Story]

_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON value on stdout.")


class Unreadable(DomainError):
    """A file that is not there or is not JSON. ``path``, ``reason``."""

    code = "sla_file_unreadable"


class NoTickets(DomainError):
    """A ticket was asked for where only files can be read. ``path``."""

    code = "sla_no_tickets"


class _Instant(click.ParamType):
    name = "instant"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            return parsed(value)
        except DomainError:
            self.fail(f"{value!r}: RFC 3339 with a zone, as 2026-06-05T16:00:00+08:00", param, ctx)


class _Zone(click.ParamType):
    name = "zone"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> ZoneInfo:
        if isinstance(value, ZoneInfo):
            return value
        try:
            return zone_of(str(value))
        except DomainError:
            self.fail(f"{value!r}: an IANA zone, as Asia/Shanghai", param, ctx)


class _Group(click.Group):
    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except DomainError as refused:
            click.echo(sentence(refused), err=True)
            ctx.exit(1)


def group(story_of: TicketStory | None = None) -> click.Group:
    """The commands. ``story_of`` makes the TICKET form of explain work; without it only files are read."""
    sla = _Group("sla", help="SLA clocks. Exit codes: 0 done, 1 refused, 2 wrong usage, 3 cases differ.")
    sla.add_command(_check())
    sla.add_command(_explain(story_of))
    return sla


def _check() -> click.Command:
    @click.command("check")
    @click.argument("cases", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @_JSON
    @click.option("--house-rules", is_flag=True, help="Only our own rules: a case that needs another engine's differs.")
    @click.pass_context
    def check(ctx: click.Context, cases: Path, as_json: bool, house_rules: bool) -> None:
        """Run service-level cases against our calendars and clocks.

        CASES is a JSON list of cases; each has id, kind, calendar, input, expected (docs/sla.md). Prints per case its
        id, its verdict (pass, differs, error), and of one that does not pass what was expected, what we got, and the
        ledger. Exit code 3 when not all pass.

        \b
        --json: [{"id", "kind", "verdict", "expected", "got",
                  "foreign_rules": [names of rules of the case's own engine],
                  "ledger": [clock or open period, as in explain]}]
        """
        value = _read(cases)
        verdicts = check_cases(value if isinstance(value, list) else [value], house_rules=house_rules)
        if as_json:
            _show([verdict.to_json() for verdict in verdicts])
        else:
            for verdict in verdicts:
                click.echo(sla_text.verdict(verdict))
            click.echo(sla_text.totals(Counter(verdict.verdict for verdict in verdicts)))
        ctx.exit(0 if all(verdict.verdict == PASS for verdict in verdicts) else 3)

    return check


def _explain(story_of: TicketStory | None) -> click.Command:
    @click.command("explain")
    @click.argument("source", metavar="TICKET|CASE.json")
    @_JSON
    @click.option("--at", type=_Instant(), help="What the clocks showed then; else the file's at, else its last event.")
    @click.option("--known-at", type=_Instant(), help="From what had been recorded by then.")
    @click.option("--zone", type=_Zone(), default="UTC", show_default=True, help="The reader's zone.")
    @click.option("--enterprise", metavar="SLUG", help="Of a ticket, where there are several enterprises.")
    def explain(source: str, as_json: bool, at: datetime | None, known_at: datetime | None, **who: Any) -> None:
        """Why is this due then: the ledger of every clock of a ticket, or of a story in a JSON file.

        Every stretch of time is shown with from, to, running or paused, why, the calendar version, the target, and
        what it counted, in the agreement's zone and the reader's, ending in the sum.

        \b
        CASE.json:
          {"calendar": {"zone": "Asia/Shanghai", "id": "CN", "version": 1, "day_hours": 8,
                        "weekly": {"mon": [["09:00", "12:00"], ["13:30", "18:00"]]},
                        "exceptions": {"2026-02-14": [["09:00", "18:00"]], "2026-02-16": []}},
           "agreement": {"calendar_of": {"P3": "office"},
                         "targets": {"resolve": {"P3": {"hours": 8}}}},
           "events": [{"type": "opened", "at": "2026-02-13T17:00:00+08:00", "role": "requester",
                       "payload": {"by": "customer", "priority": "P3"}}],
           "at": "2026-02-14T12:00:00+08:00"}
          Without agreement: the default promises. All keys: docs/sla.md.

        \b
        --json: {"at", "known_at", "clocks": [{"kind", "party", "cycle", "state", "priority", "agreement",
                 "started_at", "stopped_at", "due_at", "breached_at", "resumes_at", "consumed_microseconds",
                 "target_microseconds", "left_microseconds", "verdict_note",
                 "segments": [{"from", "to", "state", "reason", "calendar", "zone",
                               "target_microseconds", "counted_microseconds"}]}]}
        """
        story = _story(source, story_of, who["enterprise"])
        asked = at or story.at or max(event.occurred_at for event in story.events)
        readings = read_clocks(story.events, terms=story.terms, at=asked, known_at=known_at, outages=story.outages)
        if as_json:
            known = shown(known_at) if known_at else None
            _show({"at": shown(asked), "known_at": known, "clocks": [reading.to_json() for reading in readings]})
        else:
            told = explained(readings, story.terms, at=asked, reader=who["zone"] or UTC, events=story.events)
            click.echo(sla_text.ledgers(told, reader=who["zone"] or UTC))

    return explain


def _story(source: str, story_of: TicketStory | None, enterprise: str | None) -> Story:
    path = Path(source)
    if path.is_file():
        return read_story(_read(path))
    if story_of is None or path.suffix == ".json":
        raise NoTickets(path=source)
    return story_of(source, enterprise)


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as wrong:
        raise Unreadable(path=str(path), reason=str(wrong)) from None


def _show(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _story_of(number: str, enterprise: str | None) -> Story:
    """A ticket's story out of the running product."""
    product.enter()
    from tierline.desk import queries
    from tierline.plumbing import clock, tenancy

    actor = product.system_actor(enterprise)
    with tenancy.reading(actor):
        ticket = product.ticket(actor, number)
        return Story(queries.events(actor, ticket), queries.terms_of(ticket), clock.now(), [])


sla = command = group(_story_of)
