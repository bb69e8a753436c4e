import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

from catalog.migrating import patiently


def ids():
    return django.contrib.postgres.fields.ArrayField(
        models.BigIntegerField(), default=list, db_default=[], size=None
    )


class Migration(migrations.Migration):
    """Documents have room for filter columns, and the shop's words a table.

    All or nothing, apart from what fills them (0007), which can be stopped and run again.
    """

    dependencies = [("search", "0005_candidate_sets")]
    operations = patiently(
        migrations.AddField("productdocument", "tag_ids", ids()),
        migrations.AddField("productdocument", "category_ids", ids()),
        migrations.AddField(
            "productdocument", "published", models.BooleanField(default=False, db_default=False)
        ),
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
    )
