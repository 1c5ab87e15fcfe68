from django.db import models

from tierline.plumbing.tenancy import TenantModel

# How mail comes in. ``none``: somebody else hands it over (`tierline mail receive`).
NONE, IMAP, SMTP, FOLDER = "none", "imap", "smtp", "folder"
PASSWORD, XOAUTH2 = "password", "xoauth2"
SEEN, MOVE = "seen", "move"


class Mailbox(TenantModel):
    """An address of ours. Unique over the whole installation, because it is what tells whose mail this is.

    ``service`` is a code of the catalogue: what is written here is about that. ``version`` counts the changes that
    people made. ``is_paused``: nothing is taken in and nothing leaves; what waits goes on when it is resumed.
    ``sealed`` holds the secrets, see ``sealing``. The last block is what the fetcher and the sender found out:
    ``uid_validity`` and ``last_uid`` say how far the server's folder has been read.
    """

    address = models.CharField(max_length=320, unique=True)
    name = models.CharField(max_length=200, blank=True, default="")
    service = models.CharField(max_length=60, blank=True, default="")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    version = models.IntegerField(default=1)
    is_paused = models.BooleanField(default=False)

    intake = models.CharField(max_length=10, default=NONE)
    host = models.CharField(max_length=255, blank=True, default="")
    port = models.IntegerField(default=993)
    tls = models.CharField(max_length=10, blank=True, default="tls")
    login = models.CharField(max_length=320, blank=True, default="")
    auth = models.CharField(max_length=10, default=PASSWORD)
    folder = models.CharField(max_length=255, blank=True, default="")
    after = models.CharField(max_length=10, default=SEEN)
    move_to = models.CharField(max_length=255, blank=True, default="")

    relay_host = models.CharField(max_length=255, blank=True, default="")
    relay_port = models.IntegerField(default=465)
    relay_tls = models.CharField(max_length=10, blank=True, default="tls")
    relay_login = models.CharField(max_length=320, blank=True, default="")
    relay_auth = models.CharField(max_length=10, default=PASSWORD)

    token_url = models.CharField(max_length=2000, blank=True, default="")
    client_id = models.CharField(max_length=500, blank=True, default="")
    oauth_scope = models.CharField(max_length=1000, blank=True, default="")
    sealed = models.TextField(blank=True, default="")

    uid_validity = models.BigIntegerField(null=True)
    last_uid = models.BigIntegerField(default=0)
    fetched_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=40, blank=True, default="")
    failure_detail = models.CharField(max_length=500, blank=True, default="")
    relayed_at = models.DateTimeField(null=True)
    relay_failed_at = models.DateTimeField(null=True)
    relay_failure = models.CharField(max_length=40, blank=True, default="")
    relay_failure_detail = models.CharField(max_length=500, blank=True, default="")
    tested_at = models.DateTimeField(null=True)
    test = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["enterprise_id", "id"], name="mailbox_enterprise")]
