from django.db import models

from tierline.plumbing.tenancy import TenantModel, ref


class Checklist(TenantModel):
    """排障清单 of a fault class; ``latest`` is the version that is followed. One in use per class."""

    fault_class = models.CharField(max_length=100)
    title = models.CharField(max_length=200)
    latest = models.IntegerField(default=1)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider_id", "enterprise_id", "fault_class"],
                condition=models.Q(retired_at=None),
                name="checklist_class",
            )
        ]


class ChecklistVersion(TenantModel):
    """``steps``: a list of {"text", "by", "otherwise"}; never rewritten, so that a ticket's results stay readable."""

    checklist = ref("knowledge.Checklist")
    number = models.IntegerField()
    steps = models.JSONField()
    by = ref("accounts.Person", null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider_id", "enterprise_id", "checklist", "number"], name="checklistversion_number"
            )
        ]
