"""Perceptual hashes for images that were stored without one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from catalog.errors import ImageRejected
from catalog.images import decode, phash
from catalog.models import ProductImage

BATCH = 100


@dataclass
class Hashing:
    """How many images got their hash, and the ids of those whose stored file is lost or damaged."""

    hashed: int = 0
    unreadable: list[int] = field(default_factory=list)


def hash_missing(
    *, limit: int | None = None, progress: Callable[[int, int], None] | None = None
) -> Hashing:
    """Hashes the stored files of images without a hash, oldest first, until `limit` have got one.

    Unreadable files stay without, and are tried again the next time; `progress` hears of (done,
    total). May run in several processes at once. Raises what the storage raises when it is away.
    """
    total = ProductImage.objects.filter(phash=None).count() if progress else 0
    done = Hashing()
    for image in _without_hash():
        if done.hashed == limit:
            break
        found = _stored_hash(image)
        if found is None:
            done.unreadable.append(image.pk)
        else:
            # Only if it still is this picture: a replaced one has the hash of its own.
            same = ProductImage.objects.filter(pk=image.pk, checksum=image.checksum)
            done.hashed += same.filter(phash=None).update(phash=found)
        if progress:
            progress(done.hashed + len(done.unreadable), total)
    return done


def _without_hash() -> Iterator[ProductImage]:
    """In batches, each its own query: no cursor stays open for the hours that a gallery takes."""
    waiting = ProductImage.objects.filter(phash=None).order_by("pk")
    last = 0
    while batch := list(waiting.filter(pk__gt=last)[:BATCH]):
        yield from batch
        last = batch[-1].pk


def _stored_hash(image: ProductImage) -> int | None:
    try:
        with image.file.open() as file:
            content = file.read()
        return phash(decode(content, max_bytes=len(content)).image)
    except (FileNotFoundError, ImageRejected):
        return None
