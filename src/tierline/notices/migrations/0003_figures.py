"""The operator's figures by indexes and within bounds: a scrape costs the same however much has ever been sent."""

from django.db import migrations, models

SQL = r"""
CREATE OR REPLACE FUNCTION tierline_notice_figures(now timestamptz)
RETURNS TABLE (queued bigint, sent bigint, failed bigint, held bigint, overdue bigint, unreached bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT
        (SELECT count(*) FROM (SELECT FROM notices_message WHERE state = 'queued' LIMIT 10000) a),
        (SELECT count(*) FROM (SELECT FROM notices_message
            WHERE state = 'sent' AND sent_at > now - interval '1 hour' LIMIT 10000) b),
        (SELECT count(*) FROM (SELECT FROM notices_message
            WHERE state = 'failed' AND created_at > now - interval '1 day' LIMIT 10000) c),
        (SELECT count(*) FROM (SELECT FROM notices_delivery WHERE state = 'held' LIMIT 10000) d),
        (SELECT count(*) FROM (SELECT FROM notices_delivery
            WHERE state = 'held' AND release_at < now - interval '10 minutes' LIMIT 10000) e),
        (SELECT count(*) FROM (SELECT FROM notices_unreached WHERE at > now - interval '1 day' LIMIT 10000) f)
$$;
"""

INDEXES = {
    "notice": [models.Index(fields=["person", "-id"], name="notice_all")],
    "message": [
        models.Index(condition=models.Q(("state", "queued")), fields=["id"], name="message_queued"),
        models.Index(condition=models.Q(("state", "failed")), fields=["created_at"], name="message_failed"),
        models.Index(condition=models.Q(("state", "sent")), fields=["sent_at"], name="message_sent"),
    ],
    "delivery": [models.Index(condition=models.Q(("state", "held")), fields=["release_at"], name="delivery_due")],
    "unreached": [models.Index(fields=["at"], name="unreached_at")],
}


class Migration(migrations.Migration):
    dependencies = [("notices", "0002_guards")]
    operations = [
        *(migrations.AddIndex(model_name=name, index=index) for name, own in INDEXES.items() for index in own),
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
    ]
