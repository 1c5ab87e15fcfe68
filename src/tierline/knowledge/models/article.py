from django.db import models

from tierline.plumbing.tenancy import ProviderModel, TenantModel, ref

ARTICLE, PROCEDURE = "article", "procedure"


class Article(TenantModel):
    """知识文章, or 操作规范 (``kind``). The row is the present; what was ever said stands in its versions.

    ``latest`` is the newest version's number, ``published`` the one that readers see (None: never yet), ``submitted``
    the one that waits for a review. ``title`` is the published version's, the latest one's before that. ``pair`` is
    the other language's edition; ``follows`` is set on a translation: the version of the original that it renders.
    ``applies`` lists ``{"product", "versions"}``; ``source`` names the file it was imported from.
    """

    kind = models.CharField(max_length=12, default=ARTICLE)
    number = models.CharField(max_length=20)
    title = models.CharField(max_length=500)
    language = models.CharField(max_length=10)
    pair = ref("knowledge.Article", null=True)
    follows = models.IntegerField(null=True)
    state = models.CharField(max_length=12)
    audience = models.CharField(max_length=12)
    owner = ref("accounts.Person", null=True)
    reviewer = ref("accounts.Person", null=True)
    reviewed_at = models.DateTimeField(null=True)
    review_on = models.DateField(null=True)
    ticket_id = models.BigIntegerField(null=True)
    applies = models.JSONField(default=list)
    fault_class = models.CharField(max_length=100, default="", blank=True)
    source = models.CharField(max_length=300, default="", blank=True)
    latest = models.IntegerField(default=1)
    published = models.IntegerField(null=True)
    submitted = models.IntegerField(null=True)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider_id", "number"], name="article_number")]
        indexes = [
            models.Index(fields=["enterprise_id", "state", "-id"], name="article_state"),
            models.Index(fields=["ticket_id"], name="article_ticket", condition=~models.Q(ticket_id=None)),
            models.Index(
                fields=["enterprise_id", "submitted"], name="article_waits", condition=~models.Q(submitted=None)
            ),
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


class ArticleFile(TenantModel):
    """A file of an article, by its content; the text names a picture as ``files/<name>``."""

    article = ref("knowledge.Article")
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    by = ref("accounts.Person", null=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["article", "id"], name="articlefile_article")]


class Confirmation(TenantModel):
    """That this person has read this version of a procedure; the next version asks again."""

    article = ref("knowledge.Article")
    version = models.IntegerField()
    person = ref("accounts.Person")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider_id", "enterprise_id", "article", "version", "person"], name="confirmation_once"
            )
        ]


class ArticleCounter(ProviderModel):
    """The last article number given in this provider."""

    last = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider_id"], name="articlecounter_provider")]
