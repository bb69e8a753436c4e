from django.db import migrations, models

from catalog.migrating import patiently


class Migration(migrations.Migration):
    """An errand says that the policy asked for it: one whose owner was deleted looked the same."""

    dependencies = [("search", "0014_paused_spaces")]
    operations = patiently(
        migrations.AddField(
            "errand", "by_policy", models.BooleanField(default=False, db_default=False)
        ),
    )
