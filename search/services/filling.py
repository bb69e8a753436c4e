"""Filling a space with the catalogue's pictures, and how far that is."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from catalog.models import ProductImage
from search import doorbell
from search.errors import SpaceRefused
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
    """Bring the space up to the catalogue: queue what its root lacks, what failed in it too, and
    derive what its base has; how many images were queued. May be paused, or stopped, and begun
    again at any time.

    The workers do the rest. A space that was left follows the catalogue again from now on.
    `report` hears how many rows are derived, of how many. Raises SpaceRefused where the space was
    dropped meanwhile.
    """
    resume(space)
    again, queued = _try_again(space.root_id), queue.mark_stale(space_id=space.root_id)
    if queued == 0 and EmbeddingJob.objects.filter(queue.waiting(), space=space.root_id).exists():
        doorbell.ring()
    if space.base_id is not None:
        derive_missing(space, report)
    return again + queued


def resume(space: EmbeddingSpace) -> None:
    """The workers go on with what waits for the space, and new pictures go to it. Raises
    SpaceRefused where it was dropped meanwhile."""
    family = Q(pk__in=[space.pk, space.root_id])
    with transaction.atomic():
        locked = EmbeddingSpace.objects.select_for_update(no_key=True).filter(family)
        stored = {each.pk: each for each in locked.order_by("pk")}.get(space.pk)
        if stored is None:
            raise SpaceRefused(_("%(space)s was dropped meanwhile.") % {"space": space.name})
        if not stored.follows:
            EmbeddingSpace.objects.filter(pk=space.pk).update(state=State.BUILDING, retired_at=None)
        EmbeddingSpace.objects.filter(pk=space.root_id).update(paused=False)
    space.refresh_from_db(fields=["state", "retired_at", "paused"])


def pause(space: EmbeddingSpace) -> None:
    """Put nothing more into the space until it is filled again; what is in it stays, and new
    pictures wait for it.

    Raises SpaceRefused for a derived space, whose rows come with its base's, and where the space or
    one that derives from it is searched or may be gone back to.
    """
    with transaction.atomic():
        family = EmbeddingSpace.objects.select_for_update(no_key=True).filter(
            Q(pk=space.pk) | Q(base=space)
        )
        spaces = list(family.order_by("pk"))
        if space.base_id or any(each.state != State.BUILDING for each in spaces if each.follows):
            raise SpaceRefused(
                _("%(space)s can't be paused: it is searched, or its rows come from another one.")
                % {"space": space.name}
            )
        EmbeddingSpace.objects.filter(pk=space.pk).update(paused=True)
    space.refresh_from_db(fields=["paused"])


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


def failed_in(space: EmbeddingSpace) -> int:
    """How many of what it lacks so failed in it: filling the space tries them again. Cheap where
    few failed."""
    there = ImageEmbedding.objects.filter(
        image_id=OuterRef("image_id"), checksum=OuterRef("checksum")
    )
    lost = _failed(space.root_id).filter(
        Exists(there.filter(space__state=State.ACTIVE)),
        ~Exists(there.filter(space=space)),
        checksum=F("image__checksum"),
    )
    return lost.count()


def _try_again(root_id: int) -> int:
    """What failed in the root space waits again, as if it had never been tried; how many that is.
    What a worker or somebody else holds just now is left to them."""
    again = {"state": EmbeddingJob.State.PENDING, "attempts": 0, "error": "", "changed_at": Now()}
    with transaction.atomic():
        failed = _failed(root_id).select_for_update(skip_locked=True)
        return EmbeddingJob.objects.filter(pk__in=failed.values("pk")).update(**again)


def _failed(root_id: int) -> QuerySet[EmbeddingJob]:
    return EmbeddingJob.objects.filter(space=root_id, state=EmbeddingJob.State.FAILED)
