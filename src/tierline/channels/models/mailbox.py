from django.db import models

from tierline.plumbing.tenancy import TenantModel


class Mailbox(TenantModel):
    """An address of ours. Unique over the whole installation, because it is what tells whose mail this is.

    ``service`` is a code of the catalogue: what is written here is about that.
    """

    address = models.CharField(max_length=320, unique=True)
    name = models.CharField(max_length=200, blank=True, default="")
    service = models.CharField(max_length=60, blank=True, default="")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["enterprise_id", "id"], name="mailbox_enterprise")]
