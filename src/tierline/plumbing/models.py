from django.db import models

from tierline.plumbing.tenancy import ProviderModel


class Timer(models.Model):
    """The next interesting instant of one subject. Global row of ids: a sweeper sets the scope, then reads."""

    id = models.BigAutoField(primary_key=True)
    provider_id = models.BigIntegerField()
    enterprise_id = models.BigIntegerField()
    kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    key = models.CharField(max_length=80)
    due_at = models.DateTimeField()
    generation = models.BigIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "subject_id", "key"], name="timer_subject")]
        indexes = [models.Index(fields=["due_at", "id"], name="timer_due")]


class Answered(ProviderModel):
    """The stored answer of an idempotency key."""

    person_id = models.BigIntegerField()
    key = models.CharField(max_length=255)
    fingerprint = models.BinaryField()
    status = models.SmallIntegerField()
    body = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider_id", "person_id", "key"], name="answered_key")]


class Heartbeat(models.Model):
    """When a process last said it was alive, and how late its timers run."""

    name = models.CharField(max_length=80, primary_key=True)
    at = models.DateTimeField()
    lateness_ms = models.BigIntegerField(default=0)
