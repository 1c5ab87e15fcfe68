from django.db import models

from tierline.plumbing.tenancy import ProviderManager, ProviderModel, TenantModel, ref


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
    roster = ref("workforce.Roster", null=True)
    created_at = models.DateTimeField()

    objects = ProviderManager()

    class Meta:
        indexes = [
            models.Index(fields=["provider_id", "ends_at"], name="shift_ends"),
            models.Index(fields=["person", "ends_at"], name="shift_person"),
        ]


class Profile(ProviderModel):
    """An engineer as a worker: where, in which languages, how much at once (``cap`` null: the default), there or not.

    ``presence`` is here or away; away ends at ``presence_until`` when that is set. ``feed_key`` makes the secret
    address of the person's calendar; a new one makes the old address dead.
    """

    person = ref("accounts.Person")
    region = models.CharField(max_length=100, blank=True, default="")
    languages = models.JSONField(default=list)
    cap = models.SmallIntegerField(null=True)
    presence = models.CharField(max_length=10, default="here")
    presence_until = models.DateTimeField(null=True)
    feed_key = models.CharField(max_length=60, blank=True, default="")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider_id", "person"], name="profile_person")]


class Credential(models.Model):
    """证书与保密承诺: ``kind`` is certificate (``enterprise_id`` null: it counts everywhere) or undertaking.

    Counts from ``from_on`` up to and including ``expires_on``, unless ``revoked_at`` came before.
    """

    id = models.BigAutoField(primary_key=True)
    provider_id = models.BigIntegerField()
    enterprise_id = models.BigIntegerField(null=True)
    person = ref("accounts.Person")
    kind = models.CharField(max_length=12)
    code = models.CharField(max_length=60)
    number = models.CharField(max_length=100, blank=True, default="")
    from_on = models.DateField()
    expires_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)
    added_by = ref("accounts.Person", null=True)
    created_at = models.DateTimeField()

    objects = ProviderManager()

    class Meta:
        indexes = [models.Index(fields=["person", "kind", "code"], name="credential_person")]


class Requirement(TenantModel):
    """What an enterprise asks of everybody who works its tickets: a certificate or an undertaking, by code."""

    kind = models.CharField(max_length=12)
    code = models.CharField(max_length=60)
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider_id", "enterprise_id", "kind", "code"],
                name="requirement_once",
                condition=models.Q(ended_at=None),
            )
        ]


class Roster(TenantModel):
    """班表: lines of local time from ``first_on`` to ``last_on``; its shifts are there once it is published.

    ``reason`` says why it was published with gaps. ``state``: draft, published or replaced.
    """

    name = models.CharField(max_length=200)
    zone = models.CharField(max_length=64)
    first_on = models.DateField()
    last_on = models.DateField()
    state = models.CharField(max_length=10, default="draft")
    reason = models.TextField(blank=True, default="")
    created_by = ref("accounts.Person", null=True)
    created_at = models.DateTimeField()
    published_by = ref("accounts.Person", null=True)
    published_at = models.DateTimeField(null=True)


class RosterLine(TenantModel):
    """``person`` null: a line of need. ``weekdays`` as digits, 1 is Monday; minutes of the local day."""

    roster = ref(Roster)
    person = ref("accounts.Person", null=True)
    kind = models.CharField(max_length=12)
    tier = models.SmallIntegerField()
    zone = models.CharField(max_length=64)
    weekdays = models.CharField(max_length=7)
    starts = models.SmallIntegerField()
    ends = models.SmallIntegerField()
    heads = models.SmallIntegerField(default=1)
    first_on = models.DateField()
    last_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["roster"], name="rosterline_roster")]


class Leave(ProviderModel):
    """休假 in [starts_at, ends_at). ``state``: asked, approved, declined or withdrawn; approved leave is no duty."""

    person = ref("accounts.Person")
    kind = models.CharField(max_length=12)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.TextField(blank=True, default="")
    state = models.CharField(max_length=10, default="asked")
    asked_at = models.DateTimeField()
    settled_by = ref("accounts.Person", null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["person", "ends_at"], name="leave_person")]


class Swap(models.Model):
    """换班: ``to_person`` is asked to stand in for part of a shift. ``state``: asked, done, declined or withdrawn."""

    id = models.BigAutoField(primary_key=True)
    provider_id = models.BigIntegerField()
    enterprise_id = models.BigIntegerField(null=True)
    shift = ref(Shift)
    to_person = ref("accounts.Person")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.TextField(blank=True, default="")
    state = models.CharField(max_length=10, default="asked")
    asked_by = ref("accounts.Person", null=True)
    asked_at = models.DateTimeField()
    settled_by = ref("accounts.Person", null=True)
    settled_at = models.DateTimeField(null=True)

    objects = ProviderManager()

    class Meta:
        indexes = [models.Index(fields=["to_person", "state"], name="swap_to")]


class HandoverNote(TenantModel):
    """交班说明: what goes on, at the end of a shift. The next shift accepts it, and with it the named tickets."""

    from_person = ref("accounts.Person")
    tier = models.SmallIntegerField()
    text = models.TextField()
    tickets = models.JSONField(default=list)
    written_at = models.DateTimeField()
    accepted_by = ref("accounts.Person", null=True)
    accepted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["enterprise_id", "tier"], name="handovernote_open", condition=models.Q(accepted_at=None)
            )
        ]
