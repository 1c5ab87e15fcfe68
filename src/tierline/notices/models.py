from django.db import models

from tierline.plumbing.tenancy import ProviderManager, ProviderModel, TenantModel, ref

HELD, LEFT, MUTED = "held", "left", "muted"
QUEUED, SENT, FAILED, VOID = "queued", "sent", "failed", "void"


class Notice(TenantModel):
    """通知: what a person is told of one ticket within a short time; the steps are its lines.

    ``kind`` is the weightiest of its steps. ``read_at`` null: unread.
    """

    person = ref("accounts.Person")
    ticket_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=20)
    priority = models.CharField(max_length=2, blank=True, default="")
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    step_count = models.IntegerField(default=1)
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["person", "-last_at", "-id"], name="notice_recent"),
            models.Index(fields=["person", "id"], name="notice_unread", condition=models.Q(read_at=None)),
            models.Index(fields=["person", "-id"], name="notice_all"),
            models.Index(fields=["ticket_id"], name="notice_ticket"),
        ]


class Step(TenantModel):
    """One announcement as told to one person: the constraint is what makes a redone job tell nobody twice.

    ``retired_at``: what it warned of came to an end then, and nobody need act on it any more.
    """

    notice = ref(Notice)
    person = ref("accounts.Person")
    event_id = models.CharField(max_length=64)
    kind = models.CharField(max_length=20)
    priority = models.CharField(max_length=2, blank=True, default="")
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()
    told_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider_id", "person", "event_id"], name="step_once")]
        indexes = [models.Index(fields=["notice", "id"], name="step_notice")]


class Hook(models.Model):
    """A web address that is told: one person's own (``enterprise_id`` null) or an enterprise's (``person`` null).

    ``salt`` makes its signing key together with the installation's secret: the key itself is stored nowhere.
    ``kinds`` is what an enterprise's hook is told of; a person's own follows the person's preferences.
    """

    id = models.BigAutoField(primary_key=True)
    provider_id = models.BigIntegerField()
    enterprise_id = models.BigIntegerField(null=True)
    person = ref("accounts.Person", null=True)
    label = models.CharField(max_length=100, blank=True, default="")
    url = models.CharField(max_length=2000)
    salt = models.CharField(max_length=64)
    kinds = models.JSONField(default=list)
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    objects = ProviderManager()

    class Meta:
        indexes = [models.Index(fields=["provider_id", "id"], name="hook_live", condition=models.Q(removed_at=None))]


class Message(models.Model):
    """One effect outside: a mail or one call of a hook. ``key`` is unique, so that it is one however often redone.

    ``claimed_at``: a worker is handing it over since then. ``is_counted``: it uses up its person's budget.
    ``facts`` is the content where that is not the steps of its deliveries: a test, or an enterprise's hook.
    """

    id = models.BigAutoField(primary_key=True)
    provider_id = models.BigIntegerField()
    enterprise_id = models.BigIntegerField(null=True)
    person = ref("accounts.Person", null=True)
    channel = models.CharField(max_length=10)
    hook = ref(Hook, null=True)
    key = models.CharField(max_length=120)
    is_counted = models.BooleanField(default=True)
    facts = models.JSONField(default=dict)
    state = models.CharField(max_length=10, default=QUEUED)
    attempts = models.IntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True, default="")
    created_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    objects = ProviderManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider_id", "key"], name="message_once")]
        indexes = [
            models.Index(fields=["person", "channel", "-created_at"], name="message_recent"),
            models.Index(fields=["hook", "-id"], name="message_hook"),
            models.Index(fields=["id"], name="message_queued", condition=models.Q(state=QUEUED)),
            models.Index(fields=["created_at"], name="message_failed", condition=models.Q(state=FAILED)),
            models.Index(fields=["sent_at"], name="message_sent", condition=models.Q(state=SENT)),
        ]


class Delivery(TenantModel):
    """What is owed to a person for one step on one channel: held until ``release_at``, or gone into ``message``.

    ``reason`` is why it was decided so. ``is_heard``: quiet hours do not stop it, its person was on duty.
    """

    step = ref(Step)
    person = ref("accounts.Person")
    channel = models.CharField(max_length=10)
    hook = ref(Hook, null=True)
    state = models.CharField(max_length=10)
    reason = models.CharField(max_length=10)
    is_heard = models.BooleanField(default=False)
    release_at = models.DateTimeField(null=True)
    message = ref(Message, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["step", "channel", "hook"], name="delivery_once", nulls_distinct=False)
        ]
        indexes = [
            models.Index(fields=["person", "release_at"], name="delivery_held", condition=models.Q(state=HELD)),
            models.Index(fields=["message", "id"], name="delivery_message"),
            models.Index(fields=["release_at"], name="delivery_due", condition=models.Q(state=HELD)),
        ]


class Preference(ProviderModel):
    """How a person wants to be told. No row: everything as shipped. ``wishes`` is kind -> channel -> when."""

    person = ref("accounts.Person")
    wishes = models.JSONField(default=dict)
    budget = models.SmallIntegerField(default=20)
    is_quiet = models.BooleanField(default=True)
    quiet_from = models.SmallIntegerField(default=22 * 60)
    quiet_until = models.SmallIntegerField(default=7 * 60 + 30)
    rhythm = models.CharField(max_length=10, default="hourly")
    daily_at = models.SmallIntegerField(default=9 * 60)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider_id", "person"], name="preference_once")]


class Unreached(TenantModel):
    """Somebody should have been told and nobody was there: no assignee, nobody on duty, no manager."""

    event_id = models.CharField(max_length=64)
    kind = models.CharField(max_length=20)
    ticket_id = models.BigIntegerField(null=True)
    told = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider_id", "event_id"], name="unreached_once")]
        indexes = [
            models.Index(fields=["enterprise_id", "-at"], name="unreached_recent"),
            models.Index(fields=["at"], name="unreached_at"),
        ]
