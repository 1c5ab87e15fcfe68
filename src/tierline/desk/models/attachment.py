from django.db import models

from tierline.plumbing.tenancy import TenantModel


class Attachment(TenantModel):
    """A file by its content. Until a message carries it (``event_seq``), only its uploader sees it."""

    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=255)
    type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    uploaded_by_id = models.BigIntegerField(null=True)
    uploaded_at = models.DateTimeField()
    ticket_id = models.BigIntegerField(null=True)
    event_seq = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["ticket_id", "event_seq"], name="attachment_ticket")]
