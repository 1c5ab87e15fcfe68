"""What happened, append-only: the database grants no update and no delete on it."""

from __future__ import annotations

from django.db import models

from tierline.domain.events import Event
from tierline.plumbing.tenancy import TenantModel


class TicketEvent(TenantModel):
    """One fact. ``words`` (what people wrote) is apart from ``payload`` and enters the chain as a salted digest.

    Erased by law, words and salt go and the digest stays: the chain holds, and nothing can be guessed from it.
    """

    ticket_id = models.BigIntegerField()
    seq = models.BigIntegerField()
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    type = models.CharField(max_length=30)
    channel = models.CharField(max_length=20)
    actor_id = models.BigIntegerField(null=True)
    actor_role = models.CharField(max_length=20)
    audience = models.CharField(max_length=10)
    payload = models.JSONField(default=dict)
    words = models.JSONField(default=dict)
    words_digest = models.CharField(max_length=64)
    salt = models.BinaryField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket_id", "seq"], name="ticketevent_seq")]
        # Which tickets an article solved is read off these.
        indexes = [
            models.Index(
                fields=["enterprise_id", "occurred_at"],
                name="ticketevent_resolved",
                condition=models.Q(type="resolved"),
            )
        ]

    def fact(self) -> Event:
        return Event(
            ticket_id=self.ticket_id,
            seq=self.seq,
            occurred_at=self.occurred_at,
            recorded_at=self.recorded_at,
            type=self.type,
            channel=self.channel,
            actor_id=self.actor_id,
            actor_role=self.actor_role,
            audience=self.audience,
            payload=self.payload,
            words=self.words,
        )
