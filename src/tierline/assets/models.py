from django.db import models

from tierline.plumbing.tenancy import TenantModel, ref


class Asset(TenantModel):
    """设备: an entry of the asset ledger. ``tag`` is what the label on it says, ``version`` the product's.

    ``edition`` grows with every change of the row.
    """

    tag = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    product = models.CharField(max_length=200, blank=True, default="")
    version = models.CharField(max_length=100, blank=True, default="")
    serial = models.CharField(max_length=100, blank=True, default="")
    customer = ref("accounts.EndCustomer", null=True)
    site = ref("accounts.Site", null=True)
    keeper = ref("accounts.Person", null=True)
    state = models.CharField(max_length=12)
    edition = models.IntegerField(default=1)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider_id", "enterprise_id", "tag"], name="asset_tag")]
        indexes = [models.Index(fields=["enterprise_id", "customer", "tag"], name="asset_customer")]
