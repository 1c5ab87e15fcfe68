from django.db import migrations

SQL = """
SELECT tierline_guard('workforce_skill', 'provider', 'keep');
SELECT tierline_guard('workforce_personskill', 'provider', 'all');
SELECT tierline_guard('workforce_shift', 'either', 'keep');
SELECT tierline_key('workforce_personskill', 'person_id', 'accounts_person', 'provider');
SELECT tierline_key('workforce_personskill', 'skill_id', 'workforce_skill', 'provider');
SELECT tierline_key('workforce_shift', 'person_id', 'accounts_person', 'provider');
"""


class Migration(migrations.Migration):
    dependencies = [("workforce", "0001_duty"), ("accounts", "0002_guards")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
