from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


def install(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute((SQL / "0012_jobs_in_order.sql").read_text(encoding="utf-8"))


class Migration(migrations.Migration):
    """Jobs are locked in one order by all. Going back leaves the function: its order does no harm."""

    dependencies = [("search", "0011_colours_index")]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
