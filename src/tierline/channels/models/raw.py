from django.db import models

from tierline.plumbing.tenancy import TenantModel

PENDING, TICKET, REPLY, PARKED = "pending", "ticket", "reply", "parked"
DUPLICATE = "duplicate"


class RawMessage(TenantModel):
    """A delivery exactly as it came (``sha256`` names the bytes in the file store), and what became of it.

    ``outcome``: pending until it is dealt with, then ticket, reply or parked; ``reason`` is a code: why it
    is parked, or what a reply did. ``sender`` is filled when it has been read. ``is_quiet``: no
    acknowledgement may answer it. ``released_by``: who let it in though it had been parked.
    """

    channel = models.CharField(max_length=20)
    mailbox_id = models.BigIntegerField(null=True)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    source = models.CharField(max_length=500, blank=True, default="")
    envelope = models.JSONField(default=dict)
    received_at = models.DateTimeField()

    outcome = models.CharField(max_length=10, default=PENDING)
    reason = models.CharField(max_length=40, blank=True, default="")
    message_key = models.CharField(max_length=255, blank=True, default="")
    message_id = models.CharField(max_length=500, blank=True, default="")
    sender = models.CharField(max_length=320, blank=True, default="")
    is_quiet = models.BooleanField(default=False)
    ticket_id = models.BigIntegerField(null=True)
    event_seq = models.BigIntegerField(null=True)
    facts = models.JSONField(default=dict)
    released_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            # One message, however many copies arrive. Per enterprise: what one of them receives must not
            # be swallowed because another one got a copy.
            models.UniqueConstraint(
                fields=["provider_id", "enterprise_id", "channel", "message_key"],
                name="rawmessage_once",
                condition=~models.Q(message_key="") & ~models.Q(reason=DUPLICATE),
            )
        ]
        indexes = [
            models.Index(
                fields=["enterprise_id", "id"], name="rawmessage_pending", condition=models.Q(outcome=PENDING)
            ),
            models.Index(fields=["enterprise_id", "sender", "received_at"], name="rawmessage_sender"),
            models.Index(fields=["ticket_id", "id"], name="rawmessage_ticket"),
            models.Index(fields=["enterprise_id", "-id"], name="rawmessage_recent"),
            models.Index(fields=["mailbox_id", "-id"], name="rawmessage_mailbox"),
        ]
