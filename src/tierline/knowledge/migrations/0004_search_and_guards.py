from django.db import migrations

GUARDS = r"""
SELECT tierline_guard('knowledge_articlefile', 'enterprise', 'append');
SELECT tierline_guard('knowledge_confirmation', 'enterprise', 'append');
SELECT tierline_guard('knowledge_checklist', 'enterprise', 'keep');
SELECT tierline_guard('knowledge_checklistversion', 'enterprise', 'append');
SELECT tierline_guard('knowledge_searchentry', 'enterprise', 'all');
SELECT tierline_guard('knowledge_synonymgroup', 'enterprise', 'all');
SELECT tierline_guard('knowledge_sharedarticle', 'provider', 'keep');
SELECT tierline_guard('knowledge_shelfoffer', 'enterprise', 'keep');
SELECT tierline_guard('knowledge_reading', 'enterprise', 'keep');
SELECT tierline_guard('knowledge_question', 'enterprise', 'keep');
SELECT tierline_key('knowledge_article', 'reviewer_id', 'accounts_person', 'provider');
SELECT tierline_key('knowledge_articlefile', 'article_id', 'knowledge_article');
SELECT tierline_key('knowledge_articlefile', 'by_id', 'accounts_person', 'provider');
SELECT tierline_key('knowledge_confirmation', 'article_id', 'knowledge_article');
SELECT tierline_key('knowledge_confirmation', 'person_id', 'accounts_person', 'provider');
SELECT tierline_key('knowledge_checklistversion', 'checklist_id', 'knowledge_checklist');
SELECT tierline_key('knowledge_checklistversion', 'by_id', 'accounts_person', 'provider');
SELECT tierline_key('knowledge_synonymgroup', 'by_id', 'accounts_person', 'provider');
SELECT tierline_key('knowledge_shelfoffer', 'article_id', 'knowledge_article');
SELECT tierline_key('knowledge_shelfoffer', 'offered_by_id', 'accounts_person', 'provider');
SELECT tierline_key('knowledge_shelfoffer', 'decided_by_id', 'accounts_person', 'provider');
SELECT tierline_key('knowledge_shelfoffer', 'shared_id', 'knowledge_sharedarticle', 'provider');
SELECT tierline_key('knowledge_reading', 'article_id', 'knowledge_article');
SELECT tierline_key('knowledge_reading', 'person_id', 'accounts_person', 'provider');
SELECT tierline_key('knowledge_question', 'person_id', 'accounts_person', 'provider');
SELECT tierline_key('knowledge_question', 'article_id', 'knowledge_article');
"""

