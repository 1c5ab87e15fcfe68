"""The database's own guards, as functions that every later migration calls by name.

``tierline.app_role`` is set on the owner's connection; it names the role the product runs as.
"""

from django.db import migrations

FUNCTIONS = r"""
CREATE FUNCTION tierline_provider() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('tierline.provider', true), '')::bigint $$;

CREATE FUNCTION tierline_enterprises() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(nullif(current_setting('tierline.enterprises', true), ''), '{}')::bigint[] $$;

-- level: 'provider', 'enterprise' or 'either' (enterprise_id may be null: the provider's own row).
-- writes: 'all', 'keep' (no delete) or 'append' (no update, no delete).
CREATE FUNCTION tierline_guard(tbl text, level text, writes text DEFAULT 'all') RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    app text := coalesce(nullif(current_setting('tierline.app_role', true), ''), 'tierline_app');
    seen text := 'provider_id = (SELECT tierline_provider())';
BEGIN
    IF level = 'provider' THEN
        EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I UNIQUE (provider_id, id)', tbl, tbl || '_key');
    ELSE
        EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I UNIQUE (provider_id, enterprise_id, id)', tbl, tbl || '_key');
        IF level = 'enterprise' THEN
            seen := seen || ' AND enterprise_id = ANY ((SELECT tierline_enterprises())::bigint[])';
        ELSE
            seen := seen || ' AND (enterprise_id IS NULL OR enterprise_id = ANY ((SELECT tierline_enterprises())::bigint[]))';
        END IF;
        IF tbl <> 'accounts_enterprise' THEN
            EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I FOREIGN KEY (provider_id, enterprise_id)'
                ' REFERENCES accounts_enterprise (provider_id, id)', tbl, tbl || '_enterprise');
        END IF;
    END IF;
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tbl);
    EXECUTE format('CREATE POLICY %I ON %I USING (%s) WITH CHECK (%s)', tbl || '_scope', tbl, seen, seen);
    EXECUTE format('REVOKE ALL ON %I FROM %I', tbl, app);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO %I', tbl, app);
    IF writes IN ('keep', 'all') THEN EXECUTE format('GRANT UPDATE ON %I TO %I', tbl, app); END IF;
    IF writes = 'all' THEN EXECUTE format('GRANT DELETE ON %I TO %I', tbl, app); END IF;
END $$;

-- A reference that cannot leave its enterprise. level of the referenced table: 'enterprise', 'either' or 'provider'.
CREATE FUNCTION tierline_key(tbl text, col text, target text, level text DEFAULT 'enterprise') RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF level = 'provider' THEN
        EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I FOREIGN KEY (provider_id, %I) REFERENCES %I (provider_id, id)'
            ' DEFERRABLE INITIALLY DEFERRED', tbl, tbl || '_' || col, col, target);
    ELSE
        EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I FOREIGN KEY (provider_id, enterprise_id, %I)'
            ' REFERENCES %I (provider_id, enterprise_id, id) DEFERRABLE INITIALLY DEFERRED',
            tbl, tbl || '_' || col, col, target);
    END IF;
END $$;

-- Tables of other makers (sessions, jobs) and global rows of ids.
DO $$
DECLARE app text := coalesce(nullif(current_setting('tierline.app_role', true), ''), 'tierline_app');
BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', app);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO %I', app);
    EXECUTE format('GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO %I', app);
    EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %I', app);
    EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO %I', app);
    IF to_regclass('public.django_migrations') IS NOT NULL THEN
        EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM %I', app);
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop)]
