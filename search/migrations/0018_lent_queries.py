from django.db import migrations, models

import search.models.queries
from catalog.migrating import patiently


class Migration(migrations.Migration):
    """What is made from a shared query is known to be lent, and ends with it; feedback tells the hour
    alone."""

    dependencies = [("search", "0017_unspaced_words")]
    operations = patiently(
        migrations.AddField("photoquery", "lent_by", models.UUIDField(null=True, db_index=True)),
        migrations.AddField(
            "photoquery", "by_words", models.BooleanField(default=False, db_default=False)
        ),
        migrations.AlterField(
            "searchfeedback",
            "created_at",
            models.DateTimeField(
                db_index=True, default=search.models.queries.this_hour, verbose_name="at"
            ),
        ),
    )
