"""When a space's index is built, and when it is built anew.

The index stays in place while images are loaded: searches go on by it and find the new images too.
An insert then costs 1.5 to 3 ms, of the 10 and more that decoding and embedding take; without the
index a search of 100,000 images would cost 42 ms instead of one. What suffers is the index: grown
by a quarter, it finds less (SQL: .997 fell to .985 at ef_search 40), so a new one is built beside
it once the load is over.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import structlog

from search.engine.index import (
    annotate,
    create_index,
    drop_leftovers,
    find_index,
    needs_index,
    rebuild_index,
)
from search.engine.index.leftovers import find_leftovers
from search.engine.index.lock import only_builder
from search.engine.index.notes import now
from search.engine.recall import calibrate
from search.models import EmbeddingJob, EmbeddingSpace, ImageEmbedding

log = structlog.get_logger(__name__)

# An index that has grown by more is built anew ...
GROWN = 1.25
# ... and so are, while more than that share of the images is still to come, only those that have
# doubled: all builds of a load together then cost at most twice the last one.
GROWN_WHILE_LOADING = 2.0
LOADING = 0.25
# A first load goes without an index up to here: comparing them all takes 8 ms.
FIRST_LOAD_ROWS = 20_000
# Nobody searches a space that is being filled: its index is built once, when so few are to come.
FILLED = 0.05


class Due(StrEnum):
    """What the index of a space needs."""

    NOTHING = ""
    BUILD = "build"
    REBUILD = "rebuild"
    MEASURE = "measure"


@dataclass(frozen=True, slots=True)
class Load:
    """`rows` are embedded in the space, `pending` images wait to be."""

    rows: int
    pending: int

    @property
    def under_way(self) -> bool:
        return self.pending > LOADING * self.rows


def tend_index(*, space: EmbeddingSpace) -> Due:
    """Do what the space's index needs now; returns what was done. Drops what a killed rebuild left.

    Must run outside a transaction. Nothing is done where another process is building.
    """
    if find_leftovers(space.pk):
        _clear_leftovers(space)
    due = index_due(space=space)
    match due:
        case Due.BUILD:
            done = build_index(space=space)
        case Due.REBUILD:
            done = replace_index(space=space)
        case Due.MEASURE:
            done = measure_index(space=space) > 0
        case Due.NOTHING:
            done = False
    if not done:
        return Due.NOTHING
    state = find_index(space.pk)
    log.info("The index was seen to", done=str(due), rows=state.rows, ef_search=state.ef_search)
    return due


def index_due(*, space: EmbeddingSpace) -> Due:
    """Whether the index is missing, outgrown, or was never measured."""
    state, load = find_index(space.pk), load_of(space)
    if not state.valid:
        wanted = needs_index(space) and not _too_early(space, load)
        return Due.BUILD if wanted else Due.NOTHING
    allowed = GROWN_WHILE_LOADING if load.under_way else GROWN
    if state.note.rows and load.rows > allowed * state.note.rows:
        return Due.REBUILD
    return Due.NOTHING if state.ef_search else Due.MEASURE


def _too_early(space: EmbeddingSpace, load: Load) -> bool:
    if space.state == EmbeddingSpace.State.BUILDING:
        return load.pending > FILLED * load.rows
    return load.under_way and load.rows < FIRST_LOAD_ROWS


def build_index(*, space: EmbeddingSpace) -> bool:
    """Build the index and measure the ef_search it needs. False where another process builds."""
    return create_index(space) and measure_index(space=space) > 0


def replace_index(*, space: EmbeddingSpace) -> bool:
    """Replace the index by a new one, and measure that. False where another process builds."""
    return rebuild_index(space) and measure_index(space=space) > 0


def measure_index(*, space: EmbeddingSpace) -> int:
    """The ef_search that suffices, noted for searches to use."""
    state = find_index(space.pk)
    if not state.note.rows:  # built before such notes were made: growth counts from here
        annotate(state.name, state.note, rows=load_of(space).rows, built_at=now())
    return calibrate(space)


def _clear_leftovers(space: EmbeddingSpace) -> None:
    """While another process builds they are none."""
    with only_builder(space.pk, concurrently=True) as alone:
        if alone:
            drop_leftovers(space.pk)


def load_of(space: EmbeddingSpace) -> Load:
    """How far the space is. A derived one waits for what its base waits for, and for what the base
    has and it lacks; counted by keys alone, which says little of pictures that were replaced."""
    jobs = EmbeddingJob.objects.filter(space=space.root_id, state=EmbeddingJob.State.PENDING)
    rows, pending = _rows(space.pk), jobs.count()
    if space.base_id:
        pending += max(0, _rows(space.base_id) - rows)
    return Load(rows, pending)


def _rows(space_id: int) -> int:
    return ImageEmbedding.objects.filter(space=space_id).count()
