import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = [("accounts", "0001_people"), ("desk", "0001_tickets")]
    operations = [
        migrations.CreateModel(
            name="Rating",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("provider_id", models.BigIntegerField()),
                ("enterprise_id", models.BigIntegerField()),
                ("score", models.SmallIntegerField()),
                ("comment", models.TextField(blank=True, default="")),
                ("at", models.DateTimeField()),
                ("changed_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.person",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="desk.ticket",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["enterprise_id", "at"], name="rating_at")],
                "constraints": [
                    models.UniqueConstraint(fields=("provider_id", "enterprise_id", "ticket"), name="rating_once"),
                    models.CheckConstraint(
                        condition=models.Q(("score__gte", 1), ("score__lte", 5)), name="rating_score"
                    ),
                ],
            },
        ),
    ]
