"""Row-level security, composite keys, and whose mail an address takes before a scope is known."""

from django.db import migrations

SQL = r"""
SELECT tierline_guard('channels_mailbox', 'enterprise', 'keep');
SELECT tierline_guard('channels_rawmessage', 'enterprise', 'keep');
SELECT tierline_guard('channels_mailreference', 'enterprise', 'append');
SELECT tierline_guard('channels_participant', 'enterprise', 'append');
SELECT tierline_guard('channels_outbound', 'enterprise', 'keep');
SELECT tierline_key('channels_rawmessage', 'mailbox_id', 'channels_mailbox');
SELECT tierline_key('channels_rawmessage', 'ticket_id', 'desk_ticket');
SELECT tierline_key('channels_mailreference', 'ticket_id', 'desk_ticket');
SELECT tierline_key('channels_participant', 'ticket_id', 'desk_ticket');
SELECT tierline_key('channels_outbound', 'mailbox_id', 'channels_mailbox');
SELECT tierline_key('channels_outbound', 'ticket_id', 'desk_ticket');

CREATE FUNCTION tierline_mailbox(addresses text[])
RETURNS TABLE (address text, provider_id bigint, enterprise_id bigint, mailbox_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT m.address, m.provider_id, m.enterprise_id, m.id FROM channels_mailbox m
    WHERE m.address = ANY (addresses) AND m.is_active
$$;

DO $$
DECLARE app text := coalesce(nullif(current_setting('tierline.app_role', true), ''), 'tierline_app');
BEGIN
    REVOKE ALL ON FUNCTION tierline_mailbox(text[]) FROM PUBLIC;
    EXECUTE format('GRANT EXECUTE ON FUNCTION tierline_mailbox(text[]) TO %I', app);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("channels", "0001_doors"), ("desk", "0002_guards")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
