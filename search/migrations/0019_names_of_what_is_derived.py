"""Names for what the admin counts when a product is deleted; no table changes."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("search", "0018_lent_queries")]

    operations = [
        migrations.AlterModelOptions(
            name="candidateset",
            options={"verbose_name": "candidate set", "verbose_name_plural": "candidate sets"},
        ),
        migrations.AlterModelOptions(
            name="productdocument",
            options={"verbose_name": "product's words", "verbose_name_plural": "products' words"},
        ),
        migrations.AlterModelOptions(
            name="word", options={"verbose_name": "word", "verbose_name_plural": "words"}
        ),
    ]