SEARCH = r"""
-- More words of the index in the statistics: which words are common is read off them.
ALTER TABLE knowledge_searchentry ALTER COLUMN tokens SET STATISTICS 500;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm') THEN
        CREATE INDEX searchentry_codes ON knowledge_searchentry USING gin (codes gin_trgm_ops)
            WITH (gin_pending_list_limit = 512);
    END IF;
END $$;

DROP FUNCTION tierline_search_articles(bigint, text[], text[], text[], text, int, int);

-- Under row-level security no index can serve @@, which is not leakproof: every question would read every row of the
-- enterprise. So the search runs as the table's owner and carries the same filter itself, before anything else: mine.
--
-- words and terms are parallel: the folded word, and its tsquery (with what means the same to this enterprise).
-- near and nearness are parallel too: entries that a vector search brought, and how near each is, 0 to 1.
CREATE FUNCTION tierline_search(enterprises bigint[], kinds text[], audiences text[], lang text,
    words text[], terms text[], near bigint[], nearness float8[], candidates int, wanted int)
RETURNS TABLE (id bigint, enterprise_id bigint, kind varchar, subject bigint, number varchar, title varchar,
    language varchar, audience varchar, changed_at timestamptz, score float8, covered float8)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH mine AS NOT MATERIALIZED (
        SELECT e.* FROM knowledge_searchentry e
        WHERE e.provider_id = tierline_provider() AND e.enterprise_id = ANY (enterprises)
            AND e.enterprise_id = ANY (tierline_enterprises())
            AND e.kind = ANY (kinds) AND e.audience = ANY (audiences) AND (lang IS NULL OR e.language = lang)
    ),
    -- What the planner knows of very common words: counting those would read half of the index.
    common AS MATERIALIZED (
        SELECT c.lexeme, c.share * t.reltuples AS entries
        FROM pg_stats s, pg_class t,
            ROWS FROM (unnest(s.most_common_elems::text::text[]), unnest(s.most_common_elem_freqs)) AS c(lexeme, share)
        WHERE s.schemaname = 'public' AND s.tablename = 'knowledge_searchentry' AND s.attname = 'tokens'
            AND t.oid = 'knowledge_searchentry'::regclass
            AND c.lexeme = ANY (words) AND c.share * t.reltuples > 4 * candidates
    ),
    asked AS MATERIALIZED (
        SELECT q.term::tsquery AS term, met.entries AS met,
            ln(1 + 2 * candidates / greatest(met.entries, 1)) AS weight
        FROM unnest(words, terms) AS q(word, term)
            LEFT JOIN common c ON c.lexeme = q.word,
            LATERAL (
                SELECT c.entries AS entries WHERE c.entries IS NOT NULL
                UNION ALL
                SELECT count(*)::float8 FROM (
                    SELECT FROM mine m WHERE m.tokens @@ q.term::tsquery LIMIT candidates
                ) capped WHERE c.entries IS NULL
            ) met
    ),
    -- The rarest words bring all their entries; where these are few, common ones bring the newest of theirs.
    rarest AS MATERIALIZED (
        SELECT r.term FROM (
            SELECT a.term, a.met, sum(a.met) OVER (ORDER BY a.met, a.term::text) AS so_far
            FROM asked a WHERE a.met BETWEEN 1 AND candidates - 1
        ) r WHERE r.so_far <= candidates OR r.so_far = r.met
    ),
    brought AS MATERIALIZED (
        SELECT m.id FROM mine m
        WHERE m.tokens @@ coalesce((SELECT string_agg(r.term::text, ' | ') FROM rarest r), '')::tsquery
        LIMIT candidates
    ),
    -- The inner limit is how far back it looks, the outer one how many it takes: of a common word soon enough. House by
    -- house and with a plain number, or the planner would sort everything there is.
    newest AS MATERIALIZED (
        SELECT r.id FROM unnest(enterprises) AS h(house), LATERAL (
            SELECT m.id, m.tokens FROM mine m
            WHERE m.enterprise_id = h.house AND (SELECT count(*) FROM brought) < wanted
                AND EXISTS (SELECT FROM asked a WHERE a.met >= candidates)
            ORDER BY m.changed_at DESC, m.id DESC LIMIT 8000
        ) r
        WHERE r.tokens @@ coalesce((SELECT string_agg('(' || a.term::text || ')', ' | ') FROM asked a), '')::tsquery
        LIMIT CASE WHEN EXISTS (SELECT FROM brought) THEN 10 * wanted ELSE candidates / 4 END
    ),
    -- Concatenation unpacks an entry's words once for all looks at them.
    scored AS MATERIALIZED (
        SELECT m.id, m.changed_at, m.subject, m.tokens || ''::tsvector AS unpacked
        FROM mine m
        WHERE m.id IN (SELECT b.id FROM brought b UNION SELECT n.id FROM newest n UNION SELECT unnest(near))
    ),
    lexical AS (
        SELECT s.id, sum(a.weight * ts_rank('{0.2, 0, 0, 1}', s.unpacked, a.term))::float8 AS score,
            coalesce(sum(a.weight) / nullif((SELECT sum(weight) FROM asked), 0), 0)::float8 AS covered
        FROM scored s JOIN asked a ON s.unpacked @@ a.term
        GROUP BY s.id
    ),
    -- Gated: where the words cover the question they decide, and nearness counts as much as they leave open.
    fused AS (
        SELECT s.id, s.changed_at, s.subject, coalesce(l.covered, 0) AS covered,
            coalesce(l.score, 0) + coalesce(n.nearness, 0) * (1 - coalesce(l.covered, 0))
                * greatest((SELECT max(score) FROM lexical), 1) AS score
        FROM scored s LEFT JOIN lexical l ON l.id = s.id
            LEFT JOIN unnest(near, nearness) AS n(id, nearness) ON n.id = s.id
    ),
    best AS MATERIALIZED (
        SELECT f.id, f.score, f.covered FROM fused f WHERE f.score > 0
        ORDER BY f.score DESC, f.changed_at DESC, f.subject DESC LIMIT wanted
    )
    SELECT m.id, m.enterprise_id, m.kind, m.subject, m.number, m.title, m.language, m.audience, m.changed_at,
        b.score, b.covered
    FROM best b JOIN mine m ON m.id = b.id
    ORDER BY b.score DESC, m.changed_at DESC, m.subject DESC
$$;

-- Codes and hosts that no word of the index is: a part of one, else one that is spelt alike (where pg_trgm is there).
CREATE FUNCTION tierline_search_codes(enterprises bigint[], kinds text[], audiences text[], lang text,
    spelt text[], candidates int)
RETURNS TABLE (id bigint, nearness float8)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    patterns text[] := ARRAY(
        SELECT '%' || replace(replace(replace(c, '\', '\\'), '%', '\%'), '_', '\_') || '%' FROM unnest(spelt) c
    );
BEGIN
    RETURN QUERY
        SELECT e.id, 0.9::float8 FROM knowledge_searchentry e
        WHERE e.provider_id = tierline_provider() AND e.enterprise_id = ANY (enterprises)
            AND e.enterprise_id = ANY (tierline_enterprises())
            AND e.kind = ANY (kinds) AND e.audience = ANY (audiences) AND (lang IS NULL OR e.language = lang)
            AND e.codes LIKE ANY (patterns)
        LIMIT candidates;
    IF FOUND OR NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm') THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT e.id, max(word_similarity(c, e.codes))::float8 FROM knowledge_searchentry e,
            unnest(spelt) c
        WHERE e.provider_id = tierline_provider() AND e.enterprise_id = ANY (enterprises)
            AND e.enterprise_id = ANY (tierline_enterprises())
            AND e.kind = ANY (kinds) AND e.audience = ANY (audiences) AND (lang IS NULL OR e.language = lang)
            AND e.codes %> c
        GROUP BY e.id ORDER BY 2 DESC LIMIT candidates;
END $$;

DO $$
DECLARE
    app text := coalesce(nullif(current_setting('tierline.app_role', true), ''), 'tierline_app');
    fn text;
BEGIN
    FOREACH fn IN ARRAY ARRAY[
        'tierline_search(bigint[], text[], text[], text, text[], text[], bigint[], float8[], int, int)',
        'tierline_search_codes(bigint[], text[], text[], text, text[], int)'
    ] LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', fn);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', fn, app);
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0003_knowledge_base"), ("accounts", "0002_guards")]
    operations = [
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
        migrations.RunSQL(SEARCH, migrations.RunSQL.noop),
    ]
