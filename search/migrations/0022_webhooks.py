import uuid
from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from catalog.migrating import patiently

SQL = Path(__file__).parent.parent / "sql"


def script(name: str) -> str:
    return (SQL / name).read_text(encoding="utf-8")


class Migration(migrations.Migration):
    """Webhooks, and the triggers that write down what they are told: docs/adr/0027-webhooks.md."""

    dependencies = [
        ("search", "0021_idempotent_requests"),
    ]

    operations = patiently(
        migrations.CreateModel(
            name="Webhook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("url", models.CharField(max_length=500, verbose_name="address")),
                (
                    "events",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), size=None, verbose_name="events"
                    ),
                ),
                (
                    "description",
                    models.CharField(blank=True, max_length=200, verbose_name="description"),
                ),
                ("enabled", models.BooleanField(default=True, verbose_name="enabled")),
                ("secret", models.CharField(editable=False, max_length=120)),
                ("previous_secret", models.CharField(blank=True, editable=False, max_length=120)),
                ("previous_until", models.DateTimeField(editable=False, null=True)),
                (
                    "delivered_count",
                    models.PositiveBigIntegerField(
                        default=0, editable=False, verbose_name="delivered"
                    ),
                ),
                (
                    "failed_count",
                    models.PositiveBigIntegerField(
                        default=0, editable=False, verbose_name="failed"
                    ),
                ),
                (
                    "failing_since",
                    models.DateTimeField(editable=False, null=True, verbose_name="failing since"),
                ),
                ("disabled_because", models.CharField(blank=True, editable=False, max_length=500)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
            ],
            options={
                "verbose_name": "webhook",
                "verbose_name_plural": "webhooks",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="WebhookEvent",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("image.ready", "image.ready"),
                            ("image.failed", "image.failed"),
                            ("product.created", "product.created"),
                            ("product.updated", "product.updated"),
                            ("product.deleted", "product.deleted"),
                            ("ping", "ping"),
                        ],
                        max_length=40,
                        verbose_name="event",
                    ),
                ),
                ("subject", models.CharField(max_length=100)),
                ("data", models.JSONField(default=dict)),
                ("transaction_id", models.BigIntegerField(null=True)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="created"),
                ),
            ],
            options={
                "verbose_name": "webhook event",
                "verbose_name_plural": "webhook events",
                "indexes": [models.Index(fields=["created_at"], name="webhook_event_created")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("transaction_id__isnull", False)),
                        fields=("transaction_id", "subject"),
                        name="one_event_per_subject_and_transaction",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WebhookDelivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("delivered", "Delivered"),
                            ("failed", "Failed"),
                        ],
                        default="pending",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                (
                    "next_attempt_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, null=True, verbose_name="next attempt"
                    ),
                ),
                ("claimed_until", models.DateTimeField(null=True)),
                ("status_code", models.PositiveSmallIntegerField(null=True, verbose_name="status")),
                ("error", models.CharField(blank=True, max_length=500, verbose_name="reason")),
                ("response", models.TextField(blank=True, max_length=4096, verbose_name="answer")),
                ("duration_ms", models.PositiveIntegerField(null=True, verbose_name="took")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                ("attempted_at", models.DateTimeField(null=True, verbose_name="last attempt")),
                ("delivered_at", models.DateTimeField(null=True, verbose_name="delivered at")),
                (
                    "webhook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="search.webhook",
                        verbose_name="webhook",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="search.webhookevent",
                        verbose_name="event",
                    ),
                ),
            ],
            options={
                "verbose_name": "webhook delivery",
                "verbose_name_plural": "webhook deliveries",
                "indexes": [
                    models.Index(fields=["webhook", "-id"], name="delivery_of_webhook"),
                    models.Index(
                        condition=models.Q(("state", "pending")),
                        fields=["webhook", "next_attempt_at"],
                        name="delivery_pending",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("webhook", "event"), name="one_delivery_per_webhook_and_event"
                    )
                ],
            },
        ),
        migrations.RunSQL(script("0022_webhooks.sql"), script("0022_undone.sql")),
    )
