"""Previews, what they found, and the moving of open tickets that follows one."""

import django.db.models.deletion
from django.db import migrations, models

SQL = """
SELECT tierline_guard('planning_policypreview', 'enterprise', 'keep');
SELECT tierline_guard('planning_finding', 'enterprise', 'all');
SELECT tierline_guard('planning_rebase', 'enterprise', 'keep');
SELECT tierline_key('planning_policypreview', 'agreement_id', 'agreements_agreement');
SELECT tierline_key('planning_policypreview', 'draft_id', 'agreements_agreementdraft');
SELECT tierline_key('planning_policypreview', 'version_id', 'agreements_agreementversion');
SELECT tierline_key('planning_policypreview', 'asked_by_id', 'accounts_person', 'provider');
SELECT tierline_key('planning_finding', 'preview_id', 'planning_policypreview');
SELECT tierline_key('planning_finding', 'ticket_id', 'desk_ticket');
SELECT tierline_key('planning_rebase', 'preview_id', 'planning_policypreview');
SELECT tierline_key('planning_rebase', 'version_id', 'agreements_agreementversion');
SELECT tierline_key('planning_rebase', 'confirmed_by_id', 'accounts_person', 'provider');
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0002_guards"),
        ("agreements", "0003_contracts"),
        ("desk", "0004_order_at"),
    ]

    operations = [
        migrations.CreateModel(
            name="PolicyPreview",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("provider_id", models.BigIntegerField()),
                ("enterprise_id", models.BigIntegerField()),
                ("state", models.CharField(default="running", max_length=10)),
                ("total", models.IntegerField()),
                ("done", models.IntegerField(default=0)),
                ("batch", models.IntegerField(default=0)),
                ("size", models.IntegerField()),
                ("at_opened", models.DateTimeField(null=True)),
                ("at_ticket", models.BigIntegerField(null=True)),
                ("error", models.CharField(blank=True, default="", max_length=60)),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("purpose", models.CharField(max_length=10)),
                ("draft_version", models.IntegerField(null=True)),
                ("versions", models.JSONField()),
                ("terms", models.JSONField()),
                ("from_at", models.DateTimeField(null=True)),
                ("to_at", models.DateTimeField()),
                ("counts", models.JSONField(default=dict)),
                ("tickets", models.IntegerField(default=0)),
                (
                    "agreement",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agreements.agreement",
                    ),
                ),
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
                (
                    "draft",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agreements.agreementdraft",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agreements.agreementversion",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("provider_id", models.BigIntegerField()),
                ("enterprise_id", models.BigIntegerField()),
                ("ticket_id", models.BigIntegerField()),
                ("opened_at", models.DateTimeField()),
                ("kind", models.CharField(max_length=30)),
                ("party", models.CharField(blank=True, default="", max_length=60)),
                ("cycle", models.IntegerField()),
                ("what", models.CharField(max_length=10)),
                ("state_before", models.CharField(blank=True, default="", max_length=12)),
                ("state_after", models.CharField(blank=True, default="", max_length=12)),
                ("due_before", models.DateTimeField(null=True)),
                ("due_after", models.DateTimeField(null=True)),
                (
                    "preview",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="planning.policypreview",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Rebase",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("provider_id", models.BigIntegerField()),
                ("enterprise_id", models.BigIntegerField()),
                ("state", models.CharField(default="running", max_length=10)),
                ("total", models.IntegerField()),
                ("done", models.IntegerField(default=0)),
                ("batch", models.IntegerField(default=0)),
                ("size", models.IntegerField()),
                ("at_opened", models.DateTimeField(null=True)),
                ("at_ticket", models.BigIntegerField(null=True)),
                ("error", models.CharField(blank=True, default="", max_length=60)),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("versions", models.JSONField()),
                ("moved", models.IntegerField(default=0)),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.person",
                    ),
                ),
                (
                    "preview",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="planning.policypreview",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agreements.agreementversion",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="policypreview",
            index=models.Index(fields=["agreement", "purpose", "-id"], name="policypreview_latest"),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(fields=["preview", "what", "kind", "id"], name="finding_page"),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.UniqueConstraint(
                fields=("preview", "ticket_id", "kind", "party", "cycle"), name="finding_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="rebase",
            constraint=models.UniqueConstraint(fields=("preview",), name="rebase_once"),
        ),
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
    ]
