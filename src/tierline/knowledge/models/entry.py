from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from tierline.plumbing.tenancy import TenantModel, ref


class SearchEntry(TenantModel):
    """THE search index: one row for each article, known error, closed ticket and runbook that can be found.

    It is written in the transaction that writes what it stands for (``operations.indexing``). ``subject`` is that
    row's id. ``codes`` are the folded codes and hosts for partial and misspelt ones; ``body`` is what snippets are
    made of. An embedding, where there is one, belongs in a table of its own keyed by this row's id and ``digest``.
    """

    kind = models.CharField(max_length=12)
    subject = models.BigIntegerField()
    number = models.CharField(max_length=30)
    title = models.CharField(max_length=500)
    language = models.CharField(max_length=10)
    audience = models.CharField(max_length=12)
    body = models.TextField()
    codes = models.TextField()
    digest = models.CharField(max_length=32)
    tokens = SearchVectorField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider_id", "enterprise_id", "kind", "subject"], name="searchentry_subject"
            )
        ]
        indexes = [
            GinIndex(fields=["tokens"], name="searchentry_tokens", gin_pending_list_limit=512),
            models.Index(fields=["enterprise_id", "-changed_at", "-id"], name="searchentry_newest"),
        ]


class SynonymGroup(TenantModel):
    """Words that mean the same to one enterprise; a question with one of them finds the others."""

    words = models.JSONField()
    by = ref("accounts.Person", null=True)
    at = models.DateTimeField()
