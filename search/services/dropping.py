"""A space goes for good: its jobs, vectors, index and queries."""

from __future__ import annotations

import time
from collections.abc import Iterator

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from search.engine.index import drop_index
from search.engine.index.leftovers import drop_leftovers
from search.engine.index.lock import only_builder
from search.errors import SpaceRefused
from search.models import EmbeddingJob, EmbeddingSpace, ImageEmbedding, PhotoQuery
from search.services.deriving import Report
from search.services.queries import delete_queries
from search.services.spaces import State

# Locked and deleted in one short transaction.
ROWS_AT_A_TIME = 5_000
LOOK_AGAIN_SECONDS = 0.1
# Nobody switches to the space or begins to fill it before the transaction ends.
HELD = "SELECT state, retired_at FROM search_embeddingspace WHERE id = %s FOR SHARE"


def drop_space(space: EmbeddingSpace, report: Report = lambda *_: None) -> int:
    """Delete the space with all that belongs to it; how many vectors that were.

    Raises SpaceRefused for the space that is searched, for one that others derive from, and where
    somebody begins to fill it meanwhile: that brings back what was deleted. Must run outside a
    transaction. May be stopped and begun again: the space itself goes last.
    `report` hears how many vectors are gone, of how many.
    """
    _leave(space)
    _wait_for_writers(space)
    with only_builder(space.pk, concurrently=True) as alone:
        if not alone:
            told = _("The index of %(space)s is just being built. Try again when that is over.")
            raise SpaceRefused(told % {"space": space.name})
        drop_leftovers(space.pk)
        drop_index(space)
    # Without its job no vector of a root is written any more.
    _drop_jobs(space)
    gone = _drop_vectors(space, report)
    delete_queries(PhotoQuery.objects.filter(space=space))
    _drop_row(space)
    return gone


def _leave(space: EmbeddingSpace) -> None:
    """The space follows the catalogue no longer."""
    with transaction.atomic():
        stored = EmbeddingSpace.objects.select_for_update(no_key=True).filter(pk=space.pk).first()
        if stored is None:
            raise _dropped_already(space)
        if stored.state == State.ACTIVE:
            told = _("%(space)s is the space that is searched. Switch to another one first.")
            raise SpaceRefused(told % {"space": space.name}, typed="`manage.py space switch NAME`.")
        _check_underived(stored)
        EmbeddingSpace.objects.filter(pk=space.pk).update(state=State.RETIRED, retired_at=None)


def _wait_for_writers(space: EmbeddingSpace) -> None:
    """Whoever still queued or wrote for the space has committed; who comes later sees that it was
    left (`hold_followed`)."""
    with transaction.atomic():
        EmbeddingSpace.objects.select_for_update().filter(pk=space.pk).first()


def _check_underived(space: EmbeddingSpace) -> None:
    if derived := sorted(space.derived.values_list("name", flat=True)):
        told = _("%(derived)s derives from %(space)s and can't do without it. Drop that first.")
        names = pgettext("between two names", ", ").join(derived)
        raise SpaceRefused(told % {"derived": names, "space": space.name})


def _hold_left(space: EmbeddingSpace) -> None:
    """The space is still left, as `_leave` has left it, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(HELD, [space.pk])
        found = cursor.fetchone()
    if found is None:
        raise _dropped_already(space)
    if found != (State.RETIRED, None):
        told = _(
            "%(space)s is wanted again: somebody has begun to fill it. That brings back what was "
            "deleted meanwhile."
        )
        raise SpaceRefused(told % {"space": space.name})


def _dropped_already(space: EmbeddingSpace) -> SpaceRefused:
    return SpaceRefused(_("%(space)s was dropped already.") % {"space": space.name})


def _drop_jobs(space: EmbeddingSpace) -> int:
    return sum(_deleting(EmbeddingJob.objects.filter(space=space), space))


def _drop_vectors(space: EmbeddingSpace, report: Report) -> int:
    vectors = ImageEmbedding.objects.filter(space=space)
    total, gone = vectors.count(), 0
    for deleted in _deleting(vectors, space):
        gone += deleted
        report(gone, max(gone, total))
    return gone


def _deleting(
    rows: QuerySet[EmbeddingJob] | QuerySet[ImageEmbedding], space: EmbeddingSpace
) -> Iterator[int]:
    """Delete the rows slice by slice; how many each time.

    What somebody holds is left for later: nobody who edits products, in whatever order, waits for
    this while it waits for him.
    """
    free = rows.select_for_update(skip_locked=True).values_list("image_id", flat=True)
    while rows.exists():
        with transaction.atomic():
            _hold_left(space)
            images = list(free[:ROWS_AT_A_TIME])
            deleted = rows.filter(image_id__in=images).delete()[0]
        yield deleted
        if not deleted:
            time.sleep(LOOK_AGAIN_SECONDS)


def _drop_row(space: EmbeddingSpace) -> None:
    with transaction.atomic():
        EmbeddingSpace.objects.select_for_update().filter(pk=space.pk).first()
        _check_underived(space)
        _hold_left(space)
        EmbeddingSpace.objects.filter(pk=space.pk).delete()
