import django.db.models.deletion
from django.db import migrations, models

SQL = """
SELECT tierline_guard('imports_importfault', 'enterprise', 'append');
SELECT tierline_key('imports_importfault', 'run_id', 'imports_importrun');
SELECT tierline_key('imports_importrun', 'person_id', 'accounts_person', 'provider');
"""


class Migration(migrations.Migration):
    dependencies = [("imports", "0002_guards"), ("accounts", "0002_guards")]

    operations = [
        migrations.AddField("importrun", "person_id", models.BigIntegerField(null=True)),
        migrations.AddField("importrun", "attempt", models.IntegerField(default=0)),
        migrations.AddField("importrun", "told", models.JSONField(default=dict)),
        migrations.CreateModel(
            name="ImportFault",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("provider_id", models.BigIntegerField()),
                ("enterprise_id", models.BigIntegerField()),
                ("attempt", models.IntegerField()),
                ("key", models.CharField(max_length=200)),
                ("code", models.CharField(max_length=60)),
                ("facts", models.JSONField(default=dict)),
                (
                    "run",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="imports.importrun",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["run", "attempt", "id"], name="importfault_run")],
            },
        ),
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
    ]
