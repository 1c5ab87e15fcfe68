from django.db import models

from tierline.plumbing.tenancy import TenantModel, ref

ACTIVE, PAUSED = "active", "paused"
QUEUED, SENT, FAILED = "queued", "sent", "failed"


class Subscription(TenantModel):
    """出站 Webhook: an address of a program that is told of an enterprise's tickets.

    ``salt`` makes the signing key together with the installation's secret; the key itself is stored nowhere.
    ``old_salt`` signs too until ``old_until``, so that a key can be exchanged without a gap. ``types`` empty: all.
    ``pause``: why it is paused, person or failing. ``failing_since``: nothing has been taken since then.
    """

    label = models.CharField(max_length=100, blank=True, default="")
    url = models.CharField(max_length=2000)
    types = models.JSONField(default=list)
    is_internal = models.BooleanField(default=False)
    with_words = models.BooleanField(default=False)
    state = models.CharField(max_length=10, default=ACTIVE)
    pause = models.CharField(max_length=10, blank=True, default="")
    salt = models.CharField(max_length=64)
    old_salt = models.CharField(max_length=64, blank=True, default="")
    old_until = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)
    # What happened before is not told.
    since = models.DateTimeField()
    created_at = models.DateTimeField()
    created_by = ref("accounts.Person", null=True)
    changed_at = models.DateTimeField()
    failing_since = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["enterprise_id", "id"], name="subscription_live", condition=models.Q(removed_at=None))
        ]


class Delivery(TenantModel):
    """One event for one subscription; ``key`` is what every try of it is called by. A trial has no ticket.

    ``at`` is when the event was recorded, ``first_at`` when the present round of tries began, ``due_at`` when the
    next try is. ``claimed_at``: a worker is calling since then. ``is_refused``: the other side saw it and said no,
    so the ticket's later events do not wait for it. ``tries``: the last ones, each {at, status, ms, why}.
    """

    subscription = ref(Subscription)
    ticket_id = models.BigIntegerField(null=True)
    seq = models.BigIntegerField(null=True)
    type = models.CharField(max_length=40)
    key = models.UUIDField()
    state = models.CharField(max_length=10, default=QUEUED)
    at = models.DateTimeField()
    first_at = models.DateTimeField()
    due_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    attempts = models.IntegerField(default=0)
    is_refused = models.BooleanField(default=False)
    tries = models.JSONField(default=list)
    status = models.SmallIntegerField(null=True)
    milliseconds = models.IntegerField(null=True)
    why = models.CharField(max_length=200, blank=True, default="")
    excerpt = models.TextField(blank=True, default="")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscription", "ticket_id", "seq"], name="hookdelivery_event"),
        ]
        indexes = [
            models.Index(fields=["subscription", "-id"], name="hookdelivery_recent"),
            models.Index(fields=["subscription", "due_at"], name="hookdelivery_due", condition=models.Q(state=QUEUED)),
            models.Index(
                fields=["subscription", "ticket_id", "seq"],
                name="hookdelivery_lane",
                condition=models.Q(state=QUEUED),
            ),
            models.Index(fields=["enterprise_id", "-id"], name="hookdelivery_all"),
        ]
