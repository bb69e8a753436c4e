import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from catalog.migrating import patiently


class Migration(migrations.Migration):
    """Pictures that staff ask about whenever two spaces are compared."""

    dependencies = [("catalog", "0004_image_phash_indexes"), ("search", "0012_jobs_in_order")]
    operations = patiently(
        migrations.CreateModel(
            "GoldenQuery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                (
                    "expected",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Products that must be among the first ten. None: it is only "
                        "looked at.",
                        related_name="+",
                        to="catalog.product",
                        verbose_name="expected products",
                    ),
                ),
                (
                    "image",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="golden_query",
                        to="catalog.productimage",
                        verbose_name="picture",
                    ),
                ),
            ],
            options={"verbose_name": "golden query", "verbose_name_plural": "golden queries"},
        ),
        migrations.CreateModel(
            "Errand",
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
                        choices=[
                            ("tune", "Learn from the catalogue"),
                            ("fill", "Fill"),
                            ("compare", "Compare"),
                            ("drop", "Drop"),
                        ],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("space_name", models.CharField(max_length=120)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("step", models.CharField(blank=True, max_length=120)),
                ("done", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField(default=0)),
                ("outcome", models.TextField(blank=True, verbose_name="outcome")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="asked")),
                (
                    "changed_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="changed"
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "space",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="errands",
                        to="search.embeddingspace",
                    ),
                ),
            ],
            options={"verbose_name": "errand", "verbose_name_plural": "errands"},
        ),
    )
