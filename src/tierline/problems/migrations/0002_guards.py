"""Row-level security and composite keys; also the references of rooms below to records above them."""

from django.db import migrations

SQL = """
SELECT tierline_guard('problems_problemcounter', 'provider', 'keep');
SELECT tierline_guard('problems_problem', 'enterprise', 'keep');
SELECT tierline_guard('problems_knownerror', 'enterprise', 'keep');
SELECT tierline_guard('problems_problemticket', 'enterprise', 'append');
SELECT tierline_key('problems_problem', 'owner_id', 'accounts_person', 'provider');
SELECT tierline_key('problems_knownerror', 'problem_id', 'problems_problem');
SELECT tierline_key('problems_knownerror', 'article_id', 'knowledge_article');
SELECT tierline_key('problems_problemticket', 'problem_id', 'problems_problem');
SELECT tierline_key('problems_problemticket', 'ticket_id', 'desk_ticket');
SELECT tierline_key('desk_ticket', 'known_error_id', 'problems_knownerror');
SELECT tierline_key('knowledge_article', 'ticket_id', 'desk_ticket');
"""


class Migration(migrations.Migration):
    dependencies = [
        ("problems", "0001_problems"),
        ("accounts", "0002_guards"),
        ("knowledge", "0002_guards"),
        ("desk", "0002_guards"),
    ]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
