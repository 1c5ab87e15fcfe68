from django.db import migrations

# What is published is found from the first minute on; ``tierline knowledge reindex`` reads it with today's folding.
SQL = r"""
INSERT INTO knowledge_searchentry (provider_id, enterprise_id, kind, subject, number, title, language, audience,
    body, codes, digest, tokens, changed_at)
SELECT a.provider_id, a.enterprise_id, 'article', a.id, a.number, v.title, a.language,
    CASE a.state WHEN 'stale' THEN 'internal' ELSE a.audience END,
    left(v.body, 20000), '', md5(v.title || v.body), coalesce(a.tokens, ''::tsvector),
    coalesce(a.published_at, a.created_at)
FROM knowledge_article a
    JOIN knowledge_articleversion v ON v.provider_id = a.provider_id AND v.enterprise_id = a.enterprise_id
        AND v.article_id = a.id AND v.number = a.published
WHERE a.state IN ('published', 'stale')
"""


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0004_search_and_guards")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
