"""Drafts and histories for tests of previews, made by the verbs of the rooms below."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.db import connection

from tests.support.world import Place
from tierline.agreements import queries as agreements
from tierline.agreements import services as promises
from tierline.agreements.operations import Drafted
from tierline.desk.tests.builders import after
from tierline.planning import queries
from tierline.planning.models import PolicyPreview
from tierline.plumbing import jobs, tenancy
from tierline.plumbing.actor import Actor

HOURS = 60


def agreement_of(place: Place) -> int:
    with tenancy.reading(place.system):
        return agreements.versions_of(place.enterprise_id, "standard")[-1].agreement_id


def make_draft(place: Place, **targets: dict[str, Any]) -> int:
    """A draft of the shipped agreement in which some targets differ."""
    manager = place.people["manager"]
    promises.start_draft(
        actor=manager, enterprise_id=place.enterprise_id, agreement_id=agreement_of(place), at=after(0)
    )
    return change_draft(place, **targets)


def change_draft(place: Place, **targets: dict[str, Any]) -> int:
    with tenancy.reading(place.system):
        draft = agreements.open_draft(agreement_of(place))
    assert draft is not None
    body = {
        **draft.body,
        "targets": {
            **draft.body["targets"],
            **{k: {**draft.body["targets"].get(k, {}), **v} for k, v in targets.items()},
        },
    }
    promises.save_draft(
        actor=place.people["manager"],
        enterprise_id=place.enterprise_id,
        draft_id=draft.id,
        seen_version=draft.version,
        drafted=Drafted(body),
        at=after(0) + timedelta(seconds=1),
    )
    return draft.id


def run_jobs(limit: int = 1000) -> int:
    """What a worker would do for this room now, at most ``limit`` jobs, one after the other; how many there were."""
    done = 0
    while done < limit:
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM procrastinate_jobs WHERE id = (SELECT min(id) FROM procrastinate_jobs"
                " WHERE status = 'todo' AND args ->> 'call' LIKE 'tierline.planning.%%') RETURNING args",
                [],
            )
            row = cursor.fetchone()
        if row is None:
            return done
        args = json.loads(row[0])
        jobs.resolve(args["call"])(**args["facts"])
        done += 1
    return done


def preview_of(actor: Actor, preview_id: int) -> PolicyPreview:
    with tenancy.reading(actor):
        return queries.preview(actor, preview_id)


def found(actor: Actor, preview_id: int, **narrowed: Any) -> set[tuple[str, str, str]]:
    """(ticket's number, kind, what) of what this reader is shown."""
    with tenancy.reading(actor):
        rows, _ = queries.findings(actor, queries.preview(actor, preview_id), limit=500, **narrowed)
    return {(row.ticket.number, row.finding.kind, row.finding.what) for row in rows}
