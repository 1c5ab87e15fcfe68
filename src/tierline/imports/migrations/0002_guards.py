from django.db import migrations

SQL = """
SELECT tierline_guard('imports_importrun', 'enterprise', 'keep');
SELECT tierline_guard('imports_importedcase', 'enterprise', 'append');
SELECT tierline_key('imports_importedcase', 'run_id', 'imports_importrun');
SELECT tierline_key('imports_importedcase', 'ticket_id', 'desk_ticket');
"""


class Migration(migrations.Migration):
    dependencies = [("imports", "0001_imports"), ("accounts", "0002_guards"), ("desk", "0002_guards")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
