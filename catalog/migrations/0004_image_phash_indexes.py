from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models

from catalog.hamming import Bands
from catalog.migrating import MakeIndex


class Migration(migrations.Migration):
    """Alone and concurrent: the shop saves images meanwhile."""

    atomic = False
    dependencies = [("catalog", "0003_image_phash")]
    operations = [
        MakeIndex(
            "productimage", GinIndex(Bands("phash"), name="image_phash_bands", fastupdate=False)
        ),
        MakeIndex(
            "productimage",
            models.Index(
                fields=["id"], name="image_without_phash", condition=models.Q(phash__isnull=True)
            ),
        ),
    ]
