import django.db.models.deletion
from django.db import migrations, models

from catalog.migrating import patiently

KINDS = [
    ("photo", "Photo"),
    ("text", "Words"),
    ("photo+text", "Photo and words"),
    ("product", "Similar products"),
]


class Migration(migrations.Migration):
    """Queries can be shared, and know the things in their photo; what shoppers made of an answer
    is counted."""

    dependencies = [
        ("catalog", "0004_image_phash_indexes"),
        ("search", "0015_errands_by_policy"),
    ]
    operations = patiently(
        migrations.AddField(
            "photoquery", "said", models.PositiveSmallIntegerField(default=0, db_default=0)
        ),
        migrations.AddField(
            "photoquery", "shared", models.BooleanField(default=False, db_default=False)
        ),
        migrations.AddField(
            "photoquery", "suggestions", models.JSONField(default=list, db_default=[])
        ),
        migrations.CreateModel(
            "SearchFeedback",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("click", "Opened a hit"), ("missed", "Not what I meant")],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                (
                    "asked_by",
                    models.CharField(choices=KINDS, max_length=10, verbose_name="asked by"),
                ),
                ("space", models.CharField(blank=True, max_length=120, verbose_name="space")),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        help_text="The place of the hit, counted from 1.",
                        null=True,
                        verbose_name="position",
                    ),
                ),
                ("band", models.CharField(blank=True, max_length=12, verbose_name="how close")),
                (
                    "created_at",
                    models.DateTimeField(auto_now_add=True, db_index=True, verbose_name="at"),
                ),
                (
                    "product",
                    models.ForeignKey(
                        help_text="What was opened.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="catalog.product",
                        verbose_name="product",
                    ),
                ),
            ],
            options={"verbose_name": "feedback", "verbose_name_plural": "feedback"},
        ),
    )
