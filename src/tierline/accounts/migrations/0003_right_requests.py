"""Requests for a right that somebody was refused."""

import django.db.models.deletion
from django.db import migrations, models

SQL = """
SELECT tierline_guard('accounts_rightrequest', 'either', 'keep');
SELECT tierline_key('accounts_rightrequest', 'person_id', 'accounts_person', 'provider');
SELECT tierline_key('accounts_rightrequest', 'settled_by_id', 'accounts_person', 'provider');
"""


def _person(**more):
    return models.ForeignKey(
        db_constraint=False,
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="accounts.person",
        **more,
    )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_guards")]
    operations = [
        migrations.CreateModel(
            name="RightRequest",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("provider_id", models.BigIntegerField()),
                ("enterprise_id", models.BigIntegerField(null=True)),
                ("right", models.CharField(max_length=60)),
                ("page", models.CharField(max_length=300)),
                ("reason", models.TextField()),
                ("at", models.DateTimeField()),
                ("state", models.CharField(default="open", max_length=10)),
                ("settled_at", models.DateTimeField(null=True)),
                ("person", _person()),
                ("settled_by", _person(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("provider_id"),
                        models.F("person"),
                        models.F("right"),
                        condition=models.Q(("state", "open")),
                        name="rightrequest_open",
                    )
                ],
            },
        ),
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
    ]
