"""Perceptual hashes for images that were stored without one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from django.db.models import QuerySet

from catalog.errors import ImageRejected
from catalog.images import decode, phash
from catalog.models import ProductImage

BATCH = 100


@dataclass
class Hashing:
    """How many images got their hash, the ids of those whose stored file is lost or damaged, and
    the id of the image that was tried last; 0 where there was none."""

    hashed: int = 0
    unreadable: list[int] = field(default_factory=list)
    last: int = 0


def hash_missing(
    *,
    limit: int | None = None,
    after: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Hashing:
    """Tries to hash the stored files of all images without a hash, or of `limit` at most.

    They come by their ids: those above `after`, then the others. Unreadable files stay without a
    hash; who goes on after the `last` one comes back to them when all have had their turn.
    `progress` hears of (tried, total). May run in several processes at once. Raises what the
    storage raises when it is away.
    """
    total = ProductImage.objects.filter(phash=None).count() if progress else 0
    done = Hashing()
    for tried, image in enumerate(islice(_without_hash(after), limit), start=1):
        done.last = image.pk
        found = _stored_hash(image)
        if found is None:
            done.unreadable.append(image.pk)
        else:
            # Only if it still is this picture: a replaced one has the hash of its own.
            same = ProductImage.objects.filter(pk=image.pk, checksum=image.checksum)
            done.hashed += same.filter(phash=None).update(phash=found)
        if progress:
            progress(tried, total)
    return done


def _without_hash(after: int) -> Iterator[ProductImage]:
    waiting = ProductImage.objects.filter(phash=None).order_by("pk")
    yield from _in_batches(waiting, after)
    yield from _in_batches(waiting.filter(pk__lte=after), 0)


def _in_batches(images: QuerySet[ProductImage], last: int) -> Iterator[ProductImage]:
    """Each its own query: no cursor stays open for the hours that a gallery takes."""
    while batch := list(images.filter(pk__gt=last)[:BATCH]):
        yield from batch
        last = batch[-1].pk


def _stored_hash(image: ProductImage) -> int | None:
    try:
        with image.file.open() as file:
            content = file.read()
        return phash(decode(content, max_bytes=len(content)).image)
    except (FileNotFoundError, ImageRejected):
        return None
