"""What an administrator configures of a mailbox, and how far its mail has been read."""

from django.db import migrations, models

FIELDS = {
    "version": models.IntegerField(default=1),
    "is_paused": models.BooleanField(default=False),
    "intake": models.CharField(default="none", max_length=10),
    "host": models.CharField(blank=True, default="", max_length=255),
    "port": models.IntegerField(default=993),
    "tls": models.CharField(blank=True, default="tls", max_length=10),
    "login": models.CharField(blank=True, default="", max_length=320),
    "auth": models.CharField(default="password", max_length=10),
    "folder": models.CharField(blank=True, default="", max_length=255),
    "after": models.CharField(default="seen", max_length=10),
    "move_to": models.CharField(blank=True, default="", max_length=255),
    "relay_host": models.CharField(blank=True, default="", max_length=255),
    "relay_port": models.IntegerField(default=465),
    "relay_tls": models.CharField(blank=True, default="tls", max_length=10),
    "relay_login": models.CharField(blank=True, default="", max_length=320),
    "relay_auth": models.CharField(default="password", max_length=10),
    "token_url": models.CharField(blank=True, default="", max_length=2000),
    "client_id": models.CharField(blank=True, default="", max_length=500),
    "oauth_scope": models.CharField(blank=True, default="", max_length=1000),
    "sealed": models.TextField(blank=True, default=""),
    "uid_validity": models.BigIntegerField(null=True),
    "last_uid": models.BigIntegerField(default=0),
    "fetched_at": models.DateTimeField(null=True),
    "failed_at": models.DateTimeField(null=True),
    "failure": models.CharField(blank=True, default="", max_length=40),
    "failure_detail": models.CharField(blank=True, default="", max_length=500),
    "relayed_at": models.DateTimeField(null=True),
    "relay_failed_at": models.DateTimeField(null=True),
    "relay_failure": models.CharField(blank=True, default="", max_length=40),
    "relay_failure_detail": models.CharField(blank=True, default="", max_length=500),
    "tested_at": models.DateTimeField(null=True),
    "test": models.JSONField(default=dict),
}

SQL = r"""
CREATE FUNCTION tierline_mailboxes()
RETURNS TABLE (provider_id bigint, enterprise_id bigint, mailbox_id bigint, intake text, version integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT m.provider_id, m.enterprise_id, m.id, m.intake::text, m.version FROM channels_mailbox m
    WHERE m.is_active AND NOT m.is_paused AND m.intake IN ('imap', 'folder')
$$;

DO $$
DECLARE app text := coalesce(nullif(current_setting('tierline.app_role', true), ''), 'tierline_app');
BEGIN
    REVOKE ALL ON FUNCTION tierline_mailboxes() FROM PUBLIC;
    EXECUTE format('GRANT EXECUTE ON FUNCTION tierline_mailboxes() TO %I', app);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("channels", "0002_guards")]
    operations = [
        *(migrations.AddField(model_name="mailbox", name=name, field=field) for name, field in FIELDS.items()),
        migrations.AddField(model_name="rawmessage", name="released_by", field=models.BigIntegerField(null=True)),
        migrations.AddIndex(
            model_name="rawmessage",
            index=models.Index(fields=["mailbox_id", "-id"], name="rawmessage_mailbox"),
        ),
        migrations.AddIndex(
            model_name="outbound",
            index=models.Index(fields=["mailbox_id", "-id"], name="outbound_mailbox"),
        ),
        migrations.AddIndex(
            model_name="outbound",
            index=models.Index(fields=["enterprise_id", "-id"], name="outbound_recent"),
        ),
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
    ]
