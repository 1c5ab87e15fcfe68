"""Addresses of ours."""

from __future__ import annotations

from datetime import datetime

from tierline.channels import operations, policies
from tierline.plumbing.actor import Actor
from tierline.plumbing.service import service


@service
def add_mailbox(
    *, actor: Actor, enterprise_id: int, address: str, at: datetime, name: str = "", service: str = ""
) -> int:
    """An address whose mail becomes tickets of the enterprise, about ``service`` (a code) if one is named."""
    policies.require(actor, "mailbox.change", enterprise_id)
    return operations.make_mailbox(
        actor=actor, enterprise_id=enterprise_id, address=address, name=name, service=service, at=at
    )
