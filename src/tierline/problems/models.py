from django.contrib.postgres.search import SearchVectorField
from django.db import models

from tierline.plumbing.tenancy import ProviderModel, TenantModel, ref


class Problem(TenantModel):
    """问题: the unknown cause behind one or more tickets. ``edition`` grows with every change of the row."""

    number = models.CharField(max_length=20)
    title = models.CharField(max_length=500)
    state = models.CharField(max_length=12)
    cause = models.TextField(blank=True, default="")
    owner = ref("accounts.Person", null=True)
    edition = models.IntegerField(default=1)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider_id", "number"], name="problem_number")]
        indexes = [models.Index(fields=["enterprise_id", "state", "-id"], name="problem_state")]


class KnownError(TenantModel):
    """已知错误: how the problem shows itself, and how to work around it. ``tokens`` index both."""

    number = models.CharField(max_length=20)
    problem = ref("problems.Problem")
    symptom = models.TextField()
    workaround = models.TextField()
    article = ref("knowledge.Article", null=True)
    state = models.CharField(max_length=12)
    tokens = SearchVectorField()
    recorded_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider_id", "number"], name="knownerror_number")]
        indexes = [models.Index(fields=["enterprise_id", "state", "-id"], name="knownerror_state")]


class ProblemTicket(TenantModel):
    """A ticket that the problem is behind."""

    problem = ref("problems.Problem")
    ticket = ref("desk.Ticket")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider_id", "enterprise_id", "problem", "ticket"], name="problemticket_once"
            )
        ]
        indexes = [models.Index(fields=["ticket"], name="problemticket_ticket")]


class ProblemCounter(ProviderModel):
    """The last number given in this provider, per ``kind`` of record (PB, KE)."""

    kind = models.CharField(max_length=4)
    last = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider_id", "kind"], name="problemcounter_kind")]
