from django.db import models

from tierline.plumbing.tenancy import TenantModel, ref


class ImportRun(TenantModel):
    """One file brought over. ``state``: uploaded, checking, checked, running, done, failed, or interrupted by what came
    after a run that never ended.

    ``mapping`` is what the operator said about the columns, null for a shape that needs none. While it is checked, the
    counters say what would become of the cases; ``attempt`` counts the passes over the file, ``told`` is the figures
    of the look or why the file could not be read.
    """

    file = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    shape = models.CharField(max_length=40)
    source = models.CharField(max_length=40)
    mapping = models.JSONField(null=True)
    state = models.CharField(max_length=12)
    cases = models.BigIntegerField(default=0)
    opened = models.BigIntegerField(default=0)
    already_there = models.BigIntegerField(default=0)
    refused = models.BigIntegerField(default=0)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    person_id = models.BigIntegerField(null=True)
    attempt = models.IntegerField(default=0)
    told = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["enterprise_id", "source", "-id"], name="importrun_recent")]


class ImportedCase(TenantModel):
    """Which ticket a case of another desk became: it is brought over once, however often its file is."""

    run = ref("imports.ImportRun")
    source = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    ticket = ref("desk.Ticket")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider_id", "enterprise_id", "source", "key"], name="importedcase_once")
        ]
        indexes = [models.Index(fields=["ticket"], name="importedcase_ticket")]


class ImportFault(TenantModel):
    """A case that was or would be refused in one pass over the file, and why."""

    run = ref("imports.ImportRun")
    attempt = models.IntegerField()
    key = models.CharField(max_length=200)
    code = models.CharField(max_length=60)
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["run", "attempt", "id"], name="importfault_run")]
