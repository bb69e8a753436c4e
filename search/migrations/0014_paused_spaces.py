from django.db import migrations, models


class Migration(migrations.Migration):
    """A space is filled from when somebody asks for it, and until somebody pauses it. Those that
    are being filled go on."""

    dependencies = [("search", "0013_golden_queries")]
    operations = [
        migrations.AddField(
            "EmbeddingSpace",
            "paused",
            models.BooleanField(default=False, db_default=False, verbose_name="paused"),
        ),
    ]
