from django.db import models

from tierline.plumbing.tenancy import TenantModel


class MailReference(TenantModel):
    """A Message-ID that stands for a ticket: of a mail we received or sent."""

    message_id = models.CharField(max_length=500)
    ticket_id = models.BigIntegerField()
    is_ours = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider_id", "enterprise_id", "message_id"], name="mailreference_once")
        ]
        indexes = [models.Index(fields=["ticket_id", "id"], name="mailreference_ticket")]


class Participant(TenantModel):
    """An address that a participant of the ticket copied in: it may answer on the thread."""

    ticket_id = models.BigIntegerField()
    address = models.CharField(max_length=320)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket_id", "address"], name="participant_once")]
