"""Row-level security and composite keys."""

from django.db import migrations

SQL = """
SELECT tierline_guard('review_rating', 'enterprise', 'keep');
SELECT tierline_key('review_rating', 'ticket_id', 'desk_ticket');
SELECT tierline_key('review_rating', 'by_id', 'accounts_person', 'provider');
"""


class Migration(migrations.Migration):
    dependencies = [("review", "0001_ratings"), ("accounts", "0002_guards"), ("desk", "0002_guards")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
