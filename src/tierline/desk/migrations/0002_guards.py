from django.db import migrations

SQL = """
SELECT tierline_guard('desk_ticketcounter', 'provider', 'keep');
SELECT tierline_guard('desk_ticket', 'enterprise', 'keep');
SELECT tierline_guard('desk_ticketevent', 'enterprise', 'append');
SELECT tierline_guard('desk_task', 'enterprise', 'keep');
SELECT tierline_guard('desk_attachment', 'enterprise', 'keep');
SELECT tierline_guard('desk_link', 'enterprise', 'all');
SELECT tierline_key('desk_ticketevent', 'ticket_id', 'desk_ticket');
SELECT tierline_key('desk_task', 'ticket_id', 'desk_ticket');
SELECT tierline_key('desk_attachment', 'ticket_id', 'desk_ticket');
SELECT tierline_key('desk_link', 'ticket_id', 'desk_ticket');
SELECT tierline_key('desk_link', 'target_id', 'desk_ticket');
SELECT tierline_key('desk_ticket', 'merged_into_id', 'desk_ticket');
SELECT tierline_key('desk_ticket', 'customer_id', 'accounts_endcustomer');
SELECT tierline_key('desk_ticket', 'requester_id', 'accounts_person');
SELECT tierline_key('desk_ticket', 'assignee_id', 'accounts_person', 'provider');
"""


class Migration(migrations.Migration):
    dependencies = [("desk", "0001_tickets"), ("accounts", "0002_guards")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
