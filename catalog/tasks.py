"""What is tidied up now and then."""

from __future__ import annotations

from celery import shared_task

from catalog.admin import staging
from catalog.duplicates import hash_missing

# About two seconds of pictures of 1,200 x 1,200; a worker that is told to stop finishes its task.
HASHES_AT_ONCE = 200


@shared_task
def drop_old_staged_photos() -> None:
    """Photos of refused forms that nobody came back for: they still carry their metadata."""
    staging.drop_old()


@shared_task
def hash_missing_images() -> None:
    """Images that were stored before there was a perceptual hash, some at a time."""
    hash_missing(limit=HASHES_AT_ONCE)
