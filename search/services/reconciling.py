"""The sweep behind signals and triggers: what they missed, what a crash left, what drifted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from catalog.models import ProductImage
from search import documents, doorbell, filter_columns
from search.engine.words import vocabulary
from search.models import EmbeddingJob, EmbeddingSpace, ImageEmbedding
from search.services import queue
from search.services.bands import tend_bands
from search.services.deriving import derive_missing
from search.services.indexing import tend_index
from search.services.spaces import ensure_space, filled_roots

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Reconciled:
    """How many rows were mended. All zeros is the normal case."""

    queued: int = 0
    derived: int = 0
    orphans: int = 0
    filters: int = 0
    documents: int = 0
    waiting: int = 0


def reconcile(*, deep: bool = True) -> Reconciled:
    """Ring for images that wait or whose worker died; `deep` also compares index and catalogue.

    Deep: queues images without the vector of their present picture in every space that follows the
    catalogue and isn't paused, fills derived spaces from their bases, drops vectors without an
    image, brings filter columns and documents up to date, counts the shop's words again, builds the
    HNSW index of a space that has grown to need one, and fits its bands anew. Safe to run at any
    time, also twice at once. Raises SearchUnavailable as `ensure_space` does.
    """
    ensure_space()
    roots = filled_roots()
    mended = _mend(roots) if deep else Reconciled()
    with transaction.atomic():
        for root in roots:
            queue.give_up_on_lost(space=root)
    waiting = EmbeddingJob.objects.filter(queue.waiting(), space__in=roots).count()
    if waiting:
        doorbell.ring()
    if deep:
        vocabulary.refresh()
        _tend_indexes()
    done = replace(mended, waiting=waiting)
    if any((done.queued, done.derived, done.orphans, done.filters, done.documents)):
        log.info("The index was mended", **asdict(done))
    return done


def _mend(roots: Sequence[EmbeddingSpace]) -> Reconciled:
    """Each step is a transaction of its own: none keeps the catalogue's rows locked for long."""
    derived = EmbeddingSpace.objects.following().exclude(base=None).select_related("base")
    return Reconciled(
        queued=sum(queue.mark_stale(space_id=root.pk) for root in roots),
        derived=sum(derive_missing(space) for space in derived),
        orphans=drop_orphans(),
        filters=filter_columns.refresh(),
        documents=documents.refresh(),
    )


def _tend_indexes() -> None:
    """Of the space that is searched first. One that was left keeps the index that it has."""
    spaces = EmbeddingSpace.objects.exclude(state=EmbeddingSpace.State.RETIRED)
    for space in spaces.select_related("base").order_by("state", "pk"):
        tend_index(space=space)
        tend_bands(space)


def drop_orphans() -> int:
    """Delete vectors whose image is gone; they have no foreign key that would do it."""
    return orphans().delete()[0]


def orphans() -> QuerySet[ImageEmbedding]:
    """Vectors whose image is gone."""
    image = ProductImage.objects.filter(pk=OuterRef("image_id"))
    return ImageEmbedding.objects.filter(~Exists(image))
