from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models

from catalog.migrating import MakeIndex, UnmakeIndex, has_index


def in_parts(parts):
    return models.Func(
        models.F("document"),
        function="ts_filter",
        template=f"%(function)s(%(expressions)s, '{parts}')",
    )


AGES = (
    "ARRAY[%(expressions)s >> 10 << 2, %(expressions)s >> 13 << 2 | 1,"
    " %(expressions)s >> 16 << 2 | 2]"
)
WORDS = GinIndex(
    in_parts("{a}"),
    in_parts("{a,b}"),
    models.F("document"),
    models.F("tag_ids"),
    models.F("category_ids"),
    models.Func(models.F("product_id"), template=AGES),
    name="document_words",
    condition=models.Q(published=True),
    gin_pending_list_limit=128,
)
# Letters and digits of a SKU, in small letters.
SKUS = """
CREATE INDEX CONCURRENTLY product_sku_letters
ON catalog_product (lower(regexp_replace(sku, '[^[:alnum:]]+', '', 'g')))
"""


def index_skus(apps, schema_editor):
    if not has_index(schema_editor, "product_sku_letters"):
        schema_editor.execute(SKUS, params=None)


def forget_skus(apps, schema_editor):
    schema_editor.execute("DROP INDEX CONCURRENTLY IF EXISTS product_sku_letters", params=None)


class Migration(migrations.Migration):
    """One index finds words and filters together, in place of two that found words alone."""

    atomic = False
    dependencies = [("search", "0007_words")]
    operations = [
        MakeIndex("productdocument", WORDS),
        migrations.RunPython(index_skus, forget_skus),
        UnmakeIndex("productdocument", "document_lexemes"),
        UnmakeIndex("productdocument", "document_trigrams"),
    ]
