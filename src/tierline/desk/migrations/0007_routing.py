import django.db.models.deletion
from django.db import migrations, models


def ref(to, **options):
    return models.ForeignKey(
        db_constraint=False,
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=to,
        **options,
    )


def scope():
    return [
        ("id", models.BigAutoField(primary_key=True, serialize=False)),
        ("provider_id", models.BigIntegerField()),
        ("enterprise_id", models.BigIntegerField()),
    ]


SQL = """
SELECT tierline_guard('desk_dispatchrule', 'enterprise', 'keep');
SELECT tierline_guard('desk_skillneed', 'enterprise', 'all');
SELECT tierline_guard('desk_decision', 'enterprise', 'append');
SELECT tierline_key('desk_dispatchrule', 'changed_by_id', 'accounts_person', 'provider');
SELECT tierline_key('desk_skillneed', 'service_id', 'agreements_service');
SELECT tierline_key('desk_skillneed', 'skill_id', 'workforce_skill', 'provider');
SELECT tierline_key('desk_decision', 'ticket_id', 'desk_ticket');
SELECT tierline_key('desk_decision', 'chosen_id', 'accounts_person', 'provider');
SELECT tierline_key('desk_decision', 'by_id', 'accounts_person', 'provider');
"""


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0006_supplier_tasks"),
        ("accounts", "0003_right_requests"),
        ("agreements", "0002_guards"),
        ("workforce", "0004_guards_of_rosters"),
    ]

    operations = [
        migrations.CreateModel(
            name="DispatchRule",
            fields=[
                *scope(),
                ("mode", models.CharField(default="pull", max_length=10)),
                ("weights", models.JSONField(default=dict)),
                ("loads", models.JSONField(default=dict)),
                ("paused_share", models.SmallIntegerField(default=4)),
                ("overflow", models.SmallIntegerField(default=1)),
                ("changed_at", models.DateTimeField()),
                ("changed_by", ref("accounts.person", null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("provider_id", "enterprise_id"), name="dispatchrule_once")
                ]
            },
        ),
        migrations.CreateModel(
            name="SkillNeed",
            fields=[
                *scope(),
                ("fault_class", models.CharField(blank=True, default="", max_length=60)),
                ("level", models.SmallIntegerField(default=1)),
                ("product", models.CharField(blank=True, default="", max_length=200)),
                ("created_at", models.DateTimeField()),
                ("service", ref("agreements.service")),
                ("skill", ref("workforce.skill")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider_id", "enterprise_id", "service", "fault_class", "skill"),
                        name="skillneed_once",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                *scope(),
                ("trigger", models.CharField(max_length=10)),
                ("at", models.DateTimeField()),
                ("ranked", models.JSONField(default=list)),
                ("refused", models.JSONField(default=list)),
                ("by", ref("accounts.person", null=True)),
                ("chosen", ref("accounts.person", null=True)),
                ("ticket", ref("desk.ticket")),
            ],
            options={"indexes": [models.Index(fields=["ticket", "-id"], name="decision_ticket")]},
        ),
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
    ]
