from django.db import migrations

SQL = """
SELECT tierline_guard('assets_asset', 'enterprise', 'keep');
SELECT tierline_key('assets_asset', 'customer_id', 'accounts_endcustomer');
SELECT tierline_key('assets_asset', 'site_id', 'accounts_site');
SELECT tierline_key('assets_asset', 'keeper_id', 'accounts_person');
"""


class Migration(migrations.Migration):
    dependencies = [("assets", "0001_ledger"), ("accounts", "0002_guards")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
