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


def person(**options):
    return ref("accounts.person", **options)


def pk():
    return ("id", models.BigAutoField(primary_key=True, serialize=False))


def provider():
    return ("provider_id", models.BigIntegerField())


def enterprise(**options):
    return ("enterprise_id", models.BigIntegerField(**options))


class Migration(migrations.Migration):
    dependencies = [
        ("workforce", "0002_guards"),
        ("accounts", "0003_right_requests"),
    ]

    operations = [
        migrations.CreateModel(
            name="Profile",
            fields=[
                pk(),
                provider(),
                ("region", models.CharField(blank=True, default="", max_length=100)),
                ("languages", models.JSONField(default=list)),
                ("cap", models.SmallIntegerField(null=True)),
                ("presence", models.CharField(default="here", max_length=10)),
                ("presence_until", models.DateTimeField(null=True)),
                ("feed_key", models.CharField(blank=True, default="", max_length=60)),
                ("changed_at", models.DateTimeField()),
                ("person", person()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("provider_id", "person"), name="profile_person")],
            },
        ),
        migrations.CreateModel(
            name="Credential",
            fields=[
                pk(),
                provider(),
                enterprise(null=True),
                ("kind", models.CharField(max_length=12)),
                ("code", models.CharField(max_length=60)),
                ("number", models.CharField(blank=True, default="", max_length=100)),
                ("from_on", models.DateField()),
                ("expires_on", models.DateField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                ("added_by", person(null=True)),
                ("person", person()),
            ],
            options={"indexes": [models.Index(fields=["person", "kind", "code"], name="credential_person")]},
        ),
        migrations.CreateModel(
            name="Requirement",
            fields=[
                pk(),
                provider(),
                enterprise(),
                ("kind", models.CharField(max_length=12)),
                ("code", models.CharField(max_length=60)),
                ("name_zh", models.CharField(max_length=200)),
                ("name_en", models.CharField(max_length=200)),
                ("created_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("provider_id", "enterprise_id", "kind", "code"),
                        name="requirement_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Roster",
            fields=[
                pk(),
                provider(),
                enterprise(),
                ("name", models.CharField(max_length=200)),
                ("zone", models.CharField(max_length=64)),
                ("first_on", models.DateField()),
                ("last_on", models.DateField()),
                ("state", models.CharField(default="draft", max_length=10)),
                ("reason", models.TextField(blank=True, default="")),
                ("created_at", models.DateTimeField()),
                ("published_at", models.DateTimeField(null=True)),
                ("created_by", person(null=True)),
                ("published_by", person(null=True)),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="RosterLine",
            fields=[
                pk(),
                provider(),
                enterprise(),
                ("kind", models.CharField(max_length=12)),
                ("tier", models.SmallIntegerField()),
                ("zone", models.CharField(max_length=64)),
                ("weekdays", models.CharField(max_length=7)),
                ("starts", models.SmallIntegerField()),
                ("ends", models.SmallIntegerField()),
                ("heads", models.SmallIntegerField(default=1)),
                ("first_on", models.DateField()),
                ("last_on", models.DateField()),
                ("person", person(null=True)),
                ("roster", ref("workforce.roster")),
            ],
            options={"indexes": [models.Index(fields=["roster"], name="rosterline_roster")]},
        ),
        migrations.AddField(model_name="shift", name="roster", field=ref("workforce.roster", null=True)),
        migrations.CreateModel(
            name="Leave",
            fields=[
                pk(),
                provider(),
                ("kind", models.CharField(max_length=12)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("reason", models.TextField(blank=True, default="")),
                ("state", models.CharField(default="asked", max_length=10)),
                ("asked_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                ("person", person()),
                ("settled_by", person(null=True)),
            ],
            options={"indexes": [models.Index(fields=["person", "ends_at"], name="leave_person")]},
        ),
        migrations.CreateModel(
            name="Swap",
            fields=[
                pk(),
                provider(),
                enterprise(null=True),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("reason", models.TextField(blank=True, default="")),
                ("state", models.CharField(default="asked", max_length=10)),
                ("asked_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                ("asked_by", person(null=True)),
                ("settled_by", person(null=True)),
                ("shift", ref("workforce.shift")),
                ("to_person", person()),
            ],
            options={"indexes": [models.Index(fields=["to_person", "state"], name="swap_to")]},
        ),
        migrations.CreateModel(
            name="HandoverNote",
            fields=[
                pk(),
                provider(),
                enterprise(),
                ("tier", models.SmallIntegerField()),
                ("text", models.TextField()),
                ("tickets", models.JSONField(default=list)),
                ("written_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(null=True)),
                ("accepted_by", person(null=True)),
                ("from_person", person()),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("accepted_at", None)),
                        fields=["enterprise_id", "tier"],
                        name="handovernote_open",
                    )
                ]
            },
        ),
    ]
