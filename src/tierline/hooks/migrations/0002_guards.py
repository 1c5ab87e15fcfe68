"""Row-level security and composite keys."""

from django.db import migrations

SQL = r"""
SELECT tierline_guard('hooks_subscription', 'enterprise', 'keep');
SELECT tierline_key('hooks_subscription', 'created_by_id', 'accounts_person', 'provider');
SELECT tierline_guard('hooks_delivery', 'enterprise', 'all');
SELECT tierline_key('hooks_delivery', 'subscription_id', 'hooks_subscription');
SELECT tierline_key('hooks_delivery', 'ticket_id', 'desk_ticket');
"""


class Migration(migrations.Migration):
    dependencies = [("hooks", "0001_hooks"), ("accounts", "0002_guards"), ("desk", "0002_guards")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
