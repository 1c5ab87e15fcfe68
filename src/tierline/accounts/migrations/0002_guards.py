"""Row-level security, composite keys, and the look-ups that must work before a scope is known."""

from django.db import migrations

SQL = r"""
ALTER TABLE accounts_provider ENABLE ROW LEVEL SECURITY;
CREATE POLICY accounts_provider_scope ON accounts_provider
    USING (id = (SELECT tierline_provider())) WITH CHECK (id = (SELECT tierline_provider()));

SELECT tierline_guard('accounts_enterprise', 'provider', 'keep');
ALTER TABLE accounts_enterprise ADD CONSTRAINT accounts_enterprise_provider
    FOREIGN KEY (provider_id) REFERENCES accounts_provider (id);
DROP POLICY accounts_enterprise_scope ON accounts_enterprise;
CREATE POLICY accounts_enterprise_scope ON accounts_enterprise
    USING (provider_id = (SELECT tierline_provider()) AND id = ANY ((SELECT tierline_enterprises())::bigint[]));

SELECT tierline_guard('accounts_endcustomer', 'enterprise', 'keep');
SELECT tierline_guard('accounts_site', 'enterprise', 'keep');
SELECT tierline_key('accounts_site', 'customer_id', 'accounts_endcustomer');
SELECT tierline_guard('accounts_person', 'either', 'keep');
ALTER TABLE accounts_person ADD CONSTRAINT accounts_person_provider_key UNIQUE (provider_id, id);
ALTER TABLE accounts_person ADD CONSTRAINT accounts_person_provider
    FOREIGN KEY (provider_id) REFERENCES accounts_provider (id);
SELECT tierline_key('accounts_person', 'customer_id', 'accounts_endcustomer');
SELECT tierline_key('accounts_person', 'site_id', 'accounts_site');
SELECT tierline_guard('accounts_assignment', 'enterprise', 'keep');
SELECT tierline_key('accounts_assignment', 'person_id', 'accounts_person', 'provider');
SELECT tierline_key('accounts_assignment', 'approved_by_id', 'accounts_person', 'provider');
SELECT tierline_guard('accounts_apikey', 'provider', 'keep');
SELECT tierline_key('accounts_apikey', 'person_id', 'accounts_person', 'provider');
SELECT tierline_guard('plumbing_answered', 'provider', 'append');

CREATE FUNCTION tierline_sign_in(address text, portal bigint)
RETURNS TABLE (provider_id bigint, person_id bigint, enterprise_id bigint, password text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p.provider_id, p.id, p.enterprise_id, p.password FROM accounts_person p
    WHERE p.email = address AND p.is_active AND (portal IS NULL OR p.enterprise_id = portal) ORDER BY p.id
$$;

CREATE FUNCTION tierline_api_key(wanted bytea, at timestamptz)
RETURNS TABLE (provider_id bigint, person_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT k.provider_id, k.person_id FROM accounts_apikey k
    WHERE k.digest = wanted AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > at)
$$;

CREATE FUNCTION tierline_portal(path text, host text)
RETURNS TABLE (provider_id bigint, enterprise_id bigint, slug text, name text, language text, zone text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.provider_id, e.id, e.slug, e.name, e.language, e.zone FROM accounts_enterprise e
    WHERE (path <> '' AND e.slug = path) OR (path = '' AND host <> '' AND e.domain = host)
$$;

CREATE FUNCTION tierline_directory()
RETURNS TABLE (provider_id bigint, enterprise_id bigint, slug text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.provider_id, e.id, e.slug FROM accounts_enterprise e ORDER BY e.id
$$;

-- An admin reaches every enterprise of the provider (to administer it: reading its tickets takes an
-- assignment as for anyone else), the provider's other people their live assignments, an enterprise's people their own.
CREATE FUNCTION tierline_reach(provider bigint, person bigint, at timestamptz)
RETURNS TABLE (role text, name text, email text, customer_id bigint, department text, ticket_id bigint, zone text,
    language text, own_enterprise_id bigint, enterprises bigint[], assigned bigint[], tiers smallint[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH live AS (
        SELECT DISTINCT ON (a.enterprise_id) a.enterprise_id, a.tier FROM accounts_assignment a
        WHERE a.provider_id = provider AND a.person_id = person
            AND a.starts_at <= at AND (a.ends_at IS NULL OR a.ends_at > at)
        ORDER BY a.enterprise_id, a.tier DESC NULLS LAST
    )
    SELECT p.role, p.name, p.email, p.customer_id, p.department, p.ticket_id, p.zone, p.language,
        p.enterprise_id,
        CASE
            WHEN p.enterprise_id IS NOT NULL THEN ARRAY[p.enterprise_id]
            WHEN p.role = 'admin' THEN ARRAY(
                SELECT e.id FROM accounts_enterprise e WHERE e.provider_id = p.provider_id ORDER BY e.id)
            ELSE ARRAY(SELECT l.enterprise_id FROM live l ORDER BY l.enterprise_id)
        END,
        ARRAY(SELECT l.enterprise_id FROM live l ORDER BY l.enterprise_id),
        ARRAY(SELECT l.tier FROM live l ORDER BY l.enterprise_id)
    FROM accounts_person p
    WHERE p.provider_id = provider AND p.id = person AND p.is_active
$$;

DO $$
DECLARE
    app text := coalesce(nullif(current_setting('tierline.app_role', true), ''), 'tierline_app');
    fn text;
BEGIN
    FOREACH fn IN ARRAY ARRAY['tierline_sign_in(text, bigint)', 'tierline_api_key(bytea, timestamptz)',
        'tierline_portal(text, text)', 'tierline_directory()', 'tierline_reach(bigint, bigint, timestamptz)'] LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', fn);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', fn, app);
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_people"), ("plumbing", "0002_timers")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
