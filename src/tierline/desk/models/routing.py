"""分流: an enterprise's rule, which skills its tickets ask for, and every decision with its reasons."""

from __future__ import annotations

from django.db import models

from tierline.plumbing.tenancy import TenantModel, ref


class DispatchRule(TenantModel):
    """``mode``: pull (engineers take what is next) or push (it is given to them). Empty: the default figures."""

    mode = models.CharField(max_length=10, default="pull")
    weights = models.JSONField(default=dict)
    loads = models.JSONField(default=dict)
    paused_share = models.SmallIntegerField(default=4)
    overflow = models.SmallIntegerField(default=1)
    changed_by = ref("accounts.Person", null=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider_id", "enterprise_id"], name="dispatchrule_once")]


class SkillNeed(TenantModel):
    """Which skill a service's tickets ask for, at least at ``level``. ``fault_class`` empty: all of the service's."""

    service = ref("agreements.Service")
    fault_class = models.CharField(max_length=60, blank=True, default="")
    skill = ref("workforce.Skill")
    level = models.SmallIntegerField(default=1)
    product = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider_id", "enterprise_id", "service", "fault_class", "skill"], name="skillneed_once"
            )
        ]


class Decision(TenantModel):
    """Who was given the ticket and why, as it was decided then. ``chosen`` null: nobody could take it.

    ``trigger``: push, pull or manual. ``by``: who decided, null for the product. ``ranked`` has rows of person, score,
    points, load, cap; ``refused`` of person, code, about.
    """

    ticket = ref("desk.Ticket")
    trigger = models.CharField(max_length=10)
    chosen = ref("accounts.Person", null=True)
    by = ref("accounts.Person", null=True)
    at = models.DateTimeField()
    ranked = models.JSONField(default=list)
    refused = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["ticket", "-id"], name="decision_ticket")]
