from django.db import migrations

SQL = r"""
SELECT tierline_guard('knowledge_articlecounter', 'provider', 'keep');
SELECT tierline_guard('knowledge_article', 'enterprise', 'keep');
SELECT tierline_guard('knowledge_articleversion', 'enterprise', 'append');
SELECT tierline_key('knowledge_article', 'pair_id', 'knowledge_article');
SELECT tierline_key('knowledge_article', 'owner_id', 'accounts_person', 'provider');
SELECT tierline_key('knowledge_articleversion', 'article_id', 'knowledge_article');
SELECT tierline_key('knowledge_articleversion', 'by_id', 'accounts_person', 'provider');

-- Under row-level security no index can serve @@, which is not leakproof: every question would read every article of
-- the enterprise. So the search runs as the tables' owner and carries the same filter itself, before anything else.
CREATE FUNCTION tierline_search_articles(enterprise bigint, terms text[], states text[], audiences text[], lang text,
    candidates int, wanted int)
RETURNS TABLE (id bigint, number varchar, title varchar, language varchar, audience varchar, score float8, covered float8)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH mine AS NOT MATERIALIZED (
        SELECT k.id, k.number, k.title, k.language, k.audience, k.tokens FROM knowledge_article k
        WHERE k.provider_id = tierline_provider() AND k.enterprise_id = enterprise
            AND enterprise = ANY (tierline_enterprises())
            AND k.state = ANY (states) AND k.audience = ANY (audiences) AND (lang IS NULL OR k.language = lang)
    ),
    asked AS MATERIALIZED (
        SELECT t::tsquery AS term, met.articles AS met, ln(1 + 2 * candidates / greatest(met.articles, 1)::float8) AS weight
        FROM unnest(terms) AS t, LATERAL (
            SELECT count(*) AS articles FROM (SELECT FROM mine m WHERE m.tokens @@ t::tsquery LIMIT candidates) capped
        ) met
    ),
    -- Rare words bring all their articles; where these are few, common ones bring the newest of theirs.
    brought AS MATERIALIZED (
        SELECT m.id FROM mine m
        WHERE m.tokens @@ coalesce(
            (SELECT string_agg(a.term::text, ' | ') FROM asked a WHERE a.met BETWEEN 1 AND candidates - 1), ''
        )::tsquery LIMIT 2 * candidates
    ),
    newest AS MATERIALIZED (
        SELECT m.id FROM mine m WHERE m.tokens @@ array_to_string(terms, ' | ')::tsquery
        ORDER BY m.id DESC LIMIT CASE WHEN (SELECT count(*) FROM brought) < 200 THEN candidates ELSE 0 END
    ),
    -- Concatenation unpacks an article's words once for all looks at them.
    scored AS MATERIALIZED (
        SELECT m.id, m.number, m.title, m.language, m.audience, m.tokens || ''::tsvector AS tokens
        FROM mine m WHERE m.id IN (SELECT b.id FROM brought b UNION SELECT n.id FROM newest n)
    )
    SELECT s.id, s.number, s.title, s.language, s.audience,
        sum(a.weight * ts_rank('{0.2, 0, 0, 1}', s.tokens, a.term))::float8 AS score,
        coalesce(sum(a.weight) / nullif((SELECT sum(weight) FROM asked), 0), 0)::float8 AS covered
    FROM scored s JOIN asked a ON s.tokens @@ a.term
    GROUP BY s.id, s.number, s.title, s.language, s.audience
    ORDER BY score DESC, s.id DESC
    LIMIT wanted
$$;

DO $$
DECLARE
    app text := coalesce(nullif(current_setting('tierline.app_role', true), ''), 'tierline_app');
    fn text := 'tierline_search_articles(bigint, text[], text[], text[], text, int, int)';
BEGIN
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', fn);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', fn, app);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0001_articles"), ("accounts", "0002_guards")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
