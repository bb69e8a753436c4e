import django.contrib.postgres.fields
import django.db.models.deletion
import pgvector.django.halfvec
from django.db import migrations, models

from catalog.migrating import patiently


def storage(table: str, kind: str) -> str:
    return f"ALTER TABLE {table} ALTER COLUMN descriptors SET STORAGE {kind}"


class Migration(migrations.Migration):
    """Spaces derived from others, and small classical vectors beside the network's.

    Every column is empty or has a default in the database: an earlier release may run meanwhile.
    """

    dependencies = [("search", "0009_lines_of_queries")]
    operations = patiently(
        migrations.AddField(
            "embeddingspace",
            "base",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="derived",
                to="search.embeddingspace",
                verbose_name="derived from",
            ),
        ),
        migrations.AddField(
            "embeddingspace",
            "bands",
            models.JSONField(db_default={}, default=dict, verbose_name="bands"),
        ),
        migrations.AddField(
            "embeddingspace",
            "report",
            models.JSONField(db_default={}, default=dict, verbose_name="report"),
        ),
        migrations.AddField(
            "embeddingspace",
            "activated_at",
            models.DateTimeField(null=True, verbose_name="activated"),
        ),
        migrations.AddField(
            "embeddingspace",
            "retired_at",
            models.DateTimeField(null=True, verbose_name="retired"),
        ),
        migrations.CreateModel(
            "SpaceProjection",
            fields=[
                (
                    "space",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="projection",
                        serialize=False,
                        to="search.embeddingspace",
                    ),
                ),
                ("matrix", models.BinaryField()),
                ("sha256", models.CharField(max_length=64)),
            ],
            options={"verbose_name": "projection", "verbose_name_plural": "projections"},
        ),
        migrations.AddField(
            "imageembedding", "descriptors", pgvector.django.halfvec.HalfVectorField(null=True)
        ),
        migrations.AddField(
            "imageembedding",
            "colours",
            django.contrib.postgres.fields.ArrayField(
                models.SmallIntegerField(), db_default=[], default=list, size=None
            ),
        ),
        migrations.AddField(
            "photoquery", "descriptors", pgvector.django.halfvec.HalfVectorField(null=True)
        ),
        migrations.AddField(
            "photoquery", "worded", models.BooleanField(db_default=False, default=False)
        ),
        *(
            migrations.RunSQL(storage(table, "PLAIN"), storage(table, "EXTERNAL"))
            for table in ("search_imageembedding", "search_photoquery")
        ),
    )
