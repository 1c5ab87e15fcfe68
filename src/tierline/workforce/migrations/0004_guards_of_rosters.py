from django.db import migrations

SQL = """
SELECT tierline_guard('workforce_profile', 'provider', 'keep');
SELECT tierline_guard('workforce_credential', 'either', 'keep');
SELECT tierline_guard('workforce_requirement', 'enterprise', 'keep');
SELECT tierline_guard('workforce_roster', 'enterprise', 'keep');
SELECT tierline_guard('workforce_rosterline', 'enterprise', 'all');
SELECT tierline_guard('workforce_leave', 'provider', 'keep');
SELECT tierline_guard('workforce_swap', 'either', 'keep');
SELECT tierline_guard('workforce_handovernote', 'enterprise', 'keep');
SELECT tierline_key('workforce_profile', 'person_id', 'accounts_person', 'provider');
SELECT tierline_key('workforce_credential', 'person_id', 'accounts_person', 'provider');
SELECT tierline_key('workforce_credential', 'added_by_id', 'accounts_person', 'provider');
SELECT tierline_key('workforce_roster', 'created_by_id', 'accounts_person', 'provider');
SELECT tierline_key('workforce_roster', 'published_by_id', 'accounts_person', 'provider');
SELECT tierline_key('workforce_rosterline', 'roster_id', 'workforce_roster');
SELECT tierline_key('workforce_rosterline', 'person_id', 'accounts_person', 'provider');
SELECT tierline_key('workforce_shift', 'roster_id', 'workforce_roster');
SELECT tierline_key('workforce_leave', 'person_id', 'accounts_person', 'provider');
SELECT tierline_key('workforce_leave', 'settled_by_id', 'accounts_person', 'provider');
ALTER TABLE workforce_shift ADD CONSTRAINT workforce_shift_provider_key UNIQUE (provider_id, id);
SELECT tierline_key('workforce_swap', 'shift_id', 'workforce_shift', 'provider');
SELECT tierline_key('workforce_swap', 'to_person_id', 'accounts_person', 'provider');
SELECT tierline_key('workforce_swap', 'asked_by_id', 'accounts_person', 'provider');
SELECT tierline_key('workforce_swap', 'settled_by_id', 'accounts_person', 'provider');
SELECT tierline_key('workforce_handovernote', 'from_person_id', 'accounts_person', 'provider');
SELECT tierline_key('workforce_handovernote', 'accepted_by_id', 'accounts_person', 'provider');
"""


class Migration(migrations.Migration):
    dependencies = [("workforce", "0003_people_and_rosters")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
