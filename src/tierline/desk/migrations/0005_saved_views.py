"""Saved views of the queue; the resolved tickets get an index of their own."""

from django.db import migrations, models

GUARD = """
SELECT tierline_guard('desk_savedview', 'either', 'all');
SELECT tierline_key('desk_savedview', 'owner_id', 'accounts_person', 'provider');
"""


class Migration(migrations.Migration):
    dependencies = [("desk", "0004_order_at")]
    operations = [
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("provider_id", models.BigIntegerField()),
                ("enterprise_id", models.BigIntegerField(null=True)),
                ("owner_id", models.BigIntegerField()),
                ("name", models.CharField(max_length=60)),
                ("asked", models.JSONField(default=dict)),
                ("is_shared", models.BooleanField(default=False)),
                ("is_default", models.BooleanField(default=False)),
                ("position", models.IntegerField(default=0)),
                ("saved_at", models.DateTimeField()),
            ],
        ),
        migrations.AddConstraint(
            "SavedView",
            models.UniqueConstraint(fields=["provider_id", "owner_id", "name"], name="savedview_name"),
        ),
        migrations.AddConstraint(
            "SavedView",
            models.UniqueConstraint(
                fields=["provider_id", "owner_id"],
                name="savedview_default",
                condition=models.Q(is_default=True),
            ),
        ),
        migrations.AddIndex(
            "Ticket",
            models.Index(
                fields=["enterprise_id", "-id"],
                name="ticket_resolved",
                condition=models.Q(state="resolved", merged_into_id=None),
            ),
        ),
        migrations.RunSQL(GUARD, migrations.RunSQL.noop),
    ]
