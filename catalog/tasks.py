"""What is tidied up now and then."""

from __future__ import annotations

from dataclasses import dataclass

from celery import shared_task

from catalog.admin import staging
from catalog.duplicates import hash_missing

# About two seconds of pictures of 1,200 x 1,200; a worker that is told to stop finishes its task.
HASHES_AT_ONCE = 200


@dataclass
class _Round:
    """How far this process has come: files that can't be read wait for their next turn. Nothing is
    lost with it; a new process begins with the oldest image."""

    last: int = 0


_hashing = _Round()


@shared_task
def drop_old_staged_photos() -> None:
    """Photos of refused forms that nobody came back for: they still carry their metadata."""
    staging.drop_old()


@shared_task
def hash_missing_images() -> None:
    """Images that were stored before there was a perceptual hash, some at a time, in rounds."""
    _hashing.last = hash_missing(limit=HASHES_AT_ONCE, after=_hashing.last).last
