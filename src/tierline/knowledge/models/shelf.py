from django.db import models

from tierline.plumbing.tenancy import ProviderModel, TenantModel, ref


class ShelfOffer(TenantModel):
    """An article that somebody offers to the provider's shelf: the redacted wording, and the owner's word on it."""

    article = ref("knowledge.Article")
    version = models.IntegerField()
    title = models.CharField(max_length=500)
    body = models.TextField()
    state = models.CharField(max_length=12)
    offered_by = ref("accounts.Person", null=True)
    offered_at = models.DateTimeField()
    decided_by = ref("accounts.Person", null=True)
    decided_at = models.DateTimeField(null=True)
    shared = ref("knowledge.SharedArticle", null=True)

    class Meta:
        indexes = [models.Index(fields=["enterprise_id", "state", "-id"], name="shelfoffer_state")]


class SharedArticle(ProviderModel):
    """On the provider's shared shelf: what an owner approved, word for word; whose it was is not told."""

    number = models.CharField(max_length=20)
    title = models.CharField(max_length=500)
    body = models.TextField()
    language = models.CharField(max_length=10)
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider_id", "number"], name="sharedarticle_number")]
