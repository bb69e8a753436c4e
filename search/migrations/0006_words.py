from pathlib import Path

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models, transaction

SQL = Path(__file__).parent.parent / "sql"
# What customers and staff do waits behind the lock that a new trigger waits for.
PATIENCE = "SET LOCAL lock_timeout = '2s'"
PRODUCTS_AT_A_TIME = 2_000


def run(schema_editor, *names):
    """All scripts or none, with the tables locked for a moment only."""
    connection = schema_editor.connection
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(PATIENCE)
        for name in names:
            cursor.execute((SQL / name).read_text(encoding="utf-8"))


def install(apps, schema_editor):
    run(schema_editor, "0006_words.sql")


def remove(apps, schema_editor):
    run(schema_editor, "0006_undone.sql", "0004_following.sql")


def fill(apps, schema_editor):
    """The new columns of documents that are there already, without a lock on more than some."""
    with schema_editor.connection.cursor() as cursor:
        last = 0
        while products := following(cursor, last):
            cursor.execute("SELECT search_refresh_documents(%s)", [products])
            last = products[-1]


def following(cursor, last):
    cursor.execute(
        "SELECT id FROM catalog_product WHERE id > %s ORDER BY id LIMIT %s",
        [last, PRODUCTS_AT_A_TIME],
    )
    return [product for (product,) in cursor.fetchall()]


def ids():
    return django.contrib.postgres.fields.ArrayField(
        models.BigIntegerField(), default=list, db_default=[], size=None
    )


class Migration(migrations.Migration):
    """Documents carry filter columns, and the shop's words have a table: docs/adr/0009-words.md."""

    atomic = False
    dependencies = [("search", "0005_candidate_sets")]
    operations = [
        migrations.AddField("productdocument", "tag_ids", ids()),
        migrations.AddField("productdocument", "category_ids", ids()),
        migrations.AddField(
            "productdocument", "published", models.BooleanField(default=False, db_default=False)
        ),
        migrations.RunPython(install, remove),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.CreateModel(
            name="Word",
            fields=[
                ("word", models.TextField(primary_key=True, serialize=False)),
                ("products", models.PositiveIntegerField()),
                (
                    "keys",
                    django.contrib.postgres.fields.ArrayField(models.TextField(), size=None),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["keys"], name="word_keys")
                ]
            },
        ),
    ]
