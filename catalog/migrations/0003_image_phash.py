from django.db import migrations, models

from catalog.migrating import patiently

# Key = band number in bits 16 and 17, the band's 16 bits below; NULL for 0, a picture without
# structure. Built-in operators alone, parsed when it is made: no search_path can change it, so a
# restored dump and autovacuum's ANALYZE see the same function.
#
# STRICT keeps Postgres from inlining it (a CASE is not strict), so its cost counts: a scan of the
# table looks as dear as it is. RESTRICTED, because the planner expects the index to find far too
# many rows and would start parallel workers for them: 12 ms for an answer that takes one.
BANDS = """
CREATE FUNCTION catalog_phash_bands(hash bigint) RETURNS bigint[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL RESTRICTED COST 100
RETURN CASE WHEN hash <> 0 THEN ARRAY[
    hash & 65535,
    65536 | ((hash >> 16) & 65535),
    131072 | ((hash >> 32) & 65535),
    196608 | ((hash >> 48) & 65535)
] END
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_initial")]
    operations = patiently(
        migrations.AddField(
            "productimage", "phash", models.BigIntegerField(editable=False, null=True)
        ),
        migrations.RunSQL(BANDS, "DROP FUNCTION catalog_phash_bands(bigint)"),
    )
