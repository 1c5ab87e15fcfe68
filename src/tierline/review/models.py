from django.db import models

from tierline.plumbing.tenancy import TenantModel, ref


class Rating(TenantModel):
    """满意度: what the requester says of a verified ticket, 1 (poor) to 5 (very good). One per ticket."""

    ticket = ref("desk.Ticket")
    score = models.SmallIntegerField()
    comment = models.TextField(blank=True, default="")
    by = ref("accounts.Person")
    at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider_id", "enterprise_id", "ticket"], name="rating_once"),
            models.CheckConstraint(condition=models.Q(score__gte=1, score__lte=5), name="rating_score"),
        ]
        indexes = [models.Index(fields=["enterprise_id", "at"], name="rating_at")]
