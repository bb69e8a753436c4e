import django.contrib.postgres.fields
from django.db import migrations, models

from catalog.migrating import patiently


def titles() -> django.contrib.postgres.fields.ArrayField:
    return django.contrib.postgres.fields.ArrayField(
        models.CharField(max_length=200), default=list, db_default=[], size=None
    )


class Migration(migrations.Migration):
    """Queries remember what they were made from, and by which hits they were moved."""

    dependencies = [("search", "0008_words_index")]
    operations = patiently(
        migrations.AddField("photoquery", "parent", models.UUIDField(null=True)),
        migrations.AddField("photoquery", "origin", models.UUIDField(null=True, db_index=True)),
        migrations.AddField("photoquery", "liked", titles()),
        migrations.AddField("photoquery", "disliked", titles()),
    )
