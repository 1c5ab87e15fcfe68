"""The references to the rooms below, as keys that cannot leave the enterprise."""

from django.db import migrations

SQL = """
SELECT tierline_key('desk_ticket', 'service_id', 'agreements_service');
SELECT tierline_key('desk_ticket', 'agreement_id', 'agreements_agreementversion');
SELECT tierline_key('desk_ticket', 'asset_id', 'assets_asset');
SELECT tierline_key('desk_ticket', 'article_id', 'knowledge_article');
SELECT tierline_key('accounts_person', 'ticket_id', 'desk_ticket');
SELECT tierline_key('desk_attachment', 'uploaded_by_id', 'accounts_person', 'provider');
SELECT tierline_key('desk_task', 'opened_by_id', 'accounts_person', 'provider');
SELECT tierline_key('desk_task', 'finished_by_id', 'accounts_person', 'provider');
"""


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0002_guards"),
        ("agreements", "0002_guards"),
        ("assets", "0002_guards"),
        ("knowledge", "0002_guards"),
    ]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
