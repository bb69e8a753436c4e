from pathlib import Path

from django.db import migrations, transaction

from catalog.migrating import PATIENCE

SQL = Path(__file__).parent.parent / "sql"
PRODUCTS_AT_A_TIME = 2_000


def run(schema_editor, *names):
    """All scripts or none, with the tables locked for a moment only."""
    connection = schema_editor.connection
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(PATIENCE)
        for name in names:
            cursor.execute((SQL / name).read_text(encoding="utf-8"))


def install(apps, schema_editor):
    run(schema_editor, "0007_words.sql")


def remove(apps, schema_editor):
    run(schema_editor, "0007_undone.sql", "0004_following.sql")


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


class Migration(migrations.Migration):
    """Documents carry filter columns: docs/adr/0009-words.md. Nothing here minds a second run."""

    atomic = False
    dependencies = [("search", "0006_documents")]
    operations = [
        migrations.RunPython(install, remove),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
