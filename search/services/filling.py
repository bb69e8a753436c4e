"""Filling a space with the catalogue's pictures, and how far that is."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Count, Q

from catalog.models import ProductImage
from search import doorbell
from search.models import EmbeddingJob, EmbeddingSpace, ImageEmbedding
from search.services import queue
from search.services.deriving import Report, derive_missing
from search.services.spaces import State

# Of what customers find now, what they would not find in the other space. Sets are hashed or sorted
# whatever Postgres expects; of a join by picture and checksum it expects one row, and then looks up
# each of 50,000 pictures by its key, for 1.3 s and more instead of .3 s.
LACKING = """
    SELECT count(*) FROM (
        SELECT image_id, checksum FROM search_imageembedding WHERE space_id = %(active)s
        INTERSECT
        SELECT id, checksum FROM catalog_productimage
        EXCEPT
        SELECT image_id, checksum FROM search_imageembedding WHERE space_id = %(space)s
    ) missing
"""


@dataclass(frozen=True, slots=True)
class Filling:
    """The catalogue's images, and those that have their vector in the space, wait for it, or
    failed; what is in none of these is queued by the next sweep."""

    total: int
    ready: int
    pending: int
    failed: int

    @property
    def left(self) -> int:
        """Images that are still to come."""
        return max(0, self.total - self.ready - self.failed)


def fill(space: EmbeddingSpace, report: Report = lambda *_: None) -> int:
    """Bring the space up to the catalogue: queue what its root lacks, and derive what its base has;
    how many images were queued. May be stopped and begun again at any time.

    The workers do the rest. A space that was left follows the catalogue again from now on.
    `report` hears how many rows are derived, of how many.
    """
    _follow(space)
    queued = queue.mark_stale(space_id=space.root_id)
    if queued == 0 and EmbeddingJob.objects.filter(queue.waiting(), space=space.root_id).exists():
        doorbell.ring()
    if space.base_id is not None:
        derive_missing(space, report)
    return queued


def filling(space: EmbeddingSpace) -> Filling:
    """How far the space is filled, by its root's jobs; where it is derived, by its rows too."""
    state = EmbeddingJob.State
    jobs = EmbeddingJob.objects.filter(space=space.root_id).aggregate(
        **{each: Count("pk", filter=Q(state=each)) for each in state.values}
    )
    ready = jobs[state.READY]
    if space.base_id is not None:
        ready = min(ready, ImageEmbedding.objects.filter(space=space).count())
    return Filling(
        ProductImage.objects.count(), ready, pending=jobs[state.PENDING], failed=jobs[state.FAILED]
    )


def lacking(space: EmbeddingSpace) -> int:
    """How many pictures customers find now and would not find in the space; 0 while nothing is
    searched. Pictures that wait in both are no loss."""
    active = EmbeddingSpace.objects.active().values_list("pk", flat=True).first()
    with connection.cursor() as cursor:
        cursor.execute(LACKING, {"space": space.pk, "active": active})
        [count] = cursor.fetchone()
    return int(count)


def _follow(space: EmbeddingSpace) -> None:
    """A space that was left and doesn't follow any more is being built again."""
    with transaction.atomic():
        stored = EmbeddingSpace.objects.select_for_update(no_key=True).get(pk=space.pk)
        if not stored.follows:
            EmbeddingSpace.objects.filter(pk=space.pk).update(state=State.BUILDING, retired_at=None)
    space.refresh_from_db(fields=["state", "retired_at"])
