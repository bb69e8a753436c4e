"""The spaces with what is in them and what they cost, for whoever decides between them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count

from search.engine.index import find_index
from search.models import EmbeddingJob, EmbeddingSpace
from search.services.spaces import State

ROWS = "SELECT space_id, count(*) FROM search_imageembedding GROUP BY space_id"
# Of a row beside its vector, 307 were measured: header, keys, checksum, filter columns, 48 numbers
# of colour.
ROW_BYTES = 300
JOB_BYTES = 150

STATES = (EmbeddingJob.State.READY, EmbeddingJob.State.PENDING, EmbeddingJob.State.FAILED)


@dataclass(frozen=True, slots=True)
class SpaceStatus:
    """`ready`, `pending` and `failed` count the jobs of the space's root; `vectors` are its own.
    `bytes` is about what it takes on disk, its index included. `until` is when it stops following
    the catalogue; None for one that does so for good, or doesn't any more."""

    space: EmbeddingSpace
    vectors: int
    ready: int
    pending: int
    failed: int
    bytes: int
    until: datetime | None

    @property
    def droppable(self) -> bool:
        """Whether nobody needs it: it was left, follows no longer, and nothing derives from it."""
        return not self.space.follows and not self.space.derived.exists()

    def as_json(self) -> dict[str, Any]:
        space = self.space
        return {
            "name": space.name,
            "state": space.state,
            "paused": space.paused,
            "base": space.base.name if space.base else None,
            "dim": space.dim,
            "vectors": self.vectors,
            "ready": self.ready,
            "pending": self.pending,
            "failed": self.failed,
            "bytes": self.bytes,
            "follows": space.follows,
            "until": self.until and self.until.isoformat(),
            "droppable": self.droppable,
            "created_at": space.created_at.isoformat(),
            "activated_at": space.activated_at and space.activated_at.isoformat(),
        }


def space_statuses() -> list[SpaceStatus]:
    """Every space, the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(ROWS)
        vectors: dict[int, int] = dict(cursor.fetchall())
    jobs = _jobs()
    spaces = EmbeddingSpace.objects.select_related("base").order_by("created_at", "pk")
    return [_status(each, vectors.get(each.pk, 0), jobs) for each in spaces]


def bytes_of(space: EmbeddingSpace, *, vectors: int, jobs: int) -> int:
    """About what so many vectors and jobs of the space take on disk, with its index."""
    rows = vectors * (2 * space.dim + ROW_BYTES) + jobs * JOB_BYTES
    return rows + find_index(space.pk).bytes


def _jobs() -> Counter[tuple[int, str]]:
    """How many jobs there are, by the root that they are of and their state."""
    counted = EmbeddingJob.objects.values_list("space_id", "state").annotate(count=Count("pk"))
    return Counter({(space_id, state): count for space_id, state, count in counted})


def _status(space: EmbeddingSpace, vectors: int, jobs: Counter[tuple[int, str]]) -> SpaceStatus:
    ready, pending, failed = (jobs[space.root_id, state] for state in STATES)
    own_jobs = 0 if space.base_id else ready + pending + failed
    left = space.state == State.RETIRED and space.follows and space.retired_at
    return SpaceStatus(
        space=space,
        vectors=vectors,
        ready=ready,
        pending=pending,
        failed=failed,
        bytes=bytes_of(space, vectors=vectors, jobs=own_jobs),
        until=left + settings.SPACE_ROLLBACK if left else None,
    )
