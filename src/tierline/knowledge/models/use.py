from django.db import models

from tierline.plumbing.tenancy import TenantModel, ref


class Reading(TenantModel):
    """That a requester opened an article, and what they said of it (``helped`` None: nothing)."""

    article = ref("knowledge.Article")
    version = models.IntegerField()
    person = ref("accounts.Person", null=True)
    at = models.DateTimeField()
    helped = models.BooleanField(null=True)
    why = models.CharField(max_length=500, default="", blank=True)
    is_settled = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["article", "-at"], name="reading_article")]


class Question(TenantModel):
    """A question that knowledge could not answer, redacted. ``state``: open, drafted or dismissed."""

    text = models.CharField(max_length=400)
    person = ref("accounts.Person", null=True)
    covered = models.FloatField()
    state = models.CharField(max_length=12, default="open")
    article = ref("knowledge.Article", null=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["enterprise_id", "state", "-at"], name="question_state")]
