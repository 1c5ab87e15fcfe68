from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_entries"), ("accounts", "0002_guards")]
    operations = [migrations.RunSQL("SELECT tierline_guard('audit_entry', 'either', 'append')", migrations.RunSQL.noop)]
