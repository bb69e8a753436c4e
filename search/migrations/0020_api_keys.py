import django.contrib.postgres.fields
import django.core.validators
import django.utils.timezone
from django.db import migrations, models

from catalog.migrating import patiently


class Migration(migrations.Migration):
    """Keys by which programs use the API: the hash of a secret, never the secret."""

    dependencies = [("search", "0019_names_of_what_is_derived")]
    operations = patiently(
        migrations.CreateModel(
            "ApiKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        help_text="Who uses it, and for what. Unique among keys.",
                        max_length=100,
                        verbose_name="name",
                    ),
                ),
                (
                    "prefix",
                    models.CharField(
                        editable=False, max_length=8, unique=True, verbose_name="key"
                    ),
                ),
                ("hashed_secret", models.CharField(editable=False, max_length=150)),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("search", "Search"),
                                ("read", "Read the catalogue"),
                                ("write", "Write the catalogue"),
                                ("admin", "Everything"),
                            ],
                            max_length=8,
                        ),
                        size=None,
                        verbose_name="scopes",
                    ),
                ),
                (
                    "per_minute",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="Empty: as `API_KEY_PER_MINUTE` says.",
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="requests a minute",
                    ),
                ),
                (
                    "per_day",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="From midnight to midnight, UTC. Empty: as `API_KEY_PER_DAY` "
                        "says.",
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="requests a day",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="made"
                    ),
                ),
                (
                    "expires_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="expires"),
                ),
                (
                    "revoked_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="revoked"),
                ),
                (
                    "last_used_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="last used"),
                ),
            ],
            options={
                "verbose_name": "API key",
                "verbose_name_plural": "API keys",
                "constraints": [
                    models.UniqueConstraint(
                        fields=["name"],
                        condition=models.Q(("revoked_at", None)),
                        name="search_apikey_name",
                        violation_error_message="There is a key of that name. Revoke it first.",
                    )
                ],
            },
        ),
    )
