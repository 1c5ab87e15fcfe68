from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from tierline.plumbing.tenancy import ProviderModel, TenantModel, ref


class Article(TenantModel):
    """知识文章. The row is the present; what was ever said stands in its versions.

    ``latest`` is the newest version's number, ``published`` the one that readers see (None: never yet). ``title`` and
    ``tokens`` are the published version's, the latest one's before that. ``pair`` is the other language's edition.
    """

    number = models.CharField(max_length=20)
    title = models.CharField(max_length=500)
    language = models.CharField(max_length=10)
    pair = ref("knowledge.Article", null=True)
    state = models.CharField(max_length=12)
    audience = models.CharField(max_length=12)
    owner = ref("accounts.Person", null=True)
    review_on = models.DateField(null=True)
    ticket_id = models.BigIntegerField(null=True)
    latest = models.IntegerField(default=1)
    published = models.IntegerField(null=True)
    tokens = SearchVectorField()
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider_id", "number"], name="article_number")]
        indexes = [
            GinIndex(fields=["tokens"], name="article_tokens"),
            models.Index(fields=["enterprise_id", "state", "-id"], name="article_state"),
            models.Index(fields=["ticket_id"], name="article_ticket", condition=~models.Q(ticket_id=None)),
        ]


class ArticleVersion(TenantModel):
    """One wording; never rewritten."""

    article = ref("knowledge.Article")
    number = models.IntegerField()
    title = models.CharField(max_length=500)
    body = models.TextField()
    by = ref("accounts.Person", null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider_id", "enterprise_id", "article", "number"], name="articleversion_number"
            )
        ]


class ArticleCounter(ProviderModel):
    """The last article number given in this provider."""

    last = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider_id"], name="articlecounter_provider")]
