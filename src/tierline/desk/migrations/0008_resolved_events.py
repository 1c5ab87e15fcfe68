from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("desk", "0007_routing")]
    operations = [
        migrations.AddIndex(
            model_name="ticketevent",
            index=models.Index(
                condition=models.Q(("type", "resolved")),
                fields=["enterprise_id", "occurred_at"],
                name="ticketevent_resolved",
            ),
        )
    ]
