"""The references to the rooms below, as keys that cannot leave the enterprise."""

from django.db import migrations

SQL = """
SELECT tierline_key('desk_ticket', 'service_id', 'agreements_service');
SELECT tierline_key('desk_ticket', 'agreement_id', 'agreements_agreementversion');
SELECT tierline_key('desk_ticket', 'asset_id', 'assets_asset');
SELECT tierline_key('desk_ticket', 'article_id', 'knowledge_article');
"""


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0002_guards"),
        ("agreements", "0002_guards"),
        ("assets", "0002_guards"),
        ("knowledge", "0002_guards"),
    ]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
