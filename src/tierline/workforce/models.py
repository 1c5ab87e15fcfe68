from django.db import models

from tierline.plumbing.tenancy import ProviderManager, ProviderModel, ref


class Skill(ProviderModel):
    """技能: what an engineer can do. The provider's own list, because engineers work for several enterprises."""

    code = models.CharField(max_length=60)
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider_id", "code"], name="skill_code")]


class PersonSkill(ProviderModel):
    """How well a person can do it: ``level`` 1 to 5. Empty ``language`` or ``product`` means any.

    Counts up to and including ``expires_on``.
    """

    person = ref("accounts.Person")
    skill = ref("workforce.Skill")
    level = models.SmallIntegerField()
    language = models.CharField(max_length=10, blank=True, default="")
    product = models.CharField(max_length=200, blank=True, default="")
    expires_on = models.DateField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider_id", "person", "skill", "language", "product"], name="personskill_once"
            )
        ]


class Shift(models.Model):
    """班次: a stretch of duty in [starts_at, ends_at), cut short at ``cancelled_at``.

    ``enterprise_id`` null: for every enterprise that the person is assigned to then. ``tier`` null: the assignment's.
    """

    id = models.BigAutoField(primary_key=True)
    provider_id = models.BigIntegerField()
    enterprise_id = models.BigIntegerField(null=True)
    person = ref("accounts.Person")
    kind = models.CharField(max_length=12)
    tier = models.SmallIntegerField(null=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    objects = ProviderManager()

    class Meta:
        indexes = [
            models.Index(fields=["provider_id", "ends_at"], name="shift_ends"),
            models.Index(fields=["person", "ends_at"], name="shift_person"),
        ]
