"""收藏视图: a name for what somebody wants the queue to show."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from tierline.plumbing import tenancy


class SavedViewManager(models.Manager[Any]):
    """Those that speak of no single enterprise, and those of the enterprises in reach."""

    def get_queryset(self) -> models.QuerySet[Any]:
        scope = tenancy.current()
        reach = Q(enterprise_id=None) | Q(enterprise_id__in=scope.enterprises)
        return super().get_queryset().filter(reach, provider_id=scope.provider_id)


class SavedView(models.Model):
    """``asked`` is the queue's address as a mapping of lists; ``position`` orders a person's list, from 0.

    ``enterprise_id`` is set where ``asked`` names one or something of one: who does not reach it sees no such view.
    """

    id = models.BigAutoField(primary_key=True)
    provider_id = models.BigIntegerField()
    enterprise_id = models.BigIntegerField(null=True)
    owner_id = models.BigIntegerField()
    name = models.CharField(max_length=60)
    asked = models.JSONField(default=dict)
    is_shared = models.BooleanField(default=False)
    is_default = models.BooleanField(default=False)
    position = models.IntegerField(default=0)
    saved_at = models.DateTimeField()

    objects = SavedViewManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider_id", "owner_id", "name"], name="savedview_name"),
            models.UniqueConstraint(
                fields=["provider_id", "owner_id"], name="savedview_default", condition=Q(is_default=True)
            ),
        ]
