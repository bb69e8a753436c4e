"""The sweep behind signals and triggers: what they missed, what a crash left, what drifted."""

from __future__ import annotations

from dataclasses import dataclass

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from catalog.models import ProductImage
from search import documents, doorbell, filter_columns
from search.engine.words import vocabulary
from search.models import EmbeddingJob, ImageEmbedding
from search.services import queue
from search.services.indexing import tend_index
from search.services.spaces import ensure_space

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Reconciled:
    """How many rows were mended. All zeros is the normal case."""

    queued: int = 0
    orphans: int = 0
    filters: int = 0
    documents: int = 0
    waiting: int = 0


def reconcile(*, deep: bool = True) -> Reconciled:
    """Ring for images that wait or whose worker died; `deep` also compares index and catalogue.

    Deep: queues images without the vector of their present picture, drops vectors without an image,
    brings filter columns and documents up to date, counts the shop's words again, and builds the
    HNSW index of a space that has grown to need one. Safe to run at any time, also twice at once.
    Raises SearchUnavailable or SpaceMismatch as `ensure_space` does.
    """
    space = ensure_space()
    mended = _mend(space.pk) if deep else Reconciled()
    with transaction.atomic():
        queue.give_up_on_lost(space=space)
    waiting = EmbeddingJob.objects.filter(queue.waiting(), space=space).count()
    if waiting:
        doorbell.ring()
    if deep:
        vocabulary.refresh()
        tend_index(space=space)
    done = Reconciled(mended.queued, mended.orphans, mended.filters, mended.documents, waiting)
    if any((done.queued, done.orphans, done.filters, done.documents)):
        log.info("The index was mended", **{name: getattr(done, name) for name in done.__slots__})
    return done


def _mend(space_id: int) -> Reconciled:
    """Each step is a transaction of its own: none keeps the catalogue's rows locked for long."""
    return Reconciled(
        queued=queue.mark_stale(space_id=space_id),
        orphans=drop_orphans(),
        filters=filter_columns.refresh(),
        documents=documents.refresh(),
    )


def drop_orphans() -> int:
    """Delete vectors whose image is gone; they have no foreign key that would do it."""
    return orphans().delete()[0]


def orphans() -> QuerySet[ImageEmbedding]:
    """Vectors whose image is gone."""
    image = ProductImage.objects.filter(pk=OuterRef("image_id"))
    return ImageEmbedding.objects.filter(~Exists(image))
