from pathlib import Path

from django.db import migrations, transaction

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
    run(schema_editor, "0004_following.sql", "0004_triggers.sql")


def remove(apps, schema_editor):
    run(schema_editor, "0004_undone.sql")


def mend(apps, schema_editor):
    """What had drifted before there were triggers, without a lock on more than some products."""
    with schema_editor.connection.cursor() as cursor:
        last = 0
        while products := following(cursor, last):
            cursor.execute(
                "SELECT search_refresh_filters(%(these)s), search_refresh_documents(%(these)s)",
                {"these": products},
            )
            last = products[-1]


def following(cursor, last):
    cursor.execute(
        "SELECT id FROM catalog_product WHERE id > %s ORDER BY id LIMIT %s",
        [last, PRODUCTS_AT_A_TIME],
    )
    return [product for (product,) in cursor.fetchall()]


class Migration(migrations.Migration):
    """Filter columns and documents follow the catalogue by triggers: docs/adr/0007-triggers.md."""

    atomic = False
    dependencies = [("search", "0003_vectors_inline")]
    operations = [
        migrations.RunPython(install, remove),
        migrations.RunPython(mend, migrations.RunPython.noop),
    ]
