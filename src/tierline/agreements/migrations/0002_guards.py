from django.db import migrations

SQL = """
SELECT tierline_guard('agreements_service', 'enterprise', 'keep');
SELECT tierline_guard('agreements_faultclass', 'enterprise', 'keep');
SELECT tierline_guard('agreements_calendarversion', 'enterprise', 'append');
SELECT tierline_guard('agreements_agreement', 'enterprise', 'keep');
SELECT tierline_guard('agreements_agreementversion', 'enterprise', 'append');
SELECT tierline_guard('agreements_entitlement', 'enterprise', 'keep');
SELECT tierline_key('agreements_faultclass', 'service_id', 'agreements_service');
SELECT tierline_key('agreements_agreementversion', 'agreement_id', 'agreements_agreement');
SELECT tierline_key('agreements_entitlement', 'agreement_id', 'agreements_agreement');
SELECT tierline_key('agreements_entitlement', 'service_id', 'agreements_service');
SELECT tierline_key('agreements_entitlement', 'customer_id', 'accounts_endcustomer');
"""


class Migration(migrations.Migration):
    dependencies = [("agreements", "0001_promises"), ("accounts", "0002_guards")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
