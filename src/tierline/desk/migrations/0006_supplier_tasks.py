"""A task may go to a supplier instead of a department."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("desk", "0005_saved_views")]
    operations = [
        migrations.AlterField("Task", "department", models.CharField(max_length=60, blank=True, default="")),
        migrations.AddField("Task", "supplier", models.CharField(max_length=60, blank=True, default="")),
    ]
