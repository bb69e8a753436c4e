from pathlib import Path

from django.db import migrations, transaction

from catalog.migrating import PATIENCE

SQL = Path(__file__).parent.parent / "sql"


def run(schema_editor, name):
    """The whole script or nothing of it."""
    connection = schema_editor.connection
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(PATIENCE)
        cursor.execute((SQL / name).read_text(encoding="utf-8"))


def install(apps, schema_editor):
    run(schema_editor, "0017_unspaced.sql")


def remove(apps, schema_editor):
    run(schema_editor, "0017_undone.sql")


class Migration(migrations.Migration):
    """Words are found in Chinese, Japanese and Korean, which are written without spaces.

    Functions alone: no table is locked and no document written. Those with such characters differ
    from what the catalogue says from here on, and the next deep sweep writes them.
    """

    atomic = False
    dependencies = [("search", "0016_shares_and_feedback")]
    operations = [migrations.RunPython(install, remove)]
