"""``tierline knowledge``: articles from a folder, and the search index read anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tierline.cli import product
from tierline.cli.words import say, sentence
from tierline.domain.errors import DomainError

_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON value on stdout.")
_ENTERPRISE = click.option("--enterprise", metavar="SLUG", help="Needed where there are several enterprises.")


@click.group()
def command() -> None:
    """Knowledge. Exit codes: 0 done, 1 refused (reason on stderr), 3 done but for what was refused, 2 wrong usage."""


@command.command("import")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@_ENTERPRISE
@click.option("--audience", type=click.Choice(["public", "customer", "internal"]), default="internal")
@click.option("--dry-run", is_flag=True, help="Say what would be read; nothing is written.")
@_JSON
@click.pass_context
def import_(
    ctx: click.Context, folder: Path, enterprise: str | None, audience: str, dry_run: bool, as_json: bool
) -> None:
    """Drafts from the Markdown and HTML files below FOLDER, with the pictures they name.

    \b
    Raw HTML and scripts are dropped; a picture outside of the folder becomes its words. Lines of the form
    "title: ...", "language: ...", "audience: ..." between two lines of --- at the top of a Markdown file count.

    Each file is a draft to be reviewed. The same folder again changes only what changed, as a new version.
    """
    product.enter()
    from tierline.knowledge.queries.folder import Page, pages

    found = list(pages(folder))
    told: list[dict[str, Any]] = []
    refused = [{"file": p.source, "why": p.why} for p in found if not isinstance(p, Page)]
    if dry_run:
        told = [{"file": p.source, "title": p.title, "language": p.language} for p in found if isinstance(p, Page)]
    else:
        told, more = _bring([p for p in found if isinstance(p, Page)], enterprise, audience)
        refused += more
    if as_json:
        product.show({"folder": folder.name, "articles": told, "refused": refused})
    else:
        for row in told:
            click.echo("  ".join(str(value) for value in row.values()))
        for row in refused:
            click.echo(f"{row['file']}: {row['why']}", err=True)
        click.echo(say("knowledge_imported", articles=len(told), refused=len(refused)))
    ctx.exit(3 if refused else 0)


@command.command("reindex")
@_ENTERPRISE
@_JSON
def reindex(enterprise: str | None, as_json: bool) -> None:
    """Read every article, known error and closed ticket of the enterprise anew into the search index."""
    product.enter()
    from tierline.desk import services as desk
    from tierline.knowledge import services as knowledge
    from tierline.plumbing import clock
    from tierline.problems import services as problems

    actor, at = product.system_actor(enterprise), clock.now()
    about = {"actor": actor, "enterprise_id": actor.enterprises[0], "at": at}
    told = {
        "articles": knowledge.reindex_articles(**about),
        "known_errors": problems.reindex_known_errors(**about),
        "tickets": desk.reindex_tickets(**about),
    }
    if as_json:
        product.show(told)
    else:
        click.echo(say("knowledge_reindexed", **told))


def _bring(
    found: list[Any], enterprise: str | None, audience: str
) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    from tierline.knowledge import services
    from tierline.plumbing import clock

    actor = product.system_actor(enterprise)
    told, refused = [], []
    for page in found:
        try:
            made = services.import_page(
                actor=actor, enterprise_id=actor.enterprises[0], page=page, audience=audience, at=clock.now()
            )
            told.append({"file": made.source, "number": made.number, "became": made.became})
        except DomainError as error:
            refused.append({"file": page.source, "why": sentence(error)})
    return told, refused
