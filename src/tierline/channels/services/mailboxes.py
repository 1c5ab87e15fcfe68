"""Addresses of ours: how they are connected, whether they rest, and what became of the last attempt."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from tierline.audit.operations import Act
from tierline.audit.operations import record as audit
from tierline.channels import operations, policies, sealing, setup
from tierline.channels.models import Mailbox, Outbound
from tierline.channels.models.outbound import QUEUED
from tierline.channels.services.sending import send
from tierline.channels.services.states import readable, save
from tierline.channels.setup import Setup
from tierline.domain.errors import NotFound, StaleVersion
from tierline.domain.text import clean
from tierline.plumbing import jobs
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import service

_PLAIN = Setup()
_NOTHING: Mapping[str, str] = MappingProxyType({})
# Of these a change is recorded by value; of everything else only that it changed.
_TOLD = frozenset({"name", "service", "intake", "host", "port", "tls", "folder", "after", "relay_host", "relay_port"})
_AFRESH = frozenset({"intake", "host", "login", "folder"})


@service
def add_mailbox(
    *,
    actor: Actor,
    enterprise_id: int,
    address: str,
    at: datetime,
    name: str = "",
    service: str = "",
    how: Setup = _PLAIN,
    secrets: Mapping[str, str] = _NOTHING,
) -> int:
    """An address whose mail becomes tickets of the enterprise, about ``service`` (a code) if one is named.

    ``secrets``: password, relay_password, client_secret, refresh_token, as far as ``how`` needs them.
    Raises AlreadyThere, NotFound (service), Invalid and Missing with the ``field``.
    """
    policies.require(actor, "mailbox.change", enterprise_id)
    return operations.make_mailbox(
        actor=actor,
        enterprise_id=enterprise_id,
        address=address,
        name=name,
        service=service,
        how=how,
        secrets=secrets,
        at=at,
    )


@service
def change_mailbox(
    *,
    actor: Actor,
    mailbox_id: int,
    seen_version: int,
    name: str,
    service: str,
    how: Setup,
    at: datetime,
    secrets: Mapping[str, str] = _NOTHING,
) -> int:
    """The new version. A secret that is not named stays as it is, an empty one is forgotten."""
    row = _locked(actor, mailbox_id)
    if row.version != seen_version:
        raise StaleVersion(version=row.version)
    kept = setup.secrets_after(readable(row), secrets)
    values: dict[str, Any] = {
        "name": clean(name, field="name", limit=200, required=False),
        "service": operations.known_service(row.enterprise_id, service),
        **setup.columns(setup.checked(how, kept)),
    }
    changed = {field: value for field, value in values.items() if getattr(row, field) != value}
    if changed.keys() & _AFRESH:
        # Another folder counts its messages differently.
        changed |= {"uid_validity": None, "last_uid": 0}
    told: dict[str, Any] = {field: value for field, value in changed.items() if field in _TOLD}
    told["changed"] = sorted([*changed.keys() - {"uid_validity", "last_uid"}, *secrets])
    save(row, **changed, sealed=sealing.sealed(kept), failure="", relay_failure="", version=row.version + 1)
    audit(actor, [Act(f"mailbox:{row.id}", "mailbox.changed", row.enterprise_id, told)], at=at)
    return row.version


@service
def pause_mailbox(*, actor: Actor, mailbox_id: int, at: datetime) -> None:
    """Nothing is fetched or taken, nothing leaves; what people say meanwhile waits. Does nothing twice."""
    row = _locked(actor, mailbox_id)
    if not row.is_paused:
        save(row, is_paused=True, version=row.version + 1)
        audit(actor, [Act(f"mailbox:{row.id}", "mailbox.paused", row.enterprise_id)], at=at)


@service
def resume_mailbox(*, actor: Actor, mailbox_id: int, at: datetime) -> int:
    """How many waiting messages leave now."""
    row = _locked(actor, mailbox_id)
    if not row.is_paused:
        return 0
    save(row, is_paused=False, version=row.version + 1)
    audit(actor, [Act(f"mailbox:{row.id}", "mailbox.resumed", row.enterprise_id)], at=at)
    waiting = list(Outbound.objects.filter(mailbox_id=row.id, state=QUEUED).order_by("id").values_list("id", flat=True))
    scope = {"provider_id": row.provider_id, "enterprise_id": row.enterprise_id}
    jobs.defer_many((send, {**scope, "outbound_id": one}) for one in waiting)
    return len(waiting)


def _locked(actor: Actor, mailbox_id: int) -> Mailbox:
    found: Mailbox | None = Mailbox.objects.select_for_update().filter(id=mailbox_id).first()
    if found is None:
        raise NotFound(what="mailbox", value=mailbox_id)
    policies.require(actor, "mailbox.change", found.enterprise_id)
    return found
