"""Row-level security and composite keys."""

from django.db import migrations

SQL = """
SELECT tierline_guard('answers_answerpolicy', 'enterprise', 'all');
SELECT tierline_guard('answers_evaluation', 'enterprise', 'keep');
SELECT tierline_guard('answers_answer', 'enterprise', 'keep');
SELECT tierline_guard('answers_sample', 'enterprise', 'keep');
SELECT tierline_key('answers_answerpolicy', 'changed_by_id', 'accounts_person', 'provider');
SELECT tierline_key('answers_evaluation', 'asked_by_id', 'accounts_person', 'provider');
SELECT tierline_key('answers_answer', 'ticket_id', 'desk_ticket');
SELECT tierline_key('answers_answer', 'requester_id', 'accounts_person', 'provider');
SELECT tierline_key('answers_answer', 'article_id', 'knowledge_article');
SELECT tierline_key('answers_answer', 'evaluation_id', 'answers_evaluation');
SELECT tierline_key('answers_sample', 'answer_id', 'answers_answer');
SELECT tierline_key('answers_sample', 'judged_by_id', 'accounts_person', 'provider');
"""


class Migration(migrations.Migration):
    dependencies = [
        ("answers", "0001_answers"),
        ("accounts", "0002_guards"),
        ("desk", "0002_guards"),
        ("knowledge", "0002_guards"),
    ]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
