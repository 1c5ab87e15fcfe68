"""The row that lists and filters read: a cache of the fold over the ticket's events."""

from __future__ import annotations

from django.db import models

from tierline.domain.lifecycle import State
from tierline.domain.redaction import redacted
from tierline.domain.text import SUBJECT_LIMIT
from tierline.domain.ticket import Snapshot
from tierline.plumbing.tenancy import ProviderModel, TenantModel

# Columns that are the snapshot's, by the same name; ids carry Django's suffix.
PLAIN = (
    "subject channel opened_at started_at fault_class state impact urgency priority graded priority_reason tier"
    " pending_tier tier_reached waiting_on waiting_until last_customer_at last_public_at restored_at resolved_at"
    " verified_at archived_at cause reopen_count open_tasks"
).split()
IDS = "customer requester service asset agreement assignee known_error article merged_into".split()
PROJECTED = (*PLAIN, *(f"{name}_id" for name in IDS), "is_open")


class Ticket(TenantModel):
    """工单. ``version`` grows with every command; ``last_seq`` is the number of its newest event.

    ``subject`` is redacted, since lists, search and notices read it here; as it was written it is the opening's.
    ``next_due_at`` is the nearest promise that runs; queues of open tickets sort by ``order_at`` (domain.sla.forecast).
    """

    number = models.CharField(max_length=20)
    version = models.BigIntegerField(default=1)
    last_seq = models.BigIntegerField(default=0)
    is_open = models.BooleanField(default=True)
    next_due_at = models.DateTimeField(null=True)
    order_at = models.DateTimeField(null=True)

    subject = models.CharField(max_length=500)
    channel = models.CharField(max_length=20)
    opened_at = models.DateTimeField()
    started_at = models.DateTimeField()
    customer_id = models.BigIntegerField(null=True)
    requester_id = models.BigIntegerField(null=True)
    service_id = models.BigIntegerField(null=True)
    asset_id = models.BigIntegerField(null=True)
    fault_class = models.CharField(max_length=60, blank=True, default="")
    agreement_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=10)
    impact = models.CharField(max_length=12, blank=True, default="")
    urgency = models.CharField(max_length=12, blank=True, default="")
    priority = models.CharField(max_length=2)
    graded = models.BooleanField(default=False)
    priority_reason = models.CharField(max_length=200, blank=True, default="")
    tier = models.SmallIntegerField(default=1)
    pending_tier = models.SmallIntegerField(null=True)
    tier_reached = models.SmallIntegerField(default=1)
    assignee_id = models.BigIntegerField(null=True)
    waiting_on = models.CharField(max_length=20, blank=True, default="")
    waiting_until = models.DateTimeField(null=True)
    last_customer_at = models.DateTimeField(null=True)
    last_public_at = models.DateTimeField(null=True)
    restored_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    verified_at = models.DateTimeField(null=True)
    archived_at = models.DateTimeField(null=True)
    cause = models.CharField(max_length=60, blank=True, default="")
    known_error_id = models.BigIntegerField(null=True)
    article_id = models.BigIntegerField(null=True)
    reopen_count = models.IntegerField(default=0)
    open_tasks = models.IntegerField(default=0)
    merged_into_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider_id", "number"], name="ticket_number")]
        indexes = [
            models.Index(
                fields=["enterprise_id", "order_at", "id"], name="ticket_queue", condition=models.Q(is_open=True)
            ),
            models.Index(fields=["enterprise_id", "-id"], name="ticket_recent"),
            models.Index(
                fields=["assignee_id", "order_at", "id"], name="ticket_mine", condition=models.Q(is_open=True)
            ),
            models.Index(
                fields=["enterprise_id", "-id"],
                name="ticket_resolved",
                condition=models.Q(state="resolved", merged_into_id=None),
            ),
            models.Index(fields=["enterprise_id", "opened_at", "id"], name="ticket_opened"),
            models.Index(fields=["requester_id", "-id"], name="ticket_requester"),
            models.Index(fields=["customer_id", "-id"], name="ticket_customer"),
        ]

    def snapshot(self) -> Snapshot:
        values = {name: getattr(self, name) for name in PLAIN} | {name: getattr(self, f"{name}_id") for name in IDS}
        return Snapshot(**values | {"state": State(self.state)})

    def show(self, snapshot: Snapshot) -> None:
        """Make the row's columns the snapshot's."""
        for name, value in columns_of(snapshot).items():
            setattr(self, name, value)


def columns_of(snapshot: Snapshot) -> dict[str, object]:
    plain = {name: getattr(snapshot, name) for name in PLAIN}
    ids = {f"{name}_id": getattr(snapshot, name) for name in IDS}
    subject = redacted(snapshot.subject)[:SUBJECT_LIMIT]
    return {**plain, **ids, "subject": subject, "state": snapshot.state.value, "is_open": snapshot.is_open}


class TicketCounter(ProviderModel):
    """The last ticket number given in this provider."""

    last = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider_id"], name="ticketcounter_provider")]


class Link(TenantModel):
    """Two tickets, or a ticket and something named: ``target_id`` is a ticket, ``target`` any record's number."""

    ticket_id = models.BigIntegerField()
    kind = models.CharField(max_length=20)
    target_id = models.BigIntegerField(null=True)
    target = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket_id", "kind", "target"], name="link_once")]
