"""The instant that queues sort by: the nearest due time, or the starvation bound where that is sooner.

The bound of the tickets that are there is read off their events, as ``domain.sla.forecast`` says at this version.
"""

from django.db import migrations, models

FILL = """
WITH touched AS (
    SELECT t.id, greatest(t.started_at, max(e.occurred_at)) AS at
    FROM desk_ticket t
    LEFT JOIN desk_ticketevent e ON e.ticket_id = t.id AND (
        e.type IN ('resumed', 'reopened', 'task_finished')
        OR (
            e.type IN ('public_message', 'note', 'call', 'classified', 'prioritised', 'waited', 'escalated',
                'accepted', 'handed_back', 'task_opened', 'restored', 'resolved')
            AND e.actor_role IN ('engineer', 'manager')
            AND coalesce(e.payload ->> 'automatic', 'false') <> 'true'
        )
    )
    WHERE t.is_open
    GROUP BY t.id
)
UPDATE desk_ticket t
SET order_at = least(t.next_due_at, greatest(touched.at + interval '3 days', t.waiting_until))
FROM touched
WHERE touched.id = t.id
"""


class Migration(migrations.Migration):
    dependencies = [("desk", "0003_references")]
    operations = [
        migrations.AddField("Ticket", "order_at", models.DateTimeField(null=True)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        # The deferred keys were checked by now; an index cannot be built over their pending triggers.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", "SET CONSTRAINTS ALL IMMEDIATE"),
        migrations.RemoveIndex("Ticket", "ticket_queue"),
        migrations.RemoveIndex("Ticket", "ticket_mine"),
        migrations.AddIndex(
            "Ticket",
            models.Index(
                fields=["enterprise_id", "order_at", "id"], name="ticket_queue", condition=models.Q(is_open=True)
            ),
        ),
        migrations.AddIndex("Ticket", models.Index(fields=["enterprise_id", "opened_at", "id"], name="ticket_opened")),
        migrations.AddIndex(
            "Ticket",
            models.Index(
                fields=["assignee_id", "order_at", "id"], name="ticket_mine", condition=models.Q(is_open=True)
            ),
        ),
    ]
