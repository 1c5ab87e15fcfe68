from django.db import models

from tierline.plumbing.tenancy import TenantModel

QUEUED, SENT, FAILED, BOUNCED = "queued", "sent", "failed", "bounced"


class Outbound(TenantModel):
    """One public word on its way to one recipient; the constraint makes a redone job find it instead of adding one.

    ``claimed_at``: a worker is handing it over since then, and no other one should.
    """

    ticket_id = models.BigIntegerField()
    event_seq = models.BigIntegerField()
    channel = models.CharField(max_length=20)
    mailbox_id = models.BigIntegerField(null=True)
    recipient = models.CharField(max_length=320)
    message_id = models.CharField(max_length=500, blank=True, default="")
    state = models.CharField(max_length=10, default=QUEUED)
    attempts = models.IntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True, default="")
    created_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket_id", "event_seq", "channel", "recipient"], name="outbound_once")
        ]
        indexes = [
            models.Index(fields=["enterprise_id", "message_id"], name="outbound_message"),
            models.Index(fields=["mailbox_id", "-id"], name="outbound_mailbox"),
            models.Index(fields=["enterprise_id", "-id"], name="outbound_recent"),
        ]
