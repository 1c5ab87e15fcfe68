"""Previews of policy changes, what they found, and the moving of open tickets that follows one of them."""

from __future__ import annotations

from django.db import models

from tierline.plumbing.tenancy import TenantModel, ref

# What is looked at: a draft on the tickets of the past, or a published version on those that are open.
DRAFT, REBASE = "draft", "rebase"
RUNNING, STOPPED, FAILED, DONE = "running", "stopped", "failed", "done"
# The ``error`` of a job that broke for no reason of ours: the queue tries it again, and a person may resume it.
BROKEN = "broken"


class Work(TenantModel):
    """Long work in batches, the latest opened ticket first; (``at_opened``, ``at_ticket``) is how far it got.

    ``size`` is how many tickets a batch takes; ``batch`` counts them: a job started for an earlier one does nothing.
    """

    state = models.CharField(max_length=10, default=RUNNING)
    total = models.IntegerField()
    done = models.IntegerField(default=0)
    batch = models.IntegerField(default=0)
    size = models.IntegerField()
    at_opened = models.DateTimeField(null=True)
    at_ticket = models.BigIntegerField(null=True)
    error = models.CharField(max_length=60, blank=True, default="")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def is_turn_of(self, batch: int) -> bool:
        """Whether the job of that batch is to work now: a redone, stopped or overtaken one is not."""
        return self.batch == batch and (self.state == RUNNING or (self.state == FAILED and self.error == BROKEN))


class PolicyPreview(Work):
    """预演. ``terms`` is what is tried, as it read when it was started; ``versions`` are the ones it is compared with.

    ``counts`` is kind -> what -> number of clocks. Of a draft the tickets are those opened in [from_at, to_at).
    """

    purpose = models.CharField(max_length=10)
    agreement = ref("agreements.Agreement")
    draft = ref("agreements.AgreementDraft", null=True)
    draft_version = models.IntegerField(null=True)
    version = ref("agreements.AgreementVersion", null=True)
    versions = models.JSONField()
    terms = models.JSONField()
    from_at = models.DateTimeField(null=True)
    to_at = models.DateTimeField()
    counts = models.JSONField(default=dict)
    tickets = models.IntegerField(default=0)
    asked_by = ref("accounts.Person")

    class Meta:
        indexes = [models.Index(fields=["agreement", "purpose", "-id"], name="policypreview_latest")]


class Finding(TenantModel):
    """One clock that reads otherwise; ``what`` is a code of domain.sla.compare."""

    preview = ref("planning.PolicyPreview")
    ticket_id = models.BigIntegerField()
    opened_at = models.DateTimeField()
    kind = models.CharField(max_length=30)
    party = models.CharField(max_length=60, blank=True, default="")
    cycle = models.IntegerField()
    what = models.CharField(max_length=10)
    state_before = models.CharField(max_length=12, blank=True, default="")
    state_after = models.CharField(max_length=12, blank=True, default="")
    due_before = models.DateTimeField(null=True)
    due_after = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["preview", "ticket_id", "kind", "party", "cycle"], name="finding_once")
        ]
        indexes = [models.Index(fields=["preview", "what", "kind", "id"], name="finding_page")]


class Rebase(Work):
    """换版: the open tickets of an agreement are moved to ``version``. It began with a preview and was confirmed."""

    preview = ref("planning.PolicyPreview")
    version = ref("agreements.AgreementVersion")
    versions = models.JSONField()
    moved = models.IntegerField(default=0)
    confirmed_by = ref("accounts.Person")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["preview"], name="rebase_once")]
