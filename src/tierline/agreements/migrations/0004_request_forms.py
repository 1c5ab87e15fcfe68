import django.db.models.deletion
from django.db import migrations, models

SQL = """
SELECT tierline_guard('agreements_requestform', 'enterprise', 'keep');
SELECT tierline_guard('agreements_requestformversion', 'enterprise', 'append');
SELECT tierline_key('agreements_requestform', 'service_id', 'agreements_service');
SELECT tierline_key('agreements_requestformversion', 'service_id', 'agreements_service');
SELECT tierline_key('agreements_service', 'owner_id', 'accounts_person', 'provider');
SELECT tierline_key('agreements_requestform', 'author_id', 'accounts_person', 'provider');
SELECT tierline_key('agreements_requestformversion', 'author_id', 'accounts_person', 'provider');
"""


def ref(to: str, **options: bool) -> models.ForeignKey:
    return models.ForeignKey(
        db_constraint=False,
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=to,
        **options,
    )


class Migration(migrations.Migration):
    dependencies = [("agreements", "0003_contracts"), ("accounts", "0002_guards")]

    operations = [
        migrations.AddField("service", "owner", ref("accounts.person", null=True)),
        migrations.CreateModel(
            name="RequestForm",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("provider_id", models.BigIntegerField()),
                ("enterprise_id", models.BigIntegerField()),
                ("body", models.JSONField(null=True)),
                ("version", models.IntegerField(default=1)),
                ("changed_at", models.DateTimeField()),
                ("author", ref("accounts.person", null=True)),
                ("service", ref("agreements.service")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider_id", "enterprise_id", "service"), name="requestform_service"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RequestFormVersion",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("provider_id", models.BigIntegerField()),
                ("enterprise_id", models.BigIntegerField()),
                ("number", models.IntegerField()),
                ("body", models.JSONField()),
                ("published_at", models.DateTimeField()),
                ("author", ref("accounts.person", null=True)),
                ("service", ref("agreements.service")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider_id", "enterprise_id", "service", "number"), name="requestformversion_number"
                    )
                ],
            },
        ),
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
    ]
