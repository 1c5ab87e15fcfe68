"""跨部门任务: work that another department, or a supplier, owes the ticket."""

from __future__ import annotations

from django.db import models

from tierline.plumbing.tenancy import TenantModel


class Task(TenantModel):
    """``number`` counts within the ticket, from 1. A blocking task keeps the ticket from being resolved.

    Either ``department`` or ``supplier`` is who was asked; the other is empty.
    """

    ticket_id = models.BigIntegerField()
    number = models.IntegerField()
    department = models.CharField(max_length=60, blank=True, default="")
    supplier = models.CharField(max_length=60, blank=True, default="")
    title = models.CharField(max_length=500)
    blocking = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    opened_by_id = models.BigIntegerField(null=True)
    due_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    finished_by_id = models.BigIntegerField(null=True)
    result = models.TextField(blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket_id", "number"], name="task_number")]
        indexes = [
            models.Index(
                fields=["enterprise_id", "department", "due_at"],
                name="task_department",
                condition=models.Q(finished_at=None),
            )
        ]
