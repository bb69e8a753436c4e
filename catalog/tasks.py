"""What is tidied up now and then."""

from __future__ import annotations

from celery import shared_task

from catalog.admin import staging


@shared_task
def drop_old_staged_photos() -> None:
    """Photos of refused forms that nobody came back for: they still carry their metadata."""
    staging.drop_old()
