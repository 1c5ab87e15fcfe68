from django.db import migrations

SQL = """
SELECT tierline_guard('knowledge_articlecounter', 'provider', 'keep');
SELECT tierline_guard('knowledge_article', 'enterprise', 'keep');
SELECT tierline_guard('knowledge_articleversion', 'enterprise', 'append');
SELECT tierline_key('knowledge_article', 'pair_id', 'knowledge_article');
SELECT tierline_key('knowledge_article', 'owner_id', 'accounts_person', 'provider');
SELECT tierline_key('knowledge_articleversion', 'article_id', 'knowledge_article');
SELECT tierline_key('knowledge_articleversion', 'by_id', 'accounts_person', 'provider');
"""


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0001_articles"), ("accounts", "0002_guards")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
