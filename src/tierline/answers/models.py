"""What may be answered by the product, what was, how sure it was, and what came of it."""

from __future__ import annotations

from django.db import models

from tierline.domain.answering import TARGET, Mode
from tierline.domain.confidence import NEVER
from tierline.plumbing.tenancy import TenantModel, ref

RUNNING, DONE, FAILED = "running", "done", "failed"


class AnswerPolicy(TenantModel):
    """One rule of an enterprise; ``fault_class`` empty: all classes that have no rule of their own."""

    fault_class = models.CharField(max_length=60, blank=True, default="")
    mode = models.CharField(max_length=10, default=Mode.SUGGEST.value)
    target = models.FloatField(default=TARGET)
    changed_by = ref("accounts.Person", null=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider_id", "enterprise_id", "fault_class"], name="answerpolicy_once")
        ]


class Evaluation(TenantModel):
    """评测: how often the first article found is the one that closed the ticket, on tickets closed before.

    ``curve`` is [[score, confidence], ...], learned on the older half; ``points`` are [confidence, coverage, hits, n]
    on the newer half; ``threshold`` the confidence from which on the target is met there. ``after_ticket`` is how far
    the look backwards got; ``rows`` are [fault class, score, right, ticket] of those looked at.
    """

    state = models.CharField(max_length=10, default=RUNNING)
    is_active = models.BooleanField(default=False)
    total = models.IntegerField()
    done = models.IntegerField(default=0)
    after_ticket = models.BigIntegerField(null=True)
    rows = models.JSONField(default=list)
    curve = models.JSONField(default=list)
    points = models.JSONField(default=list)
    threshold = models.FloatField(default=NEVER)
    hits = models.IntegerField(default=0)
    n = models.IntegerField(default=0)
    asked_by = ref("accounts.Person")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["enterprise_id", "-id"], name="evaluation_latest")]
        constraints = [
            models.UniqueConstraint(
                fields=["provider_id", "enterprise_id"], name="evaluation_active", condition=models.Q(is_active=True)
            )
        ]


class Answer(TenantModel):
    """One typed action on one ticket. ``seq`` is the event of the message that went out, null for a suggestion.

    ``candidates`` are [article, confidence], the best first; ``evaluation`` is the one whose curve was used.
    """

    ticket = ref("desk.Ticket")
    requester = ref("accounts.Person")
    seq = models.IntegerField(null=True)
    at = models.DateTimeField()
    act = models.CharField(max_length=10)
    reason = models.CharField(max_length=20)
    is_sent = models.BooleanField(default=False)
    fault_class = models.CharField(max_length=60, blank=True, default="")
    article = ref("knowledge.Article", null=True)
    confidence = models.FloatField(default=0.0)
    candidates = models.JSONField(default=list)
    evaluation = ref("answers.Evaluation", null=True)
    confirmed_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    wrote_again_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["enterprise_id", "at", "id"], name="answer_sent", condition=models.Q(is_sent=True)),
            models.Index(fields=["requester", "at"], name="answer_requester", condition=models.Q(is_sent=True)),
        ]
        constraints = [models.UniqueConstraint(fields=["provider_id", "enterprise_id", "ticket"], name="answer_once")]


class Sample(TenantModel):
    """盲审: an answer of a week, judged by who knows neither how sure the product was nor what was said of it."""

    answer = ref("answers.Answer")
    week = models.CharField(max_length=8)
    drawn_at = models.DateTimeField()
    is_right = models.BooleanField(null=True)
    why = models.CharField(max_length=500, blank=True, default="")
    judged_by = ref("accounts.Person", null=True)
    judged_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider_id", "enterprise_id", "answer"], name="sample_once")]
        indexes = [models.Index(fields=["enterprise_id", "week"], name="sample_week")]
