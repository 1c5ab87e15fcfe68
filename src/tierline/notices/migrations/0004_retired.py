"""A warning is no longer current when its clock was met; notices are found by their ticket."""

from django.db import migrations, models

# What was told is never rewritten; only that it is no longer current may be written beside it.
SQL = r"""
DO $$
DECLARE app text := coalesce(nullif(current_setting('tierline.app_role', true), ''), 'tierline_app');
BEGIN
    EXECUTE format('GRANT UPDATE (retired_at) ON notices_step TO %I', app);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("notices", "0003_figures")]
    operations = [
        migrations.AddField("Step", "retired_at", models.DateTimeField(null=True)),
        migrations.AddIndex("Notice", models.Index(fields=["ticket_id"], name="notice_ticket")),
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
    ]
