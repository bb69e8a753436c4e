from django.contrib.postgres.indexes import GinIndex
from django.db import migrations

from catalog.migrating import MakeIndex


class Migration(migrations.Migration):
    """Pictures by their dominant colours, built while the shop runs."""

    atomic = False
    dependencies = [("search", "0010_spaces_follow")]
    operations = [
        MakeIndex("imageembedding", GinIndex(fields=["colours"], name="embedding_colours"))
    ]
