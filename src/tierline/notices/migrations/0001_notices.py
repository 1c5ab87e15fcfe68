import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0002_guards"),
    ]

    operations = [
        migrations.CreateModel(
            name="Hook",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("provider_id", models.BigIntegerField()),
                ("enterprise_id", models.BigIntegerField(null=True)),
                ("label", models.CharField(blank=True, default="", max_length=100)),
                ("url", models.CharField(max_length=2000)),
                ("salt", models.CharField(max_length=64)),
                ("kinds", models.JSONField(default=list)),
                ("created_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(null=True)),
                (
                    "person",
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
            name="Message",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("provider_id", models.BigIntegerField()),
                ("enterprise_id", models.BigIntegerField(null=True)),
                ("channel", models.CharField(max_length=10)),
                ("key", models.CharField(max_length=120)),
                ("is_counted", models.BooleanField(default=True)),
                ("facts", models.JSONField(default=dict)),
                ("state", models.CharField(default="queued", max_length=10)),
                ("attempts", models.IntegerField(default=0)),
                ("last_error", models.CharField(blank=True, default="", max_length=500)),
                ("created_at", models.DateTimeField()),
                ("claimed_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                (
                    "hook",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="notices.hook",
                    ),
                ),
                (
                    "person",
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
            name="Notice",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("provider_id", models.BigIntegerField()),
                ("enterprise_id", models.BigIntegerField()),
                ("ticket_id", models.BigIntegerField(null=True)),
                ("kind", models.CharField(max_length=20)),
                ("priority", models.CharField(blank=True, default="", max_length=2)),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("step_count", models.IntegerField(default=1)),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "person",
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
            name="Preference",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("provider_id", models.BigIntegerField()),
                ("wishes", models.JSONField(default=dict)),
                ("budget", models.SmallIntegerField(default=20)),
                ("is_quiet", models.BooleanField(default=True)),
                ("quiet_from", models.SmallIntegerField(default=1320)),
                ("quiet_until", models.SmallIntegerField(default=450)),
                ("rhythm", models.CharField(default="hourly", max_length=10)),
                ("daily_at", models.SmallIntegerField(default=540)),
                ("changed_at", models.DateTimeField()),
                (
                    "person",
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
            name="Step",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("provider_id", models.BigIntegerField()),
                ("enterprise_id", models.BigIntegerField()),
                ("event_id", models.CharField(max_length=64)),
                ("kind", models.CharField(max_length=20)),
                ("priority", models.CharField(blank=True, default="", max_length=2)),
                ("facts", models.JSONField(default=dict)),
                ("at", models.DateTimeField()),
                ("told_at", models.DateTimeField()),
                (
                    "notice",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="notices.notice",
                    ),
                ),
                (
                    "person",
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
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("provider_id", models.BigIntegerField()),
                ("enterprise_id", models.BigIntegerField()),
                ("channel", models.CharField(max_length=10)),
                ("state", models.CharField(max_length=10)),
                ("reason", models.CharField(max_length=10)),
                ("is_heard", models.BooleanField(default=False)),
                ("release_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.person",
                    ),
                ),
                (
                    "hook",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="notices.hook",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="notices.message",
                    ),
                ),
                (
                    "step",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="notices.step",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Unreached",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("provider_id", models.BigIntegerField()),
                ("enterprise_id", models.BigIntegerField()),
                ("event_id", models.CharField(max_length=64)),
                ("kind", models.CharField(max_length=20)),
                ("ticket_id", models.BigIntegerField(null=True)),
                ("told", models.CharField(max_length=60)),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["enterprise_id", "-at"], name="unreached_recent")],
                "constraints": [models.UniqueConstraint(fields=("provider_id", "event_id"), name="unreached_once")],
            },
        ),
        migrations.AddIndex(
            model_name="hook",
            index=models.Index(
                condition=models.Q(("removed_at", None)), fields=["provider_id", "id"], name="hook_live"
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["person", "channel", "-created_at"], name="message_recent"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["hook", "-id"], name="message_hook"),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.UniqueConstraint(fields=("provider_id", "key"), name="message_once"),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(fields=["person", "-last_at", "-id"], name="notice_recent"),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(condition=models.Q(("read_at", None)), fields=["person", "id"], name="notice_unread"),
        ),
        migrations.AddConstraint(
            model_name="preference",
            constraint=models.UniqueConstraint(fields=("provider_id", "person"), name="preference_once"),
        ),
        migrations.AddIndex(
            model_name="step",
            index=models.Index(fields=["notice", "id"], name="step_notice"),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.UniqueConstraint(fields=("provider_id", "person", "event_id"), name="step_once"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("state", "held")), fields=["person", "release_at"], name="delivery_held"
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["message", "id"], name="delivery_message"),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                fields=("step", "channel", "hook"), name="delivery_once", nulls_distinct=False
            ),
        ),
    ]
