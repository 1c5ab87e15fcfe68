import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_people"),
        ("desk", "0001_tickets"),
        ("knowledge", "0001_articles"),
    ]

    operations = [
        migrations.CreateModel(
            name="Evaluation",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("provider_id", models.BigIntegerField()),
                ("enterprise_id", models.BigIntegerField()),
                ("state", models.CharField(default="running", max_length=10)),
                ("is_active", models.BooleanField(default=False)),
                ("total", models.IntegerField()),
                ("done", models.IntegerField(default=0)),
                ("after_ticket", models.BigIntegerField(null=True)),
                ("rows", models.JSONField(default=list)),
                ("curve", models.JSONField(default=list)),
                ("points", models.JSONField(default=list)),
                ("threshold", models.FloatField(default=2.0)),
                ("hits", models.IntegerField(default=0)),
                ("n", models.IntegerField(default=0)),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.person",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("provider_id", models.BigIntegerField()),
                ("enterprise_id", models.BigIntegerField()),
                ("seq", models.IntegerField(null=True)),
                ("at", models.DateTimeField()),
                ("act", models.CharField(max_length=10)),
                ("reason", models.CharField(max_length=20)),
                ("is_sent", models.BooleanField(default=False)),
                ("fault_class", models.CharField(blank=True, default="", max_length=60)),
                ("confidence", models.FloatField(default=0.0)),
                ("candidates", models.JSONField(default=list)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("refused_at", models.DateTimeField(null=True)),
                ("wrote_again_at", models.DateTimeField(null=True)),
                (
                    "article",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="knowledge.article",
                    ),
                ),
                (
                    "requester",
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
                (
                    "evaluation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="answers.evaluation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Sample",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("provider_id", models.BigIntegerField()),
                ("enterprise_id", models.BigIntegerField()),
                ("week", models.CharField(max_length=8)),
                ("drawn_at", models.DateTimeField()),
                ("is_right", models.BooleanField(null=True)),
                ("why", models.CharField(blank=True, default="", max_length=500)),
                ("judged_at", models.DateTimeField(null=True)),
                (
                    "answer",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="answers.answer",
                    ),
                ),
                (
                    "judged_by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.person",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AnswerPolicy",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("provider_id", models.BigIntegerField()),
                ("enterprise_id", models.BigIntegerField()),
                ("fault_class", models.CharField(blank=True, default="", max_length=60)),
                ("mode", models.CharField(default="suggest", max_length=10)),
                ("target", models.FloatField(default=0.95)),
                ("changed_at", models.DateTimeField()),
                (
                    "changed_by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider_id", "enterprise_id", "fault_class"), name="answerpolicy_once"
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="evaluation",
            index=models.Index(fields=["enterprise_id", "-id"], name="evaluation_latest"),
        ),
        migrations.AddConstraint(
            model_name="evaluation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_active", True)),
                fields=("provider_id", "enterprise_id"),
                name="evaluation_active",
            ),
        ),
        migrations.AddIndex(
            model_name="answer",
            index=models.Index(
                condition=models.Q(("is_sent", True)), fields=["enterprise_id", "at", "id"], name="answer_sent"
            ),
        ),
        migrations.AddIndex(
            model_name="answer",
            index=models.Index(
                condition=models.Q(("is_sent", True)), fields=["requester", "at"], name="answer_requester"
            ),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.UniqueConstraint(fields=("provider_id", "enterprise_id", "ticket"), name="answer_once"),
        ),
        migrations.AddIndex(
            model_name="sample",
            index=models.Index(fields=["enterprise_id", "week"], name="sample_week"),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.UniqueConstraint(fields=("provider_id", "enterprise_id", "answer"), name="sample_once"),
        ),
    ]
