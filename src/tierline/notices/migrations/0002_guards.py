"""Row-level security on two levels and by person, composite keys, and the figures that an operator may see."""

from django.db import migrations

SQL = r"""
CREATE FUNCTION tierline_person() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('tierline.person', true), '')::bigint $$;

SELECT tierline_guard('notices_notice', 'enterprise', 'keep');
SELECT tierline_guard('notices_step', 'enterprise', 'append');
SELECT tierline_guard('notices_delivery', 'enterprise', 'keep');
SELECT tierline_guard('notices_hook', 'either', 'keep');
SELECT tierline_guard('notices_message', 'either', 'keep');
SELECT tierline_guard('notices_preference', 'provider', 'keep');
SELECT tierline_guard('notices_unreached', 'enterprise', 'append');

ALTER TABLE notices_hook ADD CONSTRAINT notices_hook_provider_key UNIQUE (provider_id, id);
ALTER TABLE notices_hook ADD CONSTRAINT notices_hook_owner CHECK ((enterprise_id IS NULL) <> (person_id IS NULL));
ALTER TABLE notices_message ADD CONSTRAINT notices_message_provider_key UNIQUE (provider_id, id);
ALTER TABLE notices_message ADD CONSTRAINT notices_message_owner
    CHECK ((enterprise_id IS NULL) <> (person_id IS NULL));

SELECT tierline_key('notices_notice', 'person_id', 'accounts_person', 'provider');
SELECT tierline_key('notices_notice', 'ticket_id', 'desk_ticket');
SELECT tierline_key('notices_step', 'notice_id', 'notices_notice');
SELECT tierline_key('notices_step', 'person_id', 'accounts_person', 'provider');
SELECT tierline_key('notices_delivery', 'step_id', 'notices_step');
SELECT tierline_key('notices_delivery', 'person_id', 'accounts_person', 'provider');
SELECT tierline_key('notices_delivery', 'hook_id', 'notices_hook', 'provider');
SELECT tierline_key('notices_delivery', 'message_id', 'notices_message', 'provider');
SELECT tierline_key('notices_hook', 'person_id', 'accounts_person', 'provider');
SELECT tierline_key('notices_message', 'person_id', 'accounts_person', 'provider');
SELECT tierline_key('notices_message', 'hook_id', 'notices_hook', 'provider');
SELECT tierline_key('notices_preference', 'person_id', 'accounts_person', 'provider');
SELECT tierline_key('notices_unreached', 'ticket_id', 'desk_ticket');

-- What is one person's own shows to that person and to the product, whatever else a query asks for.
DO $$
DECLARE tbl text;
BEGIN
    FOREACH tbl IN ARRAY ARRAY['notices_notice', 'notices_step', 'notices_delivery', 'notices_hook',
        'notices_message', 'notices_preference'] LOOP
        EXECUTE format('CREATE POLICY %I ON %I AS RESTRICTIVE'
            ' USING ((SELECT tierline_person()) IS NULL OR person_id IS NULL OR person_id = (SELECT tierline_person()))'
            ' WITH CHECK ((SELECT tierline_person()) IS NULL OR person_id IS NULL'
            ' OR person_id = (SELECT tierline_person()))', tbl || '_own', tbl);
    END LOOP;
END $$;

-- Counts of the whole installation, without a name or a ticket.
CREATE FUNCTION tierline_notice_figures(now timestamptz)
RETURNS TABLE (queued bigint, sent bigint, failed bigint, held bigint, overdue bigint, unreached bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT m.queued, m.sent, m.failed, d.held, d.overdue, u.unreached FROM
        (SELECT count(*) FILTER (WHERE state = 'queued') AS queued, count(*) FILTER (WHERE state = 'sent') AS sent,
            count(*) FILTER (WHERE state = 'failed') AS failed FROM notices_message) m,
        (SELECT count(*) AS held, count(*) FILTER (WHERE release_at < now - interval '10 minutes') AS overdue
            FROM notices_delivery WHERE state = 'held') d,
        (SELECT count(*) AS unreached FROM notices_unreached) u
$$;

DO $$
DECLARE app text := coalesce(nullif(current_setting('tierline.app_role', true), ''), 'tierline_app');
BEGIN
    REVOKE ALL ON FUNCTION tierline_notice_figures(timestamptz) FROM PUBLIC;
    EXECUTE format('GRANT EXECUTE ON FUNCTION tierline_notice_figures(timestamptz) TO %I', app);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_notices"), ("accounts", "0002_guards"), ("desk", "0002_guards")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
